"""The first daily dose after a screening test, and what is asked of it."""

from dataclasses import dataclass

from thecal.care.asking import Question, slowest_rate
from thecal.care.limits import (
    LARGEST_SCREENING,
    LIBRARY,
    LIBRARY_PG_PER_NL,
    LONG_EFFECT,
    START_FACTOR,
    START_TWO_PEOPLE,
    hardest,
)
from thecal.care.slips import judge_slip
from thecal.findings import Finding, Rule, Severity
from thecal.sources import Sourced
from thecal.units import show_concentration, show_dose, show_duration, show_mass, show_rate

BELOW_DEVICE = Rule(
    name="start.below_device",
    severity=Severity.BLOCK,
    asks="A first dose that the pump is too coarse to give waits for a weaker fill.",
    source="SynchroMed II product page for clinicians, medtronic.com/de-de",
    grade="maker",
    numbers=(LIBRARY,),
)
OVER_HUNDRED = Rule(
    name="start.over_100",
    severity=Severity.TWO_PEOPLE,
    asks="A first daily dose above what experts usually start with is checked by a second person.",
    source=START_TWO_PEOPLE.source,
    grade=START_TWO_PEOPLE.grade,
    numbers=(START_TWO_PEOPLE,),
)
SCREENING_UNKNOWN = Rule(
    name="start.screening_unknown",
    severity=Severity.TWO_PEOPLE,
    asks="A first dose with no screening test on record is checked by a second person.",
    source=START_FACTOR.source,
    grade=START_FACTOR.grade,
    numbers=(START_FACTOR,),
)
SCREENING_LARGE = Rule(
    name="start.screening_large",
    severity=Severity.TWO_PEOPLE,
    asks="A screening dose above the label's largest is read again by a second person.",
    source=LARGEST_SCREENING.source,
    grade=LARGEST_SCREENING.grade,
    numbers=(LARGEST_SCREENING,),
)
OVER_RULE = Rule(
    name="start.over_rule",
    severity=Severity.TWO_PEOPLE,
    asks="A first daily dose is at most twice the effective screening dose, or once where its effect lasted.",
    source=START_FACTOR.source,
    grade=START_FACTOR.grade,
    numbers=(START_FACTOR, LONG_EFFECT),
)

RULES = (BELOW_DEVICE, OVER_HUNDRED, SCREENING_UNKNOWN, SCREENING_LARGE, OVER_RULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """A screening test that worked: the effective bolus, how long it worked, and whether it still did at the end.

    `effect_lasted_ms` and `present_at_last_observation` are None where nobody wrote them down.
    """

    effective_pg: int
    effect_lasted_ms: int | None
    present_at_last_observation: bool | None

    def __post_init__(self) -> None:
        assert self.effective_pg > 0, "an effective dose is more than nothing"
        assert self.effect_lasted_ms is None or self.effect_lasted_ms >= 0, "an effect does not last less than no time"

    @property
    def ended_soon(self) -> bool:
        """Whether it is known that the effect was over within 8 hours."""
        known = self.effect_lasted_ms is not None and self.present_at_last_observation is False
        return known and self.effect_lasted_ms is not None and self.effect_lasted_ms <= LONG_EFFECT.whole()


def starting_dose_pg_per_day(screening: Screening) -> int:
    """Twice the effective screening dose over 24 h; once, where the effect outlasted 8 h or its end was not seen.

    >>> eight_h = 8 * 3_600_000
    >>> known = Screening(effective_pg=50_000_000, effect_lasted_ms=eight_h, present_at_last_observation=False)
    >>> starting_dose_pg_per_day(known)
    100000000
    >>> long = Screening(effective_pg=50_000_000, effect_lasted_ms=eight_h + 1, present_at_last_observation=False)
    >>> starting_dose_pg_per_day(long)
    50000000
    >>> unseen = Screening(effective_pg=50_000_000, effect_lasted_ms=None, present_at_last_observation=None)
    >>> starting_dose_pg_per_day(unseen)
    50000000
    """
    return screening.effective_pg * (START_FACTOR.whole() if screening.ended_soon else 1)


def why_this_factor(screening: Screening) -> str:
    """One sentence that says why the factor is two or one."""
    dose = show_mass(screening.effective_pg)
    limit = show_duration(LONG_EFFECT.whole())
    if screening.ended_soon:
        return f"Twice the effective screening dose of {dose}: its effect ended within {limit}."
    if screening.present_at_last_observation:
        return f"Once the effective screening dose of {dose}: the effect was still there at the last observation."
    if screening.effect_lasted_ms is not None and screening.effect_lasted_ms > LONG_EFFECT.whole():
        return f"Once the effective screening dose of {dose}: the effect lasted longer than {limit}."
    return f"Once the effective screening dose of {dose}: how long the effect lasted is not known."


def judge_start(
    *, dose_pg_per_day: int, concentration_pg_per_nl: int, screening: Screening | None, slowest: Sourced
) -> list[Finding]:
    """What a first daily dose asks for. `slowest` is the pump's slowest rate in nL/day.

    >>> slowest = Sourced(name="rate_min", value=48_000, unit="nL/day", source="maker", grade="maker")
    >>> known = Screening(effective_pg=50_000_000, effect_lasted_ms=6 * 3_600_000, present_at_last_observation=False)
    >>> judge_start(dose_pg_per_day=100_000_000, concentration_pg_per_nl=500, screening=known, slowest=slowest)
    []
    >>> [f.rule for f in judge_start(
    ...     dose_pg_per_day=50_000_000, concentration_pg_per_nl=2_000, screening=known, slowest=slowest)]
    ['start.below_device']
    >>> [f.rule for f in judge_start(
    ...     dose_pg_per_day=110_000_000, concentration_pg_per_nl=500, screening=known, slowest=slowest)]
    ['start.over_rule', 'start.over_100']
    >>> large = Screening(effective_pg=101_000_000, effect_lasted_ms=None, present_at_last_observation=None)
    >>> for screening in (None, large):
    ...     [f.rule for f in judge_start(
    ...         dose_pg_per_day=50_000_000, concentration_pg_per_nl=500, screening=screening, slowest=slowest)]
    ['start.screening_unknown']
    ['start.screening_large']
    """
    found = _judge_screening(dose_pg_per_day, screening)
    if dose_pg_per_day > START_TWO_PEOPLE.whole():
        found.append(_over_hundred(dose_pg_per_day))
    return found + judge_slowest_start(
        dose_pg_per_day=dose_pg_per_day, concentration_pg_per_nl=concentration_pg_per_nl, slowest=slowest
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCase:
    """The values of `judge_start`, as one record."""

    dose_pg_per_day: int
    concentration_pg_per_nl: int
    slowest_nl_per_day: int
    screening: Screening | None = None


def judge_start_case(case: StartCase) -> list[Finding]:
    """What a first daily dose asks for, of a pump whose slowest rate is as entered.

    >>> test = Screening(effective_pg=50_000_000, effect_lasted_ms=1, present_at_last_observation=False)
    >>> case = StartCase(
    ...     dose_pg_per_day=20_000_000, concentration_pg_per_nl=500, slowest_nl_per_day=48_000, screening=test)
    >>> [f.rule for f in judge_start_case(case)]
    ['start.below_device']
    """
    return judge_start(
        dose_pg_per_day=case.dose_pg_per_day,
        concentration_pg_per_nl=case.concentration_pg_per_nl,
        screening=case.screening,
        slowest=slowest_rate(case.slowest_nl_per_day),
    )


QUESTIONS: dict[str, Question] = {"start.dose": (StartCase, judge_start_case)}


def judge_slowest_start(*, dose_pg_per_day: int, concentration_pg_per_nl: int, slowest: Sourced) -> list[Finding]:
    """Refuse a start that the pump is too coarse for, and name the concentration at which it would run."""
    if dose_pg_per_day >= slowest.whole() * concentration_pg_per_nl:
        return []
    return [
        BELOW_DEVICE.finding(
            severity=hardest(slowest),
            field="concentration_pg_per_nl",
            says=(
                f"{show_dose(dose_pg_per_day)} of {show_concentration(concentration_pg_per_nl)} would run below the "
                f"pump's slowest rate of {show_rate(slowest.whole())}."
            ),
            remedy=_weaker_remedy(dose_pg_per_day, concentration_pg_per_nl, slowest),
            numbers=(slowest, LIBRARY),
        )
    ]


def weaker_concentration_pg_per_nl(*, dose_pg_per_day: int, slowest_nl_per_day: int) -> int | None:
    """The strongest concentration in the library at which the pump can give this dose, or None.

    >>> weaker_concentration_pg_per_nl(dose_pg_per_day=50_000_000, slowest_nl_per_day=48_000)
    1000
    >>> weaker_concentration_pg_per_nl(dose_pg_per_day=23_000_000, slowest_nl_per_day=48_000) is None
    True
    """
    fits = [c for c in LIBRARY_PG_PER_NL if dose_pg_per_day >= slowest_nl_per_day * c]
    return max(fits, default=None)


def _weaker_remedy(dose_pg_per_day: int, concentration_pg_per_nl: int, slowest: Sourced) -> str:
    """The concentration to fill with, or the least dose that can be given."""
    weaker = weaker_concentration_pg_per_nl(dose_pg_per_day=dose_pg_per_day, slowest_nl_per_day=slowest.whole())
    if weaker is not None:
        return f"Fill with {show_concentration(weaker)} instead of {show_concentration(concentration_pg_per_nl)}."
    weakest = LIBRARY_PG_PER_NL[0]
    least = show_dose(slowest.whole() * weakest)
    return f"The least this pump can give is {least}, of {show_concentration(weakest)}."


def _over_hundred(dose_pg_per_day: int) -> Finding:
    return OVER_HUNDRED.finding(
        field="dose_pg_per_day",
        says=f"A start at {show_dose(dose_pg_per_day)} is above {show_dose(START_TWO_PEOPLE.whole())}.",
        remedy="Have a second person check the dose, and write down why.",
    )


def _judge_screening(dose_pg_per_day: int, screening: Screening | None) -> list[Finding]:
    """The dose beside what the screening test allows."""
    if screening is None:
        return [_screening_unknown()]
    found: list[Finding] = []
    allowed = starting_dose_pg_per_day(screening)
    if screening.effective_pg > LARGEST_SCREENING.whole():
        found.append(_screening_large(screening))
    if dose_pg_per_day > allowed:
        found.append(_over_rule(dose_pg_per_day, allowed, screening))
    return found + judge_slip(old_pg_per_day=allowed, new_pg_per_day=dose_pg_per_day, field="dose_pg_per_day")


def _screening_unknown() -> Finding:
    return SCREENING_UNKNOWN.finding(
        field="screening",
        says="No screening test is on record, so no starting dose can be worked out.",
        remedy="Record the effective screening dose and how long it worked, or say why there is none.",
    )


def _screening_large(screening: Screening) -> Finding:
    return SCREENING_LARGE.finding(
        field="screening",
        says=(
            f"A screening dose of {show_mass(screening.effective_pg)} is above the largest in the label, "
            f"{show_mass(LARGEST_SCREENING.whole())}."
        ),
        remedy="Check the entry; who does not respond to the largest dose is no candidate for a pump.",
    )


def _over_rule(dose_pg_per_day: int, allowed_pg_per_day: int, screening: Screening) -> Finding:
    return OVER_RULE.finding(
        field="dose_pg_per_day",
        says=f"A start at {show_dose(dose_pg_per_day)} is above {show_dose(allowed_pg_per_day)}.",
        remedy=f"{why_this_factor(screening)} Go no higher, or have a second person check it and write down why.",
    )
