"""A rising need: it asks about pump and catheter before it asks for dose.

A dose that has to rise again and again, or that rises late, is a fault of the system until somebody has looked: in
people whose catheter was revised, the dose fell after the repair. In titration a first step that does nothing is
common and a second one is asked about; later the first one is.
"""

from dataclasses import dataclass

from thecal.care.titration import FIELD, Phase, is_increase
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, UNREAD, Sourced, register
from thecal.units import DAY_MS, PG_PER_MCG, show_dose, show_duration

_HEETLA = "Heetla 2009, 37 people, 116 pump years, pubmed.ncbi.nlm.nih.gov/19333246"
_LABEL = f"{UNREAD}: the label, no response to an increase: check pump function and catheter first"
_SEARCH = "Have pump and catheter checked first (the search for the cause), then ask for dose."

LATE_RISE = Sourced(name="late_rise", value=100 * PG_PER_MCG, unit="pg/day", source=_HEETLA, grade="paper")
SETTLED = Sourced(
    name="dose_settled", value=548 * DAY_MS, unit="ms", source=f"{_HEETLA}: it rises for 18 months", grade="paper"
)
STABLE = Sourced(
    name="dose_stable",
    value=90 * DAY_MS,
    unit="ms",
    source=f"{OWN_CHOICE}: about one interval between refills at one dose",
    grade="assumed",
)
STEPS_IN_TITRATION = Sourced(
    name="steps_without_response_in_titration",
    value=2,
    unit="steps",
    source=f"{OWN_CHOICE}: a first step is often too small to be felt",
    grade="assumed",
)
STEPS_LATER = Sourced(name="steps_without_response_later", value=1, unit="steps", source=_LABEL, grade="assumed")
NUMBERS = register(LATE_RISE, SETTLED, STABLE, STEPS_IN_TITRATION, STEPS_LATER)

NO_RESPONSE = Rule(
    name="titration.no_response",
    severity=Severity.TWO_PEOPLE,
    asks="After an increase that did nothing, pump and catheter are checked before the next.",
    source=_LABEL,
    grade="assumed",
    numbers=(STEPS_IN_TITRATION, STEPS_LATER),
)
LATE = Rule(
    name="titration.late_rise",
    severity=Severity.TWO_PEOPLE,
    asks="A dose that rises by more than this in a year, once the first rise is over, asks about pump and catheter.",
    source=_HEETLA,
    grade="paper",
    numbers=(LATE_RISE, SETTLED),
)
AFTER_STABLE = Rule(
    name="titration.after_stable",
    severity=Severity.REASON,
    asks="A need that rises after stable months asks about pump and catheter.",
    source="loss of effect in a stable patient, Saulino 2016, doi 10.1111/ner.12467",
    grade="paper",
    numbers=(STABLE,),
)
NEED_UNKNOWN = Rule(
    name="titration.need_unknown",
    severity=Severity.NOTE,
    asks="Whether the last increases helped, and what the dose was a year ago: what is not known is said.",
    source=_HEETLA,
    grade="paper",
)
RULES = (NO_RESPONSE, LATE, AFTER_STABLE, NEED_UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is known of a need that may be rising. None is not known, and never counts as checked or as no.

    `without_response` counts the increases, one after another, that did nothing. `since_start_ms` counts from the
    first infusion, `stable_for_ms` from the last change of dose. `pump_checked` and `catheter_checked` are whether each
    was looked at since the need began to rise.
    """

    without_response: int | None = None
    since_start_ms: int | None = None
    year_ago_pg_per_day: int | None = None
    stable_for_ms: int | None = None
    pump_checked: bool | None = None
    catheter_checked: bool | None = None

    @property
    def unchecked(self) -> str:
        """What is not known to have been checked, in words; empty where both were."""
        parts = (("the pump", self.pump_checked), ("the catheter", self.catheter_checked))
        return " and ".join(part for part, checked in parts if not checked)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedCase:
    """A dose that is asked for, beside the running one; `new_pg_per_day` None is a need with no dose proposed yet."""

    need: Need
    old_pg_per_day: int
    new_pg_per_day: int | None = None
    phase: Phase | None = None


def judge_need(case: NeedCase) -> list[Finding]:
    """What a rising need asks for before a dose: whether pump and catheter were checked. It blocks nothing.

    Once both are checked, dose may be asked for; a need with no dose proposed is said and no more.

    >>> mcg, year, day = 1_000_000, 365 * 86_400_000, 86_400_000
    >>> quiet = dict(without_response=0, since_start_ms=3 * year, year_ago_pg_per_day=300 * mcg, stable_for_ms=30 * day)
    >>> def judged(phase=Phase.MAINTENANCE, new=330 * mcg, **told):
    ...     need = Need(**(quiet | told))
    ...     case = NeedCase(need=need, old_pg_per_day=300 * mcg, new_pg_per_day=new, phase=phase)
    ...     return [f.rule for f in judge_need(case)]
    >>> judged()
    []
    >>> judged(without_response=1), judged(without_response=1, phase=Phase.TITRATION)
    (['titration.no_response'], [])
    >>> judged(year_ago_pg_per_day=229 * mcg), judged(year_ago_pg_per_day=229 * mcg, since_start_ms=year)
    (['titration.late_rise'], [])
    >>> judged(stable_for_ms=90 * day), judged(year_ago_pg_per_day=None)
    (['titration.after_stable'], ['titration.need_unknown'])
    >>> judged(without_response=3, stable_for_ms=year, pump_checked=True, catheter_checked=True)
    []
    """
    new = case.new_pg_per_day
    if new is not None and not is_increase(old_pg_per_day=case.old_pg_per_day, new_pg_per_day=new):
        return []
    if not case.need.unchecked:
        return []
    found = [*_judge_response(case), *_judge_late(case), *_judge_stable(case)]
    return [*found, *_judge_unknown(case)]


QUESTIONS = {"titration.need": (NeedCase, judge_need)}


def _judge_response(case: NeedCase) -> list[Finding]:
    """Increases that did nothing."""
    count = case.need.without_response
    limit = STEPS_IN_TITRATION if case.phase is Phase.TITRATION else STEPS_LATER
    if count is None or count < limit.whole():
        return []
    how = "The last increase" if count == 1 else f"The last {count} increases"
    says = f"{how} did nothing, and {_unchecked(case)}."
    repeated = count >= STEPS_IN_TITRATION.whole()
    return [_finding(NO_RESPONSE, case, says, severity=Severity.TWO_PEOPLE if repeated else Severity.REASON)]


def _judge_late(case: NeedCase) -> list[Finding]:
    """A rise that comes after the first rise is over; an unknown start counts as long ago."""
    need, asked = case.need, case.new_pg_per_day or case.old_pg_per_day
    early = need.since_start_ms is not None and need.since_start_ms < SETTLED.whole()
    if early or need.year_ago_pg_per_day is None or asked - need.year_ago_pg_per_day <= LATE_RISE.whole():
        return []
    rise = f"{show_dose(need.year_ago_pg_per_day)} a year ago, {show_dose(asked)} now"
    says = f"{rise}: more than {show_dose(LATE_RISE.whole())} in a year, and {_unchecked(case)}."
    return [_finding(LATE, case, says, severity=LATE.severity)]


def _judge_stable(case: NeedCase) -> list[Finding]:
    """A change after stable months; in titration there are none yet."""
    stable_ms = case.need.stable_for_ms
    if case.phase is Phase.TITRATION or stable_ms is None or stable_ms < STABLE.whole():
        return []
    says = f"The dose was enough for {show_duration(stable_ms)}, and {_unchecked(case)}."
    return [_finding(AFTER_STABLE, case, says, severity=AFTER_STABLE.severity)]


def _judge_unknown(case: NeedCase) -> list[Finding]:
    """What nobody wrote down, of what would have been looked at."""
    need = case.need
    early = need.since_start_ms is not None and need.since_start_ms < SETTLED.whole()
    asked = {
        "without_response": ("whether the last increases helped", need.without_response is None),
        "year_ago_pg_per_day": ("the dose a year ago", need.year_ago_pg_per_day is None and not early),
        "stable_for_ms": (
            "when the dose was last changed",
            need.stable_for_ms is None and case.phase is not Phase.TITRATION,
        ),
    }
    missing = {field: words for field, (words, unknown) in asked.items() if unknown}
    if not missing:
        return []
    return [
        NEED_UNKNOWN.finding(
            field=next(iter(missing)),
            says=f"Not known: {', '.join(missing.values())}.",
            remedy="Look it up, or ask; a need that rises without a reason is a reason to look at the catheter.",
        )
    ]


def _finding(rule: Rule, case: NeedCase, says: str, *, severity: Severity) -> Finding:
    """Beside the dose where one is asked for; a need alone is said and no more."""
    asked = severity if case.new_pg_per_day is not None else Severity.NOTE
    return rule.finding(field=FIELD, says=says, remedy=_SEARCH, severity=asked)


def _unchecked(case: NeedCase) -> str:
    """The catheter is not known to be checked."""
    unchecked = case.need.unchecked
    return f"{unchecked} {'are' if ' and ' in unchecked else 'is'} not known to have been checked"
