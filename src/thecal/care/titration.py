"""How far and how soon a daily dose may be changed.

An increase is a percentage of the running 24-hour dose, once in 24 hours, and the 24 hours count from the moment when
that dose reached the catheter's tip. Children are titrated like spasticity of cerebral origin, the stricter of the
two; "child" is under 18 here, although some sources treat everyone over 12 as an adult.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.asking import Question, one_by_one
from thecal.care.limits import (
    CEREBRAL_MAINTENANCE,
    CEREBRAL_STEP,
    FIRST_DAY,
    HIGH_DOSE,
    LOWERING_STEP,
    PAEDIATRIC_BELOW,
    PUMP_ROUNDING,
    SPINAL_MAINTENANCE,
    SPINAL_STEP,
    STEP_INTERVAL,
)
from thecal.care.slips import judge_slip
from thecal.findings import Finding, Rule, Severity
from thecal.sources import Sourced
from thecal.units import decimal_text, show_change, show_dose, show_duration

FIELD = "dose_pg_per_day"
_SIGN = "Have a second person check it, and write down why."


TOO_LARGE = Rule(
    name="titration.increase",
    severity=Severity.TWO_PEOPLE,
    asks="An increase stays within the label's share of the running dose, by origin, age and phase.",
    source=CEREBRAL_STEP.source,
    grade=CEREBRAL_STEP.grade,
    numbers=(SPINAL_STEP, CEREBRAL_STEP, SPINAL_MAINTENANCE, CEREBRAL_MAINTENANCE, PAEDIATRIC_BELOW),
)
LIMIT_UNKNOWN = Rule(
    name="titration.limit_unknown",
    severity=Severity.NOTE,
    asks="Where origin, age or phase is not on record, the stricter limit is used, and that is said.",
    source=CEREBRAL_STEP.source,
    grade=CEREBRAL_STEP.grade,
    numbers=(CEREBRAL_STEP, CEREBRAL_MAINTENANCE),
)
FIRST_DAY_INCREASE = Rule(
    name="titration.first_day",
    severity=Severity.TWO_PEOPLE,
    asks="No increase in the first 24 hours after the start.",
    source=FIRST_DAY.source,
    grade=FIRST_DAY.grade,
    numbers=(FIRST_DAY,),
)
ARRIVAL_UNKNOWN = Rule(
    name="titration.arrival_unknown",
    severity=Severity.REASON,
    asks="An increase has its reason where nobody knows when the running dose reached the tip.",
    source=STEP_INTERVAL.source,
    grade=STEP_INTERVAL.grade,
    numbers=(STEP_INTERVAL,),
)
TOO_SOON = Rule(
    name="titration.interval",
    severity=Severity.TWO_PEOPLE,
    asks="An increase comes 24 hours after the running dose reached the tip, or later.",
    source=STEP_INTERVAL.source,
    grade=STEP_INTERVAL.grade,
    numbers=(STEP_INTERVAL,),
)
LOWERING = Rule(
    name="titration.lowering",
    severity=Severity.TWO_PEOPLE,
    asks="A lowering beyond the label's share is checked by a second person, and never blocked.",
    source=LOWERING_STEP.source,
    grade=LOWERING_STEP.grade,
    numbers=(LOWERING_STEP,),
)
HIGH = Rule(
    name="dose.high",
    severity=Severity.NOTE,
    asks="Above this dose there is little experience; it is no maximum.",
    source=HIGH_DOSE.source,
    grade=HIGH_DOSE.grade,
    numbers=(HIGH_DOSE,),
)
RULES = (
    TOO_LARGE,
    LIMIT_UNKNOWN,
    FIRST_DAY_INCREASE,
    ARRIVAL_UNKNOWN,
    TOO_SOON,
    LOWERING,
    HIGH,
)


class Origin(Enum):
    """Where the spasticity comes from."""

    SPINAL = auto()
    CEREBRAL = auto()


class Phase(Enum):
    """Titration right after the implant, or maintenance at refills."""

    TITRATION = auto()
    MAINTENANCE = auto()


def increase_limit(*, origin: Origin | None, age_years: int | None, phase: Phase | None) -> Sourced:
    """The greatest increase, per mille of the running dose. What is not known takes the stricter limit.

    >>> increase_limit(origin=Origin.SPINAL, age_years=40, phase=Phase.TITRATION).value
    300
    >>> increase_limit(origin=Origin.SPINAL, age_years=17, phase=Phase.TITRATION).value
    150
    >>> increase_limit(origin=None, age_years=None, phase=None).value
    150
    """
    adult = age_years is not None and age_years >= PAEDIATRIC_BELOW.whole()
    spinal = origin is Origin.SPINAL and adult
    if phase is Phase.MAINTENANCE:
        return SPINAL_MAINTENANCE if spinal else CEREBRAL_MAINTENANCE
    return SPINAL_STEP if spinal else CEREBRAL_STEP


def is_increase(*, old_pg_per_day: int, new_pg_per_day: int) -> bool:
    """Whether the new dose is higher by more than the pump's whole nanolitres make it.

    >>> is_increase(old_pg_per_day=300_000_000, new_pg_per_day=300_030_000)
    False
    >>> is_increase(old_pg_per_day=300_000_000, new_pg_per_day=300_030_001)
    True
    """
    return (new_pg_per_day - old_pg_per_day) * 1_000_000 > PUMP_ROUNDING.whole() * old_pg_per_day


def judge_step(
    *,
    old_pg_per_day: int,
    new_pg_per_day: int,
    origin: Origin | None,
    age_years: int | None,
    phase: Phase | None,
    since_start_ms: int | None,
    since_arrival_ms: int | None,
) -> list[Finding]:
    """What a change of a running daily dose asks for. Nothing here blocks.

    `since_start_ms` counts from the first infusion and `since_arrival_ms` from the present dose's arrival at the tip
    (negative while it is under way); None where it is not known. An arrival a day ago answers for an unknown start,
    for nothing arrives before it starts.

    >>> same = dict(origin=Origin.SPINAL, age_years=40, phase=Phase.TITRATION)
    >>> day = 86_400_000
    >>> judge_step(old_pg_per_day=100, new_pg_per_day=130, since_start_ms=day, since_arrival_ms=day, **same)
    []
    >>> [f.rule for f in judge_step(
    ...     old_pg_per_day=100, new_pg_per_day=131, since_start_ms=day, since_arrival_ms=day - 1, **same)]
    ['titration.interval', 'titration.increase']
    >>> [f.rule for f in judge_step(
    ...     old_pg_per_day=100, new_pg_per_day=79, since_start_ms=None, since_arrival_ms=None, **same)]
    ['titration.lowering']
    >>> [f.rule for f in judge_step(
    ...     old_pg_per_day=100, new_pg_per_day=110, since_start_ms=day - 1, since_arrival_ms=None, **same)]
    ['titration.first_day']
    >>> [f.rule for f in judge_step(old_pg_per_day=100, new_pg_per_day=110, since_start_ms=None,
    ...     since_arrival_ms=None, origin=None, age_years=40, phase=None)]
    ['titration.arrival_unknown', 'titration.limit_unknown']
    """
    assert old_pg_per_day > 0, "a change needs a running dose; a first dose is a start"
    found: list[Finding] = []
    if is_increase(old_pg_per_day=old_pg_per_day, new_pg_per_day=new_pg_per_day):
        found += _judge_time(since_start_ms, since_arrival_ms)
        found += _judge_increase(old_pg_per_day, new_pg_per_day, origin, age_years, phase)
    found += judge_lowering(old_pg_per_day=old_pg_per_day, new_pg_per_day=new_pg_per_day)
    found += judge_slip(old_pg_per_day=old_pg_per_day, new_pg_per_day=new_pg_per_day, field=FIELD)
    return found


def judge_level(dose_pg_per_day: int) -> list[Finding]:
    """A note above 1000 mcg/day, where there is little experience. It is no maximum.

    >>> judge_level(1_000_000_000)
    []
    >>> [(f.rule, f.severity.name) for f in judge_level(1_000_000_001)]
    [('dose.high', 'NOTE')]
    """
    if dose_pg_per_day <= HIGH_DOSE.whole():
        return []
    return [
        HIGH.finding(
            field=FIELD,
            says=f"{show_dose(dose_pg_per_day)} is above {show_dose(HIGH_DOSE.whole())}: there is little experience.",
            remedy="If the need keeps rising, look at pump and catheter before the next increase.",
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCase:
    """The values of `judge_step`, as one record."""

    old_pg_per_day: int
    new_pg_per_day: int
    origin: Origin | None = None
    age_years: int | None = None
    phase: Phase | None = None
    since_start_ms: int | None = None
    since_arrival_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCase:
    """The value of `judge_level`."""

    dose_pg_per_day: int


QUESTIONS: dict[str, Question] = {
    "titration.step": (StepCase, one_by_one(judge_step)),
    "dose.level": (LevelCase, one_by_one(judge_level)),
}


def beyond(old_pg_per_day: int, change_pg_per_day: int, limit_per_mille: int) -> bool:
    """Whether a change is more than the limit's share of the running dose, the pump's rounding allowed for.

    >>> [beyond(300_000_000, change, 150) for change in (45_030_000, 45_030_001)]
    [False, True]
    """
    return change_pg_per_day * 1_000_000 > (limit_per_mille * 1_000 + PUMP_ROUNDING.whole()) * old_pg_per_day


def _judge_increase(
    old: int, new: int, origin: Origin | None, age_years: int | None, phase: Phase | None
) -> list[Finding]:
    """The size of an increase, and what had to be guessed to judge it."""
    limit = increase_limit(origin=origin, age_years=age_years, phase=phase)
    found: list[Finding] = []
    missing = [name for name, value in (("origin", origin), ("age", age_years), ("phase", phase)) if value is None]
    if missing:
        found.append(_limit_unknown(missing, limit))
    if beyond(old, new - old, limit.whole()):
        found.append(_too_large(old, new, limit))
    return found


def _too_large(old: int, new: int, limit: Sourced) -> Finding:
    return TOO_LARGE.finding(
        field=FIELD,
        says=f"{show_dose(old)} to {show_dose(new)} is {show_change(old, new)}, more than +{_percent(limit)}.",
        remedy=f"Go no higher than {show_dose(old + old * limit.whole() // 1_000)}. {_SIGN}",
        numbers=(limit, PAEDIATRIC_BELOW),
    )


def _limit_unknown(missing: list[str], limit: Sourced) -> Finding:
    return LIMIT_UNKNOWN.finding(
        field=missing[0],
        says=f"Not on record: {', '.join(missing)}. The increase is judged by the stricter limit, +{_percent(limit)}.",
        remedy=f"Record {', '.join(missing)}.",
        numbers=(limit,),
    )


def _judge_time(since_start_ms: int | None, since_arrival_ms: int | None) -> list[Finding]:
    """Whether an increase comes too soon, or whether nobody can tell."""
    if since_start_ms is not None and since_start_ms < FIRST_DAY.whole():
        return [_first_day(since_start_ms)]
    if since_arrival_ms is None:
        return [_arrival_unknown()]
    if since_arrival_ms < STEP_INTERVAL.whole():
        return [_too_soon(since_arrival_ms)]
    return []


def _first_day(since_start_ms: int) -> Finding:
    return FIRST_DAY_INCREASE.finding(
        field=FIELD,
        says=f"An increase {show_duration(since_start_ms)} after the start falls in the first 24 hours.",
        remedy=f"Wait until 24 hours after the start. {_SIGN}",
    )


def _arrival_unknown() -> Finding:
    return ARRIVAL_UNKNOWN.finding(
        field="since_arrival_ms",
        says="When the present dose reached the catheter's tip is not known, so its 24 hours cannot be counted.",
        remedy="Record the last change and the catheter's volume, or write down why the increase need not wait.",
    )


def _too_soon(since_arrival_ms: int) -> Finding:
    if since_arrival_ms < 0:
        says = f"The present dose reaches the tip only in {show_duration(-since_arrival_ms)}."
    else:
        says = f"The present dose reached the tip only {show_duration(since_arrival_ms)} ago."
    return TOO_SOON.finding(
        field=FIELD,
        says=says,
        remedy=f"Wait {show_duration(STEP_INTERVAL.whole() - since_arrival_ms)}. {_SIGN}",
    )


def judge_lowering(*, old_pg_per_day: int, new_pg_per_day: int) -> list[Finding]:
    """A large lowering is withdrawal waiting to happen; it is flagged and never blocked.

    >>> judge_lowering(old_pg_per_day=300_000_000, new_pg_per_day=240_000_000)
    []
    >>> [f.rule for f in judge_lowering(old_pg_per_day=300_000_000, new_pg_per_day=239_000_000)]
    ['titration.lowering']
    """
    old, new = old_pg_per_day, new_pg_per_day
    if not beyond(old, old - new, LOWERING_STEP.whole()):
        return []
    gentle = show_dose(old - old * LOWERING_STEP.whole() // 1_000)
    says = f"{show_dose(old)} to {show_dose(new)} is {show_change(old, new)}, more than −{_percent(LOWERING_STEP)}"
    return [
        LOWERING.finding(
            field=FIELD,
            says=f"{says}: withdrawal can follow within hours to days.",
            remedy=f"Where it can be gentler, go no lower than {gentle}. {_SIGN}",
        )
    ]


def _percent(limit: Sourced) -> str:
    return f"{decimal_text(limit.whole(), 10)} %"
