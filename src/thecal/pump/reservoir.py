"""The calculated reservoir: what the pump thinks is left, and when it will have run low or out.

A calculation, never a measurement: an over-infusing pump can be empty and silent (TGA recall RC-2016-RN-01458-1).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator

from thecal.pump.devices import PUMP_MODELS
from thecal.pump.infusion import (
    WEEK_MS,
    FlexSchedule,
    MinimumRate,
    PeriodicBolus,
    SimpleContinuous,
    rate_at,
    weekly_nl_ms_per_day,
)
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.units import DAY_MS, ceil_div

SILENT = frozenset({State.STOPPED, State.HELD, State.END_OF_SERVICE})
MOST_WEEKS = 200 * 53
"""No forecast looks further than two hundred years."""


def rate_now(pump: Pump, at_ms: int | None = None) -> tuple[int, int | None]:
    """(the rate commanded in nL/day at `at_ms`, or now, while the state lasts; when the schedule may change it)."""
    if pump.state in SILENT or not pump.powered:
        return 0, None
    if pump.state is State.MINIMUM_RATE:
        return PUMP_MODELS[pump.pump_model].minimum_rate_nl_per_day, None
    if pump.bolus is not None:
        return pump.bolus.rate_nl_per_day, None
    return program_rate(pump, pump.now_ms if at_ms is None else at_ms)


def program_rate(pump: Pump, at_ms: int) -> tuple[int, int | None]:
    """(the program's own rate at an instant, when it may next change). Flat where the time of day is not known."""
    assert pump.program is not None, "a pump without a program has no program rate"
    mode = pump.program.infusion_mode
    match mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return rate, None
        case FlexSchedule() | PeriodicBolus():
            if not pump.clock_known:
                return weekly_nl_ms_per_day(mode, 0) // WEEK_MS, None
            rate, until_ms = rate_at(mode, at_ms + pump.clock_shift_ms, pump.program.utc_offset_min)
            return rate, until_ms - pump.clock_shift_ms
        case MinimumRate():
            return PUMP_MODELS[pump.pump_model].minimum_rate_nl_per_day, None
        case _:
            return 0, None


def reached_ms(pump: Pump, left_nl: int) -> int | None:
    """When the calculated reservoir will be down to `left_nl` if nothing is changed; None if never."""
    return first_ms(pump, lambda _, volume_nl: volume_nl >= pump.reservoir_nl - left_nl)


def first_ms(pump: Pump, holds: Callable[[int, int], bool]) -> int | None:
    """The first instant at which `holds(elapsed_ms, volume_nl)` of what is commanded from now on; None if never.

    What holds once must hold ever after. A running bolus first, then whole weeks at once, then stretch by stretch.
    """
    if holds(0, 0):
        return pump.now_ms
    elapsed_ms, area = 0, pump.carry_nl_ms_per_day
    for lasts_ms, rate in _bolus(pump):
        if holds(elapsed_ms + lasts_ms, (area + rate * lasts_ms) // DAY_MS):
            return pump.now_ms + _within(elapsed_ms, area, rate, lasts_ms, holds)
        elapsed_ms, area = elapsed_ms + lasts_ms, area + rate * lasts_ms
    return _program_first_ms(pump, elapsed_ms, area, holds)


def _bolus(pump: Pump) -> Iterator[tuple[int, int]]:
    """(how long, at what rate) the bolus still runs; a pump that a field holds runs none."""
    if pump.bolus is not None and pump.bolus_left_nl is not None and pump.state not in SILENT and pump.powered:
        rate = pump.bolus.rate_nl_per_day
        yield ceil_div(max(0, pump.bolus_left_nl * DAY_MS - pump.carry_nl_ms_per_day), rate), rate


def _program_first_ms(pump: Pump, elapsed_ms: int, area: int, holds: Callable[[int, int], bool]) -> int | None:
    """As `first_ms`, from the end of the bolus."""
    begin_ms = elapsed_ms

    def after(weeks: int) -> tuple[int, int]:
        return begin_ms + weeks * WEEK_MS, area + weeks * weekly

    weekly = _weekly(pump)
    weeks = bisect_left(
        range(MOST_WEEKS), True, key=lambda week: holds(after(week + 1)[0], after(week + 1)[1] // DAY_MS)
    )
    if weeks == MOST_WEEKS:
        return None
    elapsed_ms, area = after(weeks)
    while True:
        rate, until_ms = _rate_after_bolus(pump, pump.now_ms + elapsed_ms)
        lasts_ms = WEEK_MS if until_ms is None else until_ms - pump.now_ms - elapsed_ms
        if holds(elapsed_ms + lasts_ms, (area + rate * lasts_ms) // DAY_MS):
            return pump.now_ms + _within(elapsed_ms, area, rate, lasts_ms, holds)
        elapsed_ms, area = elapsed_ms + lasts_ms, area + rate * lasts_ms


def _within(elapsed_ms: int, area: int, rate_nl_per_day: int, lasts_ms: int, holds: Callable[[int, int], bool]) -> int:
    """The first millisecond of a stretch, as elapsed, at which it holds."""
    return elapsed_ms + bisect_left(
        range(lasts_ms), True, key=lambda ms: holds(elapsed_ms + ms, (area + rate_nl_per_day * ms) // DAY_MS)
    )


def _rate_after_bolus(pump: Pump, at_ms: int) -> tuple[int, int | None]:
    """The rate that runs once no bolus does."""
    if pump.state in {*SILENT, State.MINIMUM_RATE} or not pump.powered:
        return rate_now(pump)
    return (0, None) if pump.program is None else program_rate(pump, at_ms)


def _weekly(pump: Pump) -> int:
    """Rate times time over a week without a bolus."""
    rate, until_ms = _rate_after_bolus(pump, pump.now_ms)
    if until_ms is None:
        return rate * WEEK_MS
    assert pump.program is not None, "only a program has a schedule"
    return weekly_nl_ms_per_day(pump.program.infusion_mode, 0)
