"""The sixth law: nothing is made up for, nothing flows unordered, and the ceiling holds whatever is corrupted."""

import dataclasses
from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from typing import Any, cast

import pytest
from tests.laws.dice import Dice
from tests.laws.therapies import a_bolus, a_mode, an_update
from tests.pump.helpers import NEW_YEAR_MS, ageless, new_pump, program, updated
from tests.pump.oracle import volume_nl

from thecal.flow import Segment
from thecal.pump import machine, recovery
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.bolus import Bolus, BridgeBolus, PrimingBolus, Purge
from thecal.pump.commands import (
    FieldSensed,
    Interrogate,
    LowBatteryReset,
    MotorRecoverySensed,
    MotorStallSensed,
    RotorUnbiddenSensed,
    Sensed,
    Stop,
    Update,
)
from thecal.pump.devices import PUMP_MODELS, REFERENCE_20, SYNCHROMED_20, PumpModel
from thecal.pump.events import EventKind
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS

OUTAGES = ("stall", "stop", "hold", "power", "cut", "reset")
KEPT = {"serial", "pump_model", "now_ms", "limiter"}
"""What no flip of working memory reaches: the pump's identity, the crystal's count, and the limiter's own record."""


def commanded_nl(flow: tuple[Segment, ...]) -> int:
    """All of it."""
    return sum(segment.volume_nl for segment in flow)


def begun(pump: Pump, kind: str) -> Pump:
    """The pump in an outage."""
    faults: dict[str, Sensed] = {"stall": MotorStallSensed(), "cut": RotorUnbiddenSensed(), "reset": LowBatteryReset()}
    if kind == "power":
        return recovery.lose_power(pump)
    if kind == "stop":
        return cast("Pump", machine.handle(pump, Stop()))
    if kind == "hold":
        sounding = machine.sense(pump, MotorStallSensed())
        return machine.sense(machine.sense(sounding, FieldSensed()), MotorRecoverySensed())
    return machine.sense(pump, faults[kind])


def ended(pump: Pump, kind: str) -> Pump:
    """The pump after the outage, by whatever ends one of its kind."""
    if kind == "stall":
        return machine.sense(pump, MotorRecoverySensed())
    if kind == "power":
        return recovery.return_power(pump)
    if kind == "hold":
        return cast("Pump", machine.handle(pump, Interrogate()))
    assert pump.program is not None
    return updated(pump, Update(program=pump.program))


@pytest.mark.parametrize("kind", OUTAGES)
@pytest.mark.parametrize("number", range(6))
def test_no_outage_is_made_up_for(kind: str, number: int) -> None:
    """While it lasts nothing is counted, but the minimum rate after a reset; after it runs the program, no more."""
    dice = Dice(f"outage {kind} {number}")
    model: PumpModel = SYNCHROMED_20 if kind in {"stall", "hold"} else dice.pick(tuple(PUMP_MODELS.values()))
    mode = SimpleContinuous(rate_nl_per_day=dice.between(48_000, 1_000_000)) if kind == "power" else a_mode(dice)
    pump = ageless(updated(new_pump(pump_model=model), Update(program=program(mode), reservoir_nl=model.capacity_nl)))
    pump, _ = machine.advance(pump, NEW_YEAR_MS + dice.below(3 * DAY_MS))
    out = begun(pump, kind)
    lasts_ms = dice.between(1, 10 * DAY_MS)
    still, flow = machine.advance(out, out.now_ms + lasts_ms)
    slowly_nl = (
        model.minimum_rate_nl_per_day * lasts_ms // DAY_MS if kind == "reset" and out.state is not State.STOPPED else 0
    )
    assert still.delivered_nl - out.delivered_nl <= slowly_nl + model.pulse_nl
    assert kind in {"stall", "reset"} or flow == ()
    again = ended(still, kind)
    span_ms = dice.between(1, 5 * DAY_MS)
    later, flow = machine.advance(again, again.now_ms + span_ms)
    due = volume_nl(mode, again.now_ms, later.now_ms, 0, model.minimum_rate_nl_per_day)
    assert abs(commanded_nl(flow) - due) < model.pulse_nl
    assert commanded_nl(flow) == later.delivered_nl - again.delivered_nl


def worst_day_nl(flow: list[Segment]) -> int:
    """The most that any 24 h were commanded, nL, rounded up: they begin or end where a segment does."""
    edges = sorted({edge for segment in flow for edge in (segment.start_ms, segment.end_ms)})
    sums, starts = [0], [segment.start_ms for segment in flow]
    for segment in flow:
        sums.append(sums[-1] + segment.volume_nl)

    def before(at_ms: int) -> int:
        """What was commanded before an instant, in nL x 1000, rounded down within a segment."""
        index = bisect_left(starts, at_ms)
        if index == 0:
            return 0
        last = flow[index - 1]
        lasted = min(at_ms, last.end_ms) - last.start_ms
        return 1000 * sums[index - 1] + 1000 * last.volume_nl * lasted // (last.end_ms - last.start_ms)

    begins = [*edges, *(edge - DAY_MS for edge in edges)]
    return max((before(begin + DAY_MS) - before(begin) for begin in begins), default=0) // 1000


def junk(name: str, dice: Dice, model: PumpModel) -> Any:
    """Anything at all of a field's own kind."""
    whole = dice.pick((0, 1, -1, dice.below(100), dice.below(DAY_MS), dice.below(2**53), -dice.below(2**53)))
    of = {
        "state": dice.pick(tuple(State)),
        "program": dice.pick((None, an_update(dice, model).program, _fast(dice))),
        "bolus": dice.pick((None, a_bolus(dice), _fast_bolus(dice))),
        "bolus_left_nl": dice.pick((None, whole)),
        "given": (),
        "powered": bool(dice.below(4)),
        "motor_stalled": bool(dice.below(2)),
        "clock_known": bool(dice.below(2)),
        "standing": dice.pick(((), (dice.pick(tuple(Alarm)),))),
        "alarms": (),
        "staged": None,
        "log": (),
    }
    return of.get(name, whole)


def _fast(dice: Dice) -> Any:
    mode = SimpleContinuous(rate_nl_per_day=dice.between(1, 10**12))
    return program(mode, ceiling_nl_per_day=dice.below(10**12))


def _fast_bolus(dice: Dice) -> Bolus:
    volume_nl, rate = dice.between(1, 10**12), dice.between(1, 10**12)
    if dice.below(2):
        return Purge(volume_nl=volume_nl, rate_nl_per_day=rate)
    return PrimingBolus(volume_nl=volume_nl, rate_nl_per_day=rate)


def corrupted(pump: Pump, dice: Dice) -> Pump:
    """One to four fields of working memory replaced; the battery's own count among them."""
    names = [field.name for field in dataclasses.fields(Pump) if field.name not in KEPT]
    for _ in range(dice.between(1, 4)):
        name = dice.pick(names)
        if name == "battery":
            battery = replace(pump.battery, used_nj=dice.below(10**15), level=dice.pick(tuple(BatteryLevel)))
            pump = replace(pump, battery=battery)
        elif name in {"serial", "transaction_id", "update_digest", "log_head"}:
            pump = replace(pump, **{name: "x"})  # type: ignore[arg-type] # a text
        else:
            pump = replace(pump, **{name: junk(name, dice, PUMP_MODELS[pump.pump_model])})
    return pump


def ran_on(pump: Pump, to_ms: int, flow: list[Segment]) -> str:
    """Runs the pump, hour by hour, as long as it runs; "stopped dead" where its own assertions stop it."""
    while pump.now_ms < to_ms:
        try:
            pump, more = machine.advance(pump, pump.now_ms + HOUR_MS)
        except (AssertionError, KeyError, ValueError):
            return "stopped dead"
        flow += more
    return "cut" if pump.limiter is not None and pump.limiter.is_cut else "ran"


def survived(key: str) -> tuple[str, int]:
    """(how it went, by how much the worst 24 h were above what was allowed and two pulses, nL)."""
    dice = Dice(key)
    model = dice.pick(tuple(PUMP_MODELS.values()))
    update = an_update(dice, model)
    pump = updated(new_pump(pump_model=model), replace(update, reservoir_nl=model.capacity_nl))
    once = update.bolus if isinstance(update.bolus, BridgeBolus | PrimingBolus | Purge) else None
    allowed_nl = update.program.ceiling_nl_per_day + (once.volume_nl if once else 0)
    pump, before = machine.advance(pump, pump.now_ms + dice.below(3 * DAY_MS))
    flow = list(before)
    how = ran_on(corrupted(pump, dice), pump.now_ms + 3 * DAY_MS, flow)
    return how, worst_day_nl(flow) - allowed_nl - 2 * model.pulse_nl


def test_no_corrupted_memory_gives_more_than_the_ceiling_and_two_pulses() -> None:
    """Any fields of working memory become anything; the limiter's own record stands. Runs, is cut or stops dead."""
    went: Counter[str] = Counter()
    for number in range(600):
        how, above_nl = survived(f"corrupt {number}")
        went[how] += 1
        assert above_nl <= 0, (number, how, above_nl)
    assert min(went["ran"], went["cut"], went["stopped dead"]) > 8, went


@pytest.mark.long
def test_ten_thousand_corrupted_memories() -> None:
    """As many as that, none above."""
    assert [n for n in range(10_000) if survived(f"long corrupt {n}")[1] > 0] == []


def test_a_flow_above_the_ceiling_would_be_seen() -> None:
    """The measure itself: half a day, apart and then partly within one window, by hand."""
    half = Segment(start_ms=0, end_ms=DAY_MS // 2, volume_nl=500)
    late = Segment(start_ms=DAY_MS, end_ms=DAY_MS + DAY_MS // 2, volume_nl=600)
    assert worst_day_nl([half]) == 500
    assert worst_day_nl([half, late]) == 600
    assert worst_day_nl([half, replace(late, start_ms=3 * DAY_MS // 4)]) == 500 + 600 // 3
    assert worst_day_nl([]) == 0


def test_the_limiter_s_cut_is_told() -> None:
    """A corrupted rate is cut and sounds: nobody is left to guess."""
    pump = updated(new_pump(), Update(program=program(ceiling_nl_per_day=600_000), reservoir_nl=20_000_000))
    wrong = replace(pump, program=program(SimpleContinuous(rate_nl_per_day=24_000_000)))
    after, flow = machine.advance(wrong, wrong.now_ms + DAY_MS)
    assert commanded_nl(flow) <= 600_000 + 2 * REFERENCE_20.pulse_nl
    assert after.state is State.STOPPED
    assert EventKind.LIMITER_CUT in [event.kind for event in after.log]
    assert [active.alarm for active in after.alarms] == [Alarm.LIMITER_CUT]
