"""The calculated reservoir: what the pump thinks is left, and when it will have run low or out.

A calculation, never a measurement: an over-infusing pump can be empty and silent (TGA recall RC-2016-RN-01458-1).
"""

from thecal.pump.devices import PUMP_MODELS
from thecal.pump.infusion import WEEKDAYS, FlexSchedule, SimpleContinuous, rate_at, weekly_nl_ms_per_day
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.units import DAY_MS, ceil_div

WEEK_MS = WEEKDAYS * DAY_MS


def rate_now(pump: Pump) -> tuple[int, int | None]:
    """(the rate commanded now in nL/day, when the schedule may next change it)."""
    if pump.state is State.MINIMUM_RATE:
        return PUMP_MODELS[pump.pump_model].minimum_rate_nl_per_day, None
    if pump.bolus is not None:
        return pump.bolus.rate_nl_per_day, None
    if pump.state is State.INFUSING and pump.program is not None:
        return program_rate(pump, pump.now_ms)
    return 0, None


def program_rate(pump: Pump, at_ms: int) -> tuple[int, int | None]:
    """(the program's own rate at an instant, when it may next change)."""
    assert pump.program is not None, "a pump without a program has no program rate"
    mode = pump.program.infusion_mode
    match mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return rate, None
        case FlexSchedule():
            return rate_at(mode, at_ms, pump.program.utc_offset_min)
        case _:
            return 0, None


def reached_ms(pump: Pump, left_nl: int) -> int | None:
    """When the calculated reservoir will be down to `left_nl` if nothing is changed; None if never."""
    owed = max(0, (pump.reservoir_nl - left_nl) * DAY_MS - pump.carry_nl_ms_per_day)
    at_ms = pump.now_ms
    if pump.bolus is not None and pump.bolus_left_nl is not None:
        rate = pump.bolus.rate_nl_per_day
        bolus_ms = ceil_div(pump.bolus_left_nl * DAY_MS - pump.carry_nl_ms_per_day, rate)
        if owed <= bolus_ms * rate:
            return at_ms + ceil_div(owed, rate)
        owed, at_ms = owed - bolus_ms * rate, at_ms + bolus_ms
    if pump.state is State.STOPPED or pump.program is None:
        return at_ms if owed == 0 else None
    return _program_reaches_ms(pump, owed, at_ms)


def _program_reaches_ms(pump: Pump, owed: int, at_ms: int) -> int | None:
    """Whole weeks at once, then stretch by stretch; `owed` in nL/day x ms."""
    assert pump.program is not None, "only a program reaches anything"
    minimum = PUMP_MODELS[pump.pump_model].minimum_rate_nl_per_day
    mode = pump.program.infusion_mode
    weekly = weekly_nl_ms_per_day(mode, minimum)
    if weekly == 0:
        return at_ms if owed == 0 else None
    if not isinstance(mode, FlexSchedule):
        return at_ms + ceil_div(owed, weekly // WEEK_MS)
    weeks = owed // weekly
    owed, at_ms = owed - weeks * weekly, at_ms + weeks * WEEK_MS
    while True:
        rate, until_ms = rate_at(mode, at_ms, pump.program.utc_offset_min)
        if owed <= rate * (until_ms - at_ms):
            return at_ms + ceil_div(owed, rate)
        owed, at_ms = owed - rate * (until_ms - at_ms), until_ms
