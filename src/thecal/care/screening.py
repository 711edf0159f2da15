"""What is asked of a screening dose before it is injected: its place in the series, its time, and how it is given.

The questions about the patient stand in `thecal.care.screening_checklist`. What was injected and what was seen
afterwards is judged in `thecal.care.screening_watch` and `thecal.care.responder`, and never refused.

Some pages print the duration of the injection the wrong way round, as less than a minute. The label says at least one.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.limits import LARGEST_SCREENING
from thecal.care.screening_checklist import BOSTER
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, PG_PER_MCG, SECOND_MS, show_duration, show_mass

_LABEL = "baclofen label as restated by drugs.com/dosage/baclofen.html"

SMALL_DOSE = Sourced(name="screening_small", value=25 * PG_PER_MCG, unit="pg", source=BOSTER, grade="paper")
FIRST_DOSE = Sourced(name="screening_first", value=50 * PG_PER_MCG, unit="pg", source=_LABEL, grade="label")
SECOND_DOSE = Sourced(name="screening_second", value=75 * PG_PER_MCG, unit="pg", source=_LABEL, grade="label")
DOSE_INTERVAL = Sourced(name="screening_interval", value=DAY_MS, unit="ms", source=_LABEL, grade="label")
SHORTEST_INJECTION = Sourced(name="shortest_injection", value=60 * SECOND_MS, unit="ms", source=_LABEL, grade="label")
CHECKLIST_LIFE = Sourced(
    name="checklist_life",
    value=DAY_MS,
    unit="ms",
    source=f"{OWN_CHOICE}: an infection, a relapse or a wound may be new since yesterday",
    grade="assumed",
)

NUMBERS = register(SMALL_DOSE, FIRST_DOSE, SECOND_DOSE, DOSE_INTERVAL, SHORTEST_INJECTION, CHECKLIST_LIFE)
SERIES_PG = (SMALL_DOSE.whole(), FIRST_DOSE.whole(), SECOND_DOSE.whole(), LARGEST_SCREENING.whole())
"""25, 50, 75 and 100 mcg."""
_STEPS = (SMALL_DOSE, FIRST_DOSE, SECOND_DOSE, LARGEST_SCREENING)

CHECKLIST = Rule(
    name="screening.checklist",
    severity=Severity.BLOCK,
    asks="The checklist is answered before every screening dose; one older than a day asks for two people.",
    source=BOSTER,
    grade="paper",
)
NO_DOSE = Rule(
    name="screening.no_dose",
    severity=Severity.BLOCK,
    asks="How much is to be injected is written down before it is.",
    source=_LABEL,
    grade="label",
)
LARGEST = Rule(
    name="screening.largest",
    severity=Severity.BLOCK,
    asks="No screening dose is larger than 100 mcg.",
    source=_LABEL,
    grade="label",
    numbers=(LARGEST_SCREENING,),
)
STEP = Rule(
    name="screening.step",
    severity=Severity.BLOCK,
    asks="The series begins with 50 mcg or less and goes up one step at a time.",
    source=_LABEL,
    grade="label",
    numbers=_STEPS,
)
CAREFUL_FIRST = Rule(
    name="screening.careful_first",
    severity=Severity.TWO_PEOPLE,
    asks="A very small child, or who relies on spasticity to move, begins with 25 mcg; 50 asks for two people.",
    source=BOSTER,
    grade="paper",
    numbers=(SMALL_DOSE, FIRST_DOSE),
)
SERIES = Rule(
    name="screening.series",
    severity=Severity.TWO_PEOPLE,
    asks="Screening doses are 25, 50, 75 and 100 mcg, and the series ends with 100.",
    source=f"{BOSTER}; {_LABEL}",
    grade="paper",
    numbers=_STEPS,
)
INTERVAL = Rule(
    name="screening.interval",
    severity=Severity.BLOCK,
    asks="Two screening doses are at least 24 hours apart.",
    source=_LABEL,
    grade="label",
    numbers=(DOSE_INTERVAL,),
)
ENOUGH = Rule(
    name="screening.enough",
    severity=Severity.BLOCK,
    asks="A larger dose is given only where the last one is known not to have done enough.",
    source=_LABEL,
    grade="label",
)
SPEED = Rule(
    name="screening.speed",
    severity=Severity.BLOCK,
    asks="A screening dose is injected over at least one minute.",
    source=_LABEL,
    grade="label",
    numbers=(SHORTEST_INJECTION,),
)
HAS_PUMP = Rule(
    name="screening.has_pump",
    severity=Severity.TWO_PEOPLE,
    asks="A bolus on top of what a pump delivers asks for two people.",
    source=f"{OWN_CHOICE}: the label's test comes before any pump, and two doses add up",
    grade="assumed",
)
RULE_FIRST = Rule(
    name="screening.rule_first",
    severity=Severity.TWO_PEOPLE,
    asks="What will count as a response is chosen, and the tone examined, before the first dose.",
    source=f"{OWN_CHOICE}: a bar that is set afterwards finds what one hoped for",
    grade="assumed",
)
RULES = (CHECKLIST, NO_DOSE, LARGEST, STEP, CAREFUL_FIRST, SERIES, INTERVAL, ENOUGH, SPEED, HAS_PUMP, RULE_FIRST)


class Response(Enum):
    """What a dose did, as the team judged it."""

    ENOUGH = auto()
    NOT_ENOUGH = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A screening dose that was injected. `response` is None until somebody has judged it."""

    dose_pg: int
    at_ms: int
    response: Response | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseCase:
    """A screening dose that is about to be injected at `at_ms`, with the doses of this test `given` before.

    `over_ms` is how long the injection will take; `checked_ms` when the checklist was answered.
    """

    at_ms: int
    dose_pg: int | None = None
    given: tuple[Given, ...] = ()
    over_ms: int | None = None
    checked_ms: int | None = None
    very_small: bool | None = None
    relies_on_tone: bool | None = None
    rule_chosen: bool | None = None
    examined_before: bool | None = None
    has_pump: bool | None = None

    def __post_init__(self) -> None:
        assert self.dose_pg is None or self.dose_pg > 0, "a dose is more than nothing"

    @property
    def last(self) -> Given | None:
        """The latest of the doses before."""
        return max(self.given, key=lambda given: given.at_ms, default=None)


def judge_dose(case: DoseCase) -> list[Finding]:
    """What stands against this dose now.

    >>> day, mcg = 86_400_000, 1_000_000
    >>> first = DoseCase(
    ...     dose_pg=50 * mcg, at_ms=0, over_ms=60_000, checked_ms=0, very_small=False, relies_on_tone=False,
    ...     rule_chosen=True, examined_before=True, has_pump=False)
    >>> judge_dose(first)
    []
    >>> from dataclasses import replace
    >>> fifty = Given(dose_pg=50 * mcg, at_ms=0, response=Response.NOT_ENOUGH)
    >>> judge_dose(replace(first, dose_pg=75 * mcg, at_ms=day, checked_ms=day, given=(fifty,)))
    []
    >>> def rules(**changes): return [finding.rule for finding in judge_dose(replace(first, **changes))]
    >>> rules(dose_pg=101 * mcg)
    ['screening.largest', 'screening.step', 'screening.series']
    >>> rules(over_ms=59_999, checked_ms=None, relies_on_tone=None, rule_chosen=False)
    ['screening.checklist', 'screening.careful_first', 'screening.speed', 'screening.rule_first']
    >>> rules(dose_pg=75 * mcg, at_ms=day - 1, given=(replace(fifty, response=None),))
    ['screening.interval', 'screening.enough']
    >>> rules(dose_pg=None, has_pump=True)
    ['screening.no_dose', 'screening.has_pump']
    """
    if case.dose_pg is None:
        says = "How much is to be injected is not written down."
        amount = [NO_DOSE.finding(field="dose_pg", says=says, remedy="Enter the dose.")]
    else:
        amount = _judge_amount(case, case.dose_pg)
    return _judge_age(case) + _judge_interval(case) + amount + _judge_room(case)


def next_step_pg(last_pg: int | None) -> int:
    """The largest dose that may follow: 50 mcg at first, then one step up, and 100 mcg at most.

    >>> [next_step_pg(last and last * 1_000_000) // 1_000_000 for last in (None, 10, 25, 50, 75, 100)]
    [50, 25, 50, 75, 100, 100]
    """
    if last_pg is None:
        return FIRST_DOSE.whole()
    return min((step_pg for step_pg in SERIES_PG if step_pg > last_pg), default=LARGEST_SCREENING.whole())


def next_dose_from_ms(last_at_ms: int) -> int:
    """The first instant at which another dose may be injected."""
    return last_at_ms + DOSE_INTERVAL.whole()


QUESTIONS = {"screening.dose": (DoseCase, judge_dose)}


def _judge_age(case: DoseCase) -> list[Finding]:
    """Whether the checklist was answered, and lately."""
    if case.checked_ms is None:
        says, remedy = "The checklist is not answered.", "Answer every question on it."
        return [CHECKLIST.finding(field="dose_pg", says=says, remedy=remedy)]
    age_ms = case.at_ms - case.checked_ms
    if 0 <= age_ms <= CHECKLIST_LIFE.whole():
        return []
    says = f"The checklist was answered {show_duration(abs(age_ms))} {'before' if age_ms > 0 else 'after'} the dose."
    remedy = "Answer it again."
    return [
        CHECKLIST.finding(
            field="dose_pg", says=says, remedy=remedy, severity=Severity.TWO_PEOPLE, numbers=(CHECKLIST_LIFE,)
        )
    ]


def _judge_interval(case: DoseCase) -> list[Finding]:
    if case.last is None or case.at_ms >= next_dose_from_ms(case.last.at_ms):
        return []
    says = f"The last dose was {show_duration(max(0, case.at_ms - case.last.at_ms))} ago."
    remedy = f"Wait until {show_duration(DOSE_INTERVAL.whole())} have passed."
    return [INTERVAL.finding(field="at_ms", says=says, remedy=remedy)]


def _judge_amount(case: DoseCase, dose_pg: int) -> list[Finding]:
    """The dose against the label's largest, against the last one, and against the series."""
    found: list[Finding] = []
    if dose_pg > LARGEST_SCREENING.whole():
        says = f"{show_mass(dose_pg)} is more than {show_mass(LARGEST_SCREENING.whole())}."
        found.append(LARGEST.finding(field="dose_pg", says=says, remedy="Give no more than that."))
    found += _judge_step(case, dose_pg) + _judge_series(case, dose_pg)
    return found + (_judge_first(case, dose_pg) if case.last is None else _judge_enough(case.last, dose_pg))


def _judge_step(case: DoseCase, dose_pg: int) -> list[Finding]:
    allowed_pg = next_step_pg(case.last.dose_pg if case.last else None)
    if dose_pg <= allowed_pg:
        return []
    after = f"after {show_mass(case.last.dose_pg)}" if case.last else "as the first dose"
    says = f"{show_mass(dose_pg)} {after} is more than one step up."
    return [STEP.finding(field="dose_pg", says=says, remedy=f"Give {show_mass(allowed_pg)} at most.")]


def _judge_series(case: DoseCase, dose_pg: int) -> list[Finding]:
    if dose_pg not in SERIES_PG:
        says = f"{show_mass(dose_pg)} is no dose of the series."
        remedy = f"Give {', '.join(show_mass(step_pg) for step_pg in SERIES_PG)}, or have a second person agree."
        return [SERIES.finding(field="dose_pg", says=says, remedy=remedy)]
    if any(_ended_series(given) for given in case.given):
        says = f"{show_mass(LARGEST_SCREENING.whole())} has already not been enough: the series is over."
        remedy = "Record an extended infusion test, or have a second person agree."
        return [SERIES.finding(field="dose_pg", says=says, remedy=remedy)]
    return []


def _ended_series(given: Given) -> bool:
    return given.dose_pg >= LARGEST_SCREENING.whole() and given.response is Response.NOT_ENOUGH


def _judge_first(case: DoseCase, dose_pg: int) -> list[Finding]:
    """More than 25 mcg where it may be too much."""
    found: list[Finding] = []
    if dose_pg <= SMALL_DOSE.whole():
        return found
    careful = {"very_small": ("is a very small child", case.very_small)}
    careful["relies_on_tone"] = ("relies on spasticity to move", case.relies_on_tone)
    for field, (what, answer) in careful.items():
        if answer is not False:
            says = f"Whether the patient {what} is not known." if answer is None else f"The patient {what}."
            remedy = f"Begin with {show_mass(SMALL_DOSE.whole())}, or have a second person agree."
            found.append(CAREFUL_FIRST.finding(field=field, says=says, remedy=remedy))
    return found


def _judge_enough(last: Given, dose_pg: int) -> list[Finding]:
    if last.response is Response.NOT_ENOUGH:
        return []
    known = "did enough" if last.response is Response.ENOUGH else "has not been judged"
    return [
        ENOUGH.finding(
            field="dose_pg",
            says=f"The last dose of {show_mass(last.dose_pg)} {known}.",
            remedy="Judge the last dose first; where it did enough, the test is done.",
            severity=Severity.BLOCK if dose_pg > last.dose_pg else Severity.TWO_PEOPLE,
        )
    ]


def _judge_speed(case: DoseCase) -> list[Finding]:
    if case.over_ms is not None and case.over_ms >= SHORTEST_INJECTION.whole():
        return []
    unknown = "How long the injection takes is not known."
    says = unknown if case.over_ms is None else f"An injection over {show_duration(case.over_ms)} is too fast."
    remedy = f"Inject over at least {show_duration(SHORTEST_INJECTION.whole())}."
    return [SPEED.finding(field="over_ms", says=says, remedy=remedy)]


def _judge_room(case: DoseCase) -> list[Finding]:
    """How it is given, and to whom."""
    return _judge_speed(case) + _judge_pump(case) + _judge_chosen(case)


def _judge_pump(case: DoseCase) -> list[Finding]:
    if case.has_pump is False:
        return []
    says = "The patient has a pump." if case.has_pump else "Whether the patient has a pump is not known."
    remedy = "Read the pump, and have a second person agree."
    return [HAS_PUMP.finding(field="has_pump", says=says, remedy=remedy)]


def _judge_chosen(case: DoseCase) -> list[Finding]:
    lacking = [
        what
        for what, there in (
            ("what counts as a response is chosen", case.rule_chosen),
            ("tone was examined", case.examined_before),
        )
        if not there
    ]
    if not lacking:
        return []
    says = f"It is not on record that {' and that '.join(lacking)} before the first dose."
    return [RULE_FIRST.finding(field="rule", says=says, remedy="Do both before the injection.")]
