"""The two numbers a day schedule is read by: its 24-hour total and its peak hour."""

from dataclasses import dataclass
from fractions import Fraction

from thecal.care.asking import Question, one_by_one
from thecal.care.limits import PEAK_SHARE
from thecal.findings import Finding, Rule, Severity
from thecal.units import DAY_MS, HOUR_MS, decimal_text, round_div, show_dose, show_mass

PEAK_HOUR = Rule(
    name="flex.peak_hour",
    severity=Severity.REASON,
    asks="An hour that holds a large share of the day's drug has its reason.",
    source=PEAK_SHARE.source,
    grade=PEAK_SHARE.grade,
    numbers=(PEAK_SHARE,),
)

RULES = (PEAK_HOUR,)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseStep:
    """From `start_ms` of the cycle on, drug at `dose_pg_per_day`, until the next step or the end of the cycle."""

    start_ms: int
    dose_pg_per_day: int


def total_pg_per_day(steps: tuple[DoseStep, ...], *, cycle_ms: int = DAY_MS) -> int:
    """The 24-hour total of a cycle, to the nearest picogram; for a week's cycle the mean of its days.

    Four times 30 mcg over half an hour on top of 180 mcg over the other 22 hours:

    >>> basal, extra = 180_000_000 * 24 // 22, 60_000_000 * 24
    >>> hours = ((0, extra), (30, basal), (360, extra), (390, basal), (720, extra), (750, basal), (1080, extra),
    ...     (1110, basal))
    >>> steps = tuple(DoseStep(start_ms=minute * 60_000, dose_pg_per_day=dose) for minute, dose in hours)
    >>> total_pg_per_day(steps)
    300000000
    """
    total = sum(step.dose_pg_per_day * (end - start) for start, end, step in _stretches(steps, cycle_ms))
    return round_div(total, cycle_ms)


def peak_hour_pg(steps: tuple[DoseStep, ...], *, cycle_ms: int = DAY_MS) -> int:
    """The most drug in any 60 minutes, midnight no wall, to the nearest picogram.

    The busiest hour begins or ends at a step, so only those are looked at.

    >>> peak_hour_pg((DoseStep(start_ms=0, dose_pg_per_day=240_000_000),))
    10000000
    """
    starts = {step.start_ms for step in steps}
    windows = starts | {(start - HOUR_MS) % cycle_ms for start in starts}
    return round(max(_drug_in_hour(steps, cycle_ms, window) for window in windows))


def judge_peak(*, total_pg_per_day: int, peak_hour_pg: int) -> list[Finding]:
    """A reason is asked for where one hour holds more than a fifth of the day's drug.

    >>> judge_peak(total_pg_per_day=300, peak_hour_pg=60)
    []
    >>> [f.rule for f in judge_peak(total_pg_per_day=300, peak_hour_pg=61)]
    ['flex.peak_hour']
    """
    if peak_hour_pg * 1_000 <= PEAK_SHARE.whole() * total_pg_per_day:
        return []
    share = f"{decimal_text(PEAK_SHARE.whole(), 10)} %"
    return [
        PEAK_HOUR.finding(
            field="infusion_mode",
            says=f"The peak hour gives {show_mass(peak_hour_pg)}, more than {share} of {show_dose(total_pg_per_day)}.",
            remedy="Check each step's dose per hour and its length, or write down why the peak is meant.",
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakCase:
    """The values of `judge_peak`, as one record."""

    total_pg_per_day: int
    peak_hour_pg: int


QUESTIONS: dict[str, Question] = {"flex.peak": (PeakCase, one_by_one(judge_peak))}


def _stretches(steps: tuple[DoseStep, ...], cycle_ms: int) -> list[tuple[int, int, DoseStep]]:
    """(start, end, step) through one cycle. The first step starts it."""
    assert steps, "a schedule has a step"
    assert steps[0].start_ms == 0, "the first step starts the cycle"
    ends = [step.start_ms for step in steps[1:]] + [cycle_ms]
    assert all(step.start_ms < end for step, end in zip(steps, ends, strict=True)), "steps follow one another"
    return [(step.start_ms, end, step) for step, end in zip(steps, ends, strict=True)]


def _drug_in_hour(steps: tuple[DoseStep, ...], cycle_ms: int, from_ms: int) -> Fraction:
    """Drug in `[from_ms, from_ms + 1 h)`, wrapping at the end of the cycle."""
    drug = 0
    for start, end, step in _stretches(steps, cycle_ms):
        for shift in (0, cycle_ms):
            overlap = min(end + shift, from_ms + HOUR_MS) - max(start + shift, from_ms)
            drug += step.dose_pg_per_day * max(0, overlap)
    return Fraction(drug, DAY_MS)
