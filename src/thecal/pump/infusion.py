"""Infusion modes and the program: what the pump delivers when nothing else is asked of it.

A program step is `(start_ms, rate_nl_per_day)`, active from its start to the next step's start, `[a, b)`. Each day's
steps begin at 0 and rise strictly, so that a gap or an overlap cannot be written down.
"""

from dataclasses import dataclass
from itertools import pairwise

from thecal.units import DAY_MS, MINUTE_MS

MOST_STEPS = 13
"""Steps a day. Source: up to 13 changes a day in flex dosing, SynchroMed II page for patients, medtronic.com/uk-en."""
WEEKDAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPump:
    """No delivery, by command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumRate:
    """The slowest rate the pump will run: withdrawal, slowly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleContinuous:
    """One constant rate."""

    rate_nl_per_day: int

    def __post_init__(self) -> None:
        assert self.rate_nl_per_day > 0, "a rate of zero is StopPump"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexStep:
    """From `start_ms` after local midnight on, `rate_nl_per_day`."""

    start_ms: int
    rate_nl_per_day: int

    def __post_init__(self) -> None:
        assert 0 <= self.start_ms < DAY_MS, "a step starts within the day"
        assert self.rate_nl_per_day > 0, "a step delivers"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexDay:
    """One day's steps, the first at midnight."""

    steps: tuple[FlexStep, ...]

    def __post_init__(self) -> None:
        starts = [step.start_ms for step in self.steps]
        assert 1 <= len(starts) <= MOST_STEPS, f"a day has 1 to {MOST_STEPS} steps"
        assert starts[0] == 0, "the first step starts at midnight"
        assert all(earlier < later for earlier, later in pairwise(starts)), "steps follow one another"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexSchedule:
    """A 24-hour pattern: one day for all, or seven, Monday first."""

    days: tuple[FlexDay, ...]

    def __post_init__(self) -> None:
        assert len(self.days) in {1, WEEKDAYS}, "one day for every day, or seven"

    def day(self, weekday: int) -> FlexDay:
        """The pattern of a weekday, Monday 0."""
        return self.days[weekday % len(self.days)]


InfusionMode = StopPump | MinimumRate | SimpleContinuous | FlexSchedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Everything the pump holds of a prescription.

    `concentration_pg_per_nl` is the label of what is in the reservoir. `catheter_nl` and `tubing_nl` travel with the
    program because software once changed them behind a prescription's back (SynchroMed II priming notice, 2016/17).
    `utc_offset_min` is the local time the steps are meant in.
    """

    drug: str
    concentration_pg_per_nl: int
    infusion_mode: InfusionMode
    low_reservoir_alarm_nl: int
    catheter_nl: int
    tubing_nl: int
    utc_offset_min: int

    def __post_init__(self) -> None:
        assert self.drug, "a program names its drug"
        assert self.concentration_pg_per_nl > 0, "a concentration of zero holds no drug"
        assert self.low_reservoir_alarm_nl >= 0, "the alarm volume is not negative"
        assert self.catheter_nl >= 0, "the catheter volume is not negative"
        assert self.tubing_nl >= 0, "the tubing volume is not negative"
        assert -14 * 60 <= self.utc_offset_min <= 14 * 60, "the offset from UTC is within 14 hours"


def local_day(at_ms: int, utc_offset_min: int) -> tuple[int, int]:
    """(weekday, ms after local midnight) of an instant; Monday is 0. The epoch was a Thursday."""
    day, of_day_ms = divmod(at_ms + utc_offset_min * MINUTE_MS, DAY_MS)
    return (day + 3) % WEEKDAYS, of_day_ms


def rate_at(schedule: FlexSchedule, at_ms: int, utc_offset_min: int) -> tuple[int, int]:
    """(rate in nL/day, when it next may change) under a flex schedule."""
    weekday, of_day_ms = local_day(at_ms, utc_offset_min)
    midnight_ms = at_ms - of_day_ms
    steps = schedule.day(weekday).steps
    running = max(index for index, step in enumerate(steps) if step.start_ms <= of_day_ms)
    later = steps[running + 1].start_ms if running + 1 < len(steps) else DAY_MS
    return steps[running].rate_nl_per_day, midnight_ms + later


def weekly_nl_ms_per_day(mode: InfusionMode, minimum_rate_nl_per_day: int) -> int:
    """The sum of rate times time over one week: divide by 7 x 86_400_000 for the mean rate."""
    match mode:
        case StopPump():
            return 0
        case MinimumRate():
            return minimum_rate_nl_per_day * WEEKDAYS * DAY_MS
        case SimpleContinuous(rate_nl_per_day=rate):
            return rate * WEEKDAYS * DAY_MS
        case FlexSchedule():
            return sum(_day_nl_ms_per_day(mode.day(weekday)) for weekday in range(WEEKDAYS))


def _day_nl_ms_per_day(day: FlexDay) -> int:
    ends = [*(step.start_ms for step in day.steps[1:]), DAY_MS]
    return sum(step.rate_nl_per_day * (end - step.start_ms) for step, end in zip(day.steps, ends, strict=True))


def steps_of_day(mode: InfusionMode, weekday: int) -> tuple[FlexStep, ...]:
    """One day of a mode as steps; none where it gives no dose."""
    match mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return (FlexStep(start_ms=0, rate_nl_per_day=rate),)
        case FlexSchedule():
            return mode.day(weekday).steps
        case _:
            return ()


def rates_of(mode: InfusionMode) -> tuple[int, ...]:
    """Every rate the mode asks for, nL/day; none where it asks for none."""
    match mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return (rate,)
        case FlexSchedule(days=days):
            return tuple(step.rate_nl_per_day for day in days for step in day.steps)
        case _:
            return ()
