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
WEEK_MS = WEEKDAYS * DAY_MS


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicBolus:
    """A dose at even times of day: `bolus_rate_nl_per_day` for `lasts_ms`, every `every_ms`, the basal rate between.

    `every_ms` divides the day, so that every day has the same whole number of doses; the first begins `first_ms` after
    local midnight. A basal rate of zero is a pause: there is no flow between doses.
    """

    basal_rate_nl_per_day: int
    bolus_rate_nl_per_day: int
    lasts_ms: int
    every_ms: int
    first_ms: int

    def __post_init__(self) -> None:
        assert self.basal_rate_nl_per_day >= 0, "nothing flows backwards"
        assert self.bolus_rate_nl_per_day > self.basal_rate_nl_per_day, "a dose is more than the basal rate"
        assert self.every_ms >= MINUTE_MS, "doses follow one another by a minute at least"
        assert DAY_MS % self.every_ms == 0, "a day has a whole number of doses"
        assert 0 < self.lasts_ms < self.every_ms, "a dose ends before the next begins"
        assert 0 <= self.first_ms < self.every_ms, "the first dose begins within the first interval"

    @property
    def doses_per_day(self) -> int:
        """How many doses every day has: what a confirmation says aloud, since minutes were once typed for hours."""
        return DAY_MS // self.every_ms


InfusionMode = StopPump | MinimumRate | SimpleContinuous | FlexSchedule | PeriodicBolus


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDose:
    """A dose that the patient may ask for: `volume_nl` at a rate, `lockout_ms` apart, at most so many in 24 h.

    `lockout_ms` counts from one dose's beginning to the next one's.
    """

    volume_nl: int
    rate_nl_per_day: int
    lockout_ms: int
    most_per_day: int

    def __post_init__(self) -> None:
        assert self.volume_nl > 0, "a dose has a volume"
        assert self.rate_nl_per_day > 0, "a dose has a rate"
        assert self.lockout_ms > 0, "doses stand apart"
        assert self.most_per_day > 0, "no doses at all is no patient dose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Everything the pump holds of a prescription.

    `concentration_pg_per_nl` is the label of what is in the reservoir. `catheter_nl` and `tubing_nl` travel with the
    program because software once changed them behind a prescription's back (SynchroMed II priming notice, 2016/17).
    `utc_offset_min` is the local time the steps are meant in. `ceiling_nl_per_day` is the most that may leave the
    pump in any 24 h, every dose within it included: whoever wrote the order computed it, and the pump does so again.
    """

    drug: str
    concentration_pg_per_nl: int
    infusion_mode: InfusionMode
    low_reservoir_alarm_nl: int
    catheter_nl: int
    tubing_nl: int
    utc_offset_min: int
    ceiling_nl_per_day: int
    patient_dose: PatientDose | None

    def __post_init__(self) -> None:
        assert self.drug, "a program names its drug"
        assert self.concentration_pg_per_nl > 0, "a concentration of zero holds no drug"
        assert self.low_reservoir_alarm_nl >= 0, "the alarm volume is not negative"
        assert self.catheter_nl >= 0, "the catheter volume is not negative"
        assert self.tubing_nl >= 0, "the tubing volume is not negative"
        assert -14 * 60 <= self.utc_offset_min <= 14 * 60, "the offset from UTC is within 14 hours"
        assert self.ceiling_nl_per_day >= 0, "the ceiling is not negative"


Stretch = tuple[int, int]
"""(from when after local midnight in ms, the rate in nL/day until the next one)."""


def local_day(at_ms: int, utc_offset_min: int) -> tuple[int, int]:
    """(weekday, ms after local midnight) of an instant; Monday is 0. The epoch was a Thursday."""
    day, of_day_ms = divmod(at_ms + utc_offset_min * MINUTE_MS, DAY_MS)
    return (day + 3) % WEEKDAYS, of_day_ms


def rate_at(schedule: FlexSchedule | PeriodicBolus, at_ms: int, utc_offset_min: int) -> tuple[int, int]:
    """(rate in nL/day, when it next may change) under a schedule of the day."""
    weekday, of_day_ms = local_day(at_ms, utc_offset_min)
    if isinstance(schedule, PeriodicBolus):
        since_ms = (of_day_ms - schedule.first_ms) % schedule.every_ms
        if since_ms < schedule.lasts_ms:
            return schedule.bolus_rate_nl_per_day, at_ms + schedule.lasts_ms - since_ms
        return schedule.basal_rate_nl_per_day, at_ms + schedule.every_ms - since_ms
    steps = schedule.day(weekday).steps
    later = next((index for index, step in enumerate(steps) if step.start_ms > of_day_ms), len(steps))
    ends_ms = steps[later].start_ms if later < len(steps) else DAY_MS
    return steps[later - 1].rate_nl_per_day, at_ms - of_day_ms + ends_ms


def weekly_nl_ms_per_day(mode: InfusionMode, minimum_rate_nl_per_day: int) -> int:
    """The sum of rate times time over one week: divide by 7 x 86_400_000 for the mean rate."""
    match mode:
        case StopPump():
            return 0
        case MinimumRate():
            return minimum_rate_nl_per_day * WEEKDAYS * DAY_MS
        case SimpleContinuous(rate_nl_per_day=rate):
            return rate * WEEKDAYS * DAY_MS
    return sum(_area(steps_of_day(mode, weekday)) for weekday in range(WEEKDAYS))


def _area(steps: tuple[Stretch, ...]) -> int:
    """Rate times time over one day."""
    ends = [*(start_ms for start_ms, _ in steps[1:]), DAY_MS]
    return sum(rate * (end_ms - start_ms) for (start_ms, rate), end_ms in zip(steps, ends, strict=True))


def steps_of_day(mode: InfusionMode, weekday: int) -> tuple[Stretch, ...]:
    """One day of a mode, midnight first; none where the mode gives no dose."""
    match mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return ((0, rate),)
        case FlexSchedule():
            return tuple((step.start_ms, step.rate_nl_per_day) for step in mode.day(weekday).steps)
        case PeriodicBolus():
            return _periodic_day(mode)
        case _:
            return ()


def _periodic_day(mode: PeriodicBolus) -> tuple[Stretch, ...]:
    """A dose that began yesterday may still run at midnight."""
    starts = range(mode.first_ms, DAY_MS, mode.every_ms)
    changes = dict.fromkeys(starts, mode.bolus_rate_nl_per_day)
    changes |= {(start + mode.lasts_ms) % DAY_MS: mode.basal_rate_nl_per_day for start in starts}
    rate, _ = rate_at(mode, 0, 0)
    return tuple(sorted(({0: rate} | changes).items()))


def rates_of(mode: InfusionMode) -> tuple[int, ...]:
    """Every rate the mode asks for, nL/day; none where it asks for none. A pause between doses is no rate."""
    match mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return (rate,)
        case FlexSchedule(days=days):
            return tuple(step.rate_nl_per_day for day in days for step in day.steps)
        case PeriodicBolus(basal_rate_nl_per_day=basal, bolus_rate_nl_per_day=bolus):
            return (basal, bolus) if basal else (bolus,)
        case _:
            return ()


def largest_day_nl_ms_per_day(mode: InfusionMode, minimum_rate_nl_per_day: int) -> int:
    """The largest sum of rate times time in any 24 h of the program: divide by 86_400_000 for a volume.

    Where every day is the same, so is every window. Over a week, the largest begins or ends where a rate changes.
    """
    if not isinstance(mode, FlexSchedule) or len(mode.days) == 1:
        return weekly_nl_ms_per_day(mode, minimum_rate_nl_per_day) // WEEKDAYS
    edges = [weekday * DAY_MS + start_ms for weekday in range(WEEKDAYS) for start_ms, _ in steps_of_day(mode, weekday)]
    begins = {edge % WEEK_MS for edge in edges} | {(edge - DAY_MS) % WEEK_MS for edge in edges}
    return max(_window(mode, begin_ms) for begin_ms in begins)


def _window(mode: FlexSchedule, begin_ms: int) -> int:
    """Rate times time over the 24 h from `begin_ms` after Monday's midnight."""
    monday_ms = WEEK_MS - 3 * DAY_MS
    at_ms, end_ms, area = monday_ms + begin_ms, monday_ms + begin_ms + DAY_MS, 0
    while at_ms < end_ms:
        rate, until_ms = rate_at(mode, at_ms, 0)
        area += rate * (min(until_ms, end_ms) - at_ms)
        at_ms = until_ms
    return area
