"""Time passing in the pump: from now to the next event, schedule step by schedule step, in integers.

Every stretch of a constant rate is handed to the limiter before it becomes a commanded segment. The way stops at the
first millisecond at which something happens by itself: a bolus ends, the calculated reservoir is low or empty, the
battery asks or ends, a stop lasts too long, the limiter cuts.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from thecal.flow import Segment
from thecal.pump.devices import PUMP_MODELS, STOPPED_TOO_LONG
from thecal.pump.ledger import deliver, time_to_deliver_ms
from thecal.pump.limiter import watch
from thecal.pump.memory import Pump
from thecal.pump.reservoir import first_ms, rate_now
from thecal.pump.service import asks_nj, draw_nj_per_ms, end_of_service_ms, indicator_by_ms, indicator_ms, last_day_ms
from thecal.pump.states import State
from thecal.units import DAY_MS


def next_event_ms(pump: Pump) -> int:
    """When at the latest something happens in the pump by itself, so that a host need not look before."""
    counts = [] if pump.motor_stalled or pump.program is None else [nl for nl in _volumes(pump) if nl > 0]
    reached = [first_ms(pump, partial(_counted, least)) for least in counts]
    instants = [*_instants(pump), indicator_ms(pump), *(at_ms for at_ms in reached if at_ms is not None)]
    return min(at_ms for at_ms in [*instants, last_day_ms(pump), pump.now_ms + FAR_MS] if at_ms > pump.now_ms)


def _counted(least_nl: int, _: int, volume_nl: int) -> bool:
    return volume_nl >= least_nl


FAR_MS = 365 * DAY_MS


@dataclass(frozen=True, slots=True)
class _Marks:
    """What ends a run: an instant, a volume that was counted, an energy that was used. Costs in nJ."""

    at_ms: int
    volume_nl: int | None
    energy_nj: int
    per_ms_nj: int
    per_nl_nj: int


def run(pump: Pump, to_ms: int) -> tuple[Pump, list[Segment]]:
    """(the pump at `to_ms` or at the first event before, not yet dealt with; the flow it commanded on the way)."""
    marks = _marks(pump, to_ms)
    pulse_nl = PUMP_MODELS[pump.pump_model].pulse_nl
    now_ms, limiter = pump.now_ms, pump.limiter
    # Less than a nanolitre and less than a pulse, whatever became of the memory: nothing is ever due at a stroke.
    carry, owed_nl = pump.carry_nl_ms_per_day % DAY_MS, pump.owed_nl % pulse_nl
    scheduled_nl = commanded_nl = spent_nj = 0
    segments: list[Segment] = []
    while now_ms < marks.at_ms:
        rate, change_ms = rate_now(pump, now_ms)
        least_ms = marks.at_ms if change_ms is None else min(change_ms, marks.at_ms)
        end_ms = _reached(marks, now_ms, least_ms, rate, carry, scheduled_nl, spent_nj)
        stopped = end_ms < least_ms
        if rate and limiter is not None:
            limiter, allowed_ms = watch(limiter, now_ms, end_ms, rate)
            stopped, end_ms = stopped or allowed_ms < end_ms, allowed_ms
        if end_ms > now_ms:
            volume_nl, carry = deliver(rate, end_ms - now_ms, carry)
            pulses, owed_nl = divmod(owed_nl + volume_nl, pulse_nl)
            scheduled_nl, commanded_nl = scheduled_nl + volume_nl, commanded_nl + pulses * pulse_nl
            spent_nj += marks.per_ms_nj * (end_ms - now_ms) + marks.per_nl_nj * volume_nl
            if rate:
                segments.append(Segment(start_ms=now_ms, end_ms=end_ms, volume_nl=pulses * pulse_nl))
            now_ms = end_ms
        if stopped or _met(marks, scheduled_nl, spent_nj):
            break
    counted_nl, given_nl = (0, 0) if pump.motor_stalled else (scheduled_nl, commanded_nl)
    return replace(
        pump,
        now_ms=now_ms,
        carry_nl_ms_per_day=carry,
        owed_nl=owed_nl,
        limiter=limiter,
        reservoir_nl=max(0, pump.reservoir_nl - counted_nl),
        delivered_nl=pump.delivered_nl + given_nl,
        bolus_left_nl=None if pump.bolus_left_nl is None else pump.bolus_left_nl - counted_nl,
        battery=replace(pump.battery, used_nj=pump.battery.used_nj + spent_nj),
    ), segments


def _marks(pump: Pump, to_ms: int) -> _Marks:
    volumes = [] if pump.motor_stalled or pump.program is None else list(_volumes(pump))
    return _Marks(
        at_ms=min([to_ms, *(at_ms for at_ms in _instants(pump) if at_ms > pump.now_ms)]),
        volume_nl=min((volume_nl for volume_nl in volumes if volume_nl > 0), default=None),
        energy_nj=asks_nj(pump) - pump.battery.used_nj,
        per_ms_nj=draw_nj_per_ms(pump),
        per_nl_nj=PUMP_MODELS[pump.pump_model].pulse_nj_per_nl,
    )


def _instants(pump: Pump) -> Iterator[int]:
    """When the calendar alone makes something happen."""
    yield end_of_service_ms(pump)
    if pump.battery.indicator_since_ms is None:
        yield indicator_by_ms(pump)
    if pump.state is State.STOPPED:
        yield pump.state_since_ms + STOPPED_TOO_LONG.whole()


def _volumes(pump: Pump) -> Iterator[int]:
    """What may still be counted until something happens."""
    assert pump.program is not None, "a pump without a program counts nothing"
    yield pump.reservoir_nl
    yield pump.reservoir_nl - pump.program.low_reservoir_alarm_nl
    if pump.bolus_left_nl is not None:
        yield pump.bolus_left_nl


def _met(marks: _Marks, scheduled_nl: int, spent_nj: int) -> bool:
    return spent_nj >= marks.energy_nj or (marks.volume_nl is not None and scheduled_nl >= marks.volume_nl)


def _reached(
    marks: _Marks, now_ms: int, end_ms: int, rate_nl_per_day: int, carry: int, scheduled_nl: int, spent_nj: int
) -> int:
    """The first millisecond of the stretch at which a mark is met, else its end."""
    if marks.volume_nl is not None:
        wait_ms = time_to_deliver_ms(marks.volume_nl - scheduled_nl, rate_nl_per_day, carry)
        end_ms = end_ms if wait_ms is None else min(end_ms, now_ms + max(wait_ms, 1))

    def used(lasts_ms: int) -> int:
        return spent_nj + marks.per_ms_nj * lasts_ms + marks.per_nl_nj * deliver(rate_nl_per_day, lasts_ms, carry)[0]

    if used(end_ms - now_ms) < marks.energy_nj:
        return end_ms
    return now_ms + 1 + bisect_left(range(1, end_ms - now_ms), True, key=lambda ms: used(ms) >= marks.energy_nj)
