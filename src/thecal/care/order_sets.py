"""Order sets: the bounds within which a nurse may titrate, signed by a prescriber, for one patient, for a time."""

from dataclasses import dataclass

from thecal.care.limits import CEREBRAL_STEP, HIGH_DOSE, SPINAL_STEP, STEP_INTERVAL
from thecal.care.titration import Origin, Phase, increase_limit
from thecal.findings import Finding, Rule, Severity
from thecal.sources import COMPUTED, OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, decimal_text, show_dose, show_duration

_BOUNDS = f"{COMPUTED}: a bound that is missing or crosses another bounds nothing"

LONGEST = Sourced(
    name="order_set_longest",
    value=90 * DAY_MS,
    unit="ms",
    source=f"{OWN_CHOICE}: about one interval between refills, then a prescriber looks again",
    grade="assumed",
)
NUMBERS = register(LONGEST)

INCOMPLETE = Rule(
    name="order.incomplete",
    severity=Severity.BLOCK,
    asks="An order set is not signed before every bound is written: doses, step, interval, number of steps, last day.",
    source=_BOUNDS,
    grade="derived",
)
CONTRADICTS = Rule(
    name="order.contradicts",
    severity=Severity.BLOCK,
    asks="An order set is not signed while its bounds leave no room.",
    source=_BOUNDS,
    grade="derived",
)
LASTS_LONG = Rule(
    name="order.lasts_long",
    severity=Severity.TWO_PEOPLE,
    asks="An order set expires after about one interval between refills.",
    source=LONGEST.source,
    grade="assumed",
    numbers=(LONGEST,),
)
STEP_LARGE = Rule(
    name="order.step_large",
    severity=Severity.TWO_PEOPLE,
    asks="An order set allows no larger step than the label does.",
    source=CEREBRAL_STEP.source,
    grade=CEREBRAL_STEP.grade,
    numbers=(SPINAL_STEP, CEREBRAL_STEP),
)
STEP_SOON = Rule(
    name="order.step_soon",
    severity=Severity.TWO_PEOPLE,
    asks="An order set allows no second step within 24 hours.",
    source=STEP_INTERVAL.source,
    grade=STEP_INTERVAL.grade,
    numbers=(STEP_INTERVAL,),
)
REACHES_HIGH = Rule(
    name="order.reaches_high",
    severity=Severity.NOTE,
    asks="An order set that reaches doses of which there is little experience says so.",
    source=HIGH_DOSE.source,
    grade=HIGH_DOSE.grade,
    numbers=(HIGH_DOSE,),
)
RULES = (INCOMPLETE, CONTRADICTS, LASTS_LONG, STEP_LARGE, STEP_SOON, REACHES_HIGH)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSet:
    """What a prescriber signed. `patient` is the record's own key; it holds from `signed_ms` until `expires_ms`."""

    patient: str
    lowest_pg_per_day: int
    highest_pg_per_day: int
    largest_step_per_mille: int
    shortest_interval_ms: int
    steps: int
    signed_ms: int
    expires_ms: int
    by_prescriber: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningCase:
    """An order set on its way to be signed; None is not written yet. Origin, age and phase choose the label's limit."""

    lowest_pg_per_day: int | None = None
    highest_pg_per_day: int | None = None
    largest_step_per_mille: int | None = None
    shortest_interval_ms: int | None = None
    steps: int | None = None
    signed_ms: int | None = None
    expires_ms: int | None = None
    origin: Origin | None = None
    age_years: int | None = None
    phase: Phase | None = None


def judge_signing(case: SigningCase) -> list[Finding]:
    """What an order set asks for before it is signed. Signing can wait, so a bound that is missing blocks.

    >>> day, year = 86_400_000, 365 * 86_400_000
    >>> bounds = dict(lowest_pg_per_day=200_000_000, highest_pg_per_day=400_000_000, largest_step_per_mille=150,
    ...     shortest_interval_ms=day, steps=4, signed_ms=0, expires_ms=90 * day)
    >>> judge_signing(SigningCase(**bounds))
    []
    >>> for change in ({"steps": None}, {"lowest_pg_per_day": 400_000_001}, {"expires_ms": year},
    ...         {"largest_step_per_mille": 151}, {"shortest_interval_ms": day - 1},
    ...         {"highest_pg_per_day": 1_000_000_001}):
    ...     [f.rule for f in judge_signing(SigningCase(**(bounds | change)))]
    ['order.incomplete']
    ['order.contradicts']
    ['order.lasts_long']
    ['order.step_large']
    ['order.step_soon']
    ['order.reaches_high']
    """
    missing = [name for name in _BOUND_NAMES if getattr(case, name) is None]
    found = [_incomplete(missing)] if missing else _judge_room(case)
    limit = increase_limit(origin=case.origin, age_years=case.age_years, phase=case.phase)
    if case.largest_step_per_mille is not None and case.largest_step_per_mille > limit.whole():
        found.append(_step_large(case.largest_step_per_mille, limit))
    if case.shortest_interval_ms is not None and case.shortest_interval_ms < STEP_INTERVAL.whole():
        found.append(_step_soon(case.shortest_interval_ms))
    if case.highest_pg_per_day is not None and case.highest_pg_per_day > HIGH_DOSE.whole():
        found.append(_reaches_high(case.highest_pg_per_day))
    return found


QUESTIONS = {"order.signing": (SigningCase, judge_signing)}

_BOUND_NAMES = {
    "lowest_pg_per_day": "the lowest dose",
    "highest_pg_per_day": "the highest dose",
    "largest_step_per_mille": "the largest step",
    "shortest_interval_ms": "the shortest interval",
    "steps": "the number of steps",
    "signed_ms": "the date of signing",
    "expires_ms": "the last day",
}


def _judge_room(case: SigningCase) -> list[Finding]:
    """Whether written bounds leave room, and for how long."""
    lowest, highest = case.lowest_pg_per_day or 0, case.highest_pg_per_day or 0
    lasts_ms = (case.expires_ms or 0) - (case.signed_ms or 0)
    crossed = {
        "highest_pg_per_day": (lowest > highest, "The lowest dose is above the highest."),
        "lowest_pg_per_day": (lowest <= 0, "The lowest dose is none: a stop is no step."),
        "largest_step_per_mille": ((case.largest_step_per_mille or 0) <= 0, "The largest step is none."),
        "steps": ((case.steps or 0) < 1, "It allows no step."),
        "expires_ms": (lasts_ms <= 0, "It would expire before it is signed."),
    }
    found = [
        CONTRADICTS.finding(field=field, says=says, remedy="Write bounds that leave room, or sign no order set.")
        for field, (wrong, says) in crossed.items()
        if wrong
    ]
    return [*found, _lasts_long(lasts_ms)] if lasts_ms > LONGEST.whole() else found


def _incomplete(missing: list[str]) -> Finding:
    return INCOMPLETE.finding(
        field=missing[0],
        says=f"Not written: {', '.join(_BOUND_NAMES[name] for name in missing)}.",
        remedy="Write every bound; none of them has a default.",
    )


def _lasts_long(lasts_ms: int) -> Finding:
    return LASTS_LONG.finding(
        field="expires_ms",
        says=f"It would hold for {show_duration(lasts_ms)}, longer than {show_duration(LONGEST.whole())}.",
        remedy="Let it expire sooner, or have a second person check it and write down why.",
    )


def _step_large(step_per_mille: int, limit: Sourced) -> Finding:
    return STEP_LARGE.finding(
        field="largest_step_per_mille",
        says=f"Steps of {_percent(step_per_mille)} are more than the label's {_percent(limit.whole())}.",
        remedy="Write a smaller step, or have a second person check it and write down why.",
        numbers=(limit,),
    )


def _step_soon(interval_ms: int) -> Finding:
    return STEP_SOON.finding(
        field="shortest_interval_ms",
        says=f"A step every {show_duration(interval_ms)} is sooner than one a day.",
        remedy="Write 24 hours or more, or have a second person check it and write down why.",
    )


def _reaches_high(highest_pg_per_day: int) -> Finding:
    return REACHES_HIGH.finding(
        field="highest_pg_per_day",
        says=f"It reaches {show_dose(highest_pg_per_day)}, above {show_dose(HIGH_DOSE.whole())}.",
        remedy="If the need keeps rising, look at pump and catheter before the next increase.",
    )


def _percent(per_mille: int) -> str:
    return f"{decimal_text(per_mille, 10)} %"
