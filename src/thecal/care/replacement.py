"""Replacing a pump whose battery ends: from when it is planned, by when it is authorised, and how soon it is done.

Two clocks run: the pump's own date of its replacement indicator, as it was last read, and the years since the implant.
Whichever comes first counts, and what is not known takes the stricter side. When the indicator sounds the pump may run
on for up to 90 days; faults of batteries have made it less, so no plan leans on those days. Nothing here blocks.
"""

from dataclasses import dataclass
from enum import IntEnum

from thecal.care.answers import Questions
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, show_duration

_BATTERY = "batteries last 5 to 7 years, Getting a Replacement, medtronic.com/patients/severe-spasticity"
_UK_PAGE = "drug pump replacement page, medtronic.com/uk-en"
_NOTICES = "batteries that ended early, notices of 2011 and 2017, hsa.gov.sg and healthycanadians.gc.ca"

PLAN_AHEAD = Sourced(
    name="replacement_plan_ahead", value=365 * DAY_MS, unit="ms", source=f"{OWN_CHOICE}: a year", grade="assumed"
)
PLAN_FROM_AGE = Sourced(
    name="replacement_plan_from_age", value=5 * 365 * DAY_MS, unit="ms", source=_BATTERY, grade="maker"
)
AUTHORISED_AHEAD = Sourced(
    name="replacement_authorised_ahead",
    value=180 * DAY_MS,
    unit="ms",
    source=f"planned about 6 months before the end, {_UK_PAGE}",
    grade="maker",
)
SURGERY_WITHIN = Sourced(
    name="replacement_surgery_within",
    value=28 * DAY_MS,
    unit="ms",
    source=f"{OWN_CHOICE}: as soon as possible, taken as four weeks",
    grade="assumed",
)
INDICATOR_TO_END = Sourced(name="indicator_to_end", value=90 * DAY_MS, unit="ms", source=_UK_PAGE, grade="maker")
NUMBERS = register(PLAN_AHEAD, PLAN_FROM_AGE, AUTHORISED_AHEAD, SURGERY_WITHIN, INDICATOR_TO_END)

NOT_KNOWN = Rule(
    name="replacement.not_known",
    severity=Severity.NOTE,
    asks="Are the date of the implant and of the replacement indicator known?",
    source=f"{OWN_CHOICE}: an unknown date takes the stricter side",
    grade="assumed",
)
PLAN = Rule(
    name="replacement.plan",
    severity=Severity.REASON,
    asks="Is the replacement planned from a year before the indicator, or from the fifth year on?",
    source=f"{_BATTERY}; three months ahead at the least, Saulino 2016, doi 10.1111/ner.12388",
    grade="maker",
    numbers=(PLAN_AHEAD, PLAN_FROM_AGE),
)
AUTHORISE = Rule(
    name="replacement.authorise",
    severity=Severity.REASON,
    asks="Is the replacement authorised six months before the indicator?",
    source=AUTHORISED_AHEAD.source,
    grade=AUTHORISED_AHEAD.grade,
    numbers=(AUTHORISED_AHEAD,),
)
NO_DATE = Rule(
    name="replacement.no_date",
    severity=Severity.TWO_PEOPLE,
    asks="Is there a date for the operation once the indicator has sounded?",
    source=_NOTICES,
    grade="maker",
    numbers=(SURGERY_WITHIN, INDICATOR_TO_END),
)
LATE_DATE = Rule(
    name="replacement.late_date",
    severity=Severity.TWO_PEOPLE,
    asks="Is the operation within four weeks of the indicator?",
    source=_NOTICES,
    grade="maker",
    numbers=(SURGERY_WITHIN, INDICATOR_TO_END),
)
ENDED = Rule(
    name="replacement.ended",
    severity=Severity.TWO_PEOPLE,
    asks="Has the pump reached the end of its service, or may it have?",
    source=f"the pump stops for good, {_UK_PAGE}; stopping abruptly is withdrawal, Lioresal label, api.fda.gov",
    grade="maker",
    numbers=(INDICATOR_TO_END,),
)

RULES = (NOT_KNOWN, PLAN, AUTHORISE, NO_DATE, LATE_DATE, ENDED)


class Phase(IntEnum):
    """How near the end of a pump's service is, far first."""

    LATER = 1
    PLAN = 2
    AUTHORISE = 3
    SOUNDED = 4
    ENDED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementCase:
    """A pump's age and what is arranged; None is not known. Times are Unix ms.

    `indicator_ms` is the date the pump gives for its indicator, `sounded_ms` when the indicator was heard or read.
    `ended` is whether the pump was read, or heard, to have reached its end of service. `surgery_ms` is the date of the
    operation, and `planned` and `authorised` say whether those steps are done.
    """

    now_ms: int
    implanted_ms: int | None = None
    indicator_ms: int | None = None
    sounded_ms: int | None = None
    ended: bool | None = None
    planned: bool | None = None
    authorised: bool | None = None
    surgery_ms: int | None = None

    @property
    def plan_from_ms(self) -> int | None:
        """When planning begins: a year before the indicator or in year 5, the earlier; None where neither is known."""
        starts = []
        if self.indicator_ms is not None:
            starts.append(self.indicator_ms - PLAN_AHEAD.whole())
        if self.implanted_ms is not None:
            starts.append(self.implanted_ms + PLAN_FROM_AGE.whole())
        return min(starts, default=None)

    @property
    def authorise_by_ms(self) -> int | None:
        """Six months before the indicator; where that is not known, with the planning itself."""
        if self.indicator_ms is None:
            return self.plan_from_ms
        return self.indicator_ms - AUTHORISED_AHEAD.whole()

    @property
    def asks_from_ms(self) -> int | None:
        """When the pump asked, or will ask, to be replaced: heard, read, or by the date it gives; the earliest."""
        return min((at for at in (self.sounded_ms, self.indicator_ms) if at is not None), default=None)

    @property
    def surgery_by_ms(self) -> int | None:
        """The latest date for the operation: four weeks after the pump asks."""
        return None if self.asks_from_ms is None else self.asks_from_ms + SURGERY_WITHIN.whole()

    @property
    def ends_by_ms(self) -> int | None:
        """When the pump has stopped at the latest; it may have stopped long before."""
        return None if self.asks_from_ms is None else self.asks_from_ms + INDICATOR_TO_END.whole()


def phase_of(case: ReplacementCase) -> Phase:
    """How near the end of its service the pump is. Where neither date is known, planning is due.

    >>> day = 86_400_000
    >>> year = 365 * day
    >>> def at(now_ms, **known):
    ...     return phase_of(ReplacementCase(now_ms=now_ms, **known)).name
    >>> at(5 * year - 1, implanted_ms=0), at(5 * year, implanted_ms=0), at(0)
    ('LATER', 'AUTHORISE', 'AUTHORISE')
    >>> [at(3 * year + offset, implanted_ms=0, indicator_ms=4 * year) for offset in (-1, 0)]
    ['LATER', 'PLAN']
    >>> [at(offset, indicator_ms=180 * day) for offset in (-1, 0, 180 * day - 1, 180 * day, 270 * day)]
    ['PLAN', 'AUTHORISE', 'AUTHORISE', 'SOUNDED', 'ENDED']
    """
    if case.ended or _reached(case.ends_by_ms, case.now_ms):
        return Phase.ENDED
    if case.sounded_ms is not None or _reached(case.asks_from_ms, case.now_ms):
        return Phase.SOUNDED
    if case.plan_from_ms is None or _reached(case.authorise_by_ms, case.now_ms):
        return Phase.AUTHORISE
    return Phase.PLAN if case.now_ms >= case.plan_from_ms else Phase.LATER


def _reached(at_ms: int | None, now_ms: int) -> bool:
    return at_ms is not None and now_ms >= at_ms


def judge_replacement(case: ReplacementCase) -> list[Finding]:
    """What is due for a pump that ages.

    >>> day = 86_400_000
    >>> case = ReplacementCase(now_ms=0, implanted_ms=-day, indicator_ms=1_000 * day)
    >>> judge_replacement(case)
    []
    >>> from dataclasses import replace
    >>> def asked(**changed):
    ...     return [(f.rule, f.severity.name) for f in judge_replacement(replace(case, **changed))]
    >>> asked(indicator_ms=None)
    [('replacement.not_known', 'NOTE')]
    >>> asked(indicator_ms=300 * day), asked(indicator_ms=170 * day, planned=True)
    ([('replacement.plan', 'REASON')], [('replacement.authorise', 'REASON')])
    >>> asked(sounded_ms=0, planned=True, authorised=True)
    [('replacement.no_date', 'TWO_PEOPLE')]
    >>> asked(sounded_ms=0, planned=True, authorised=True, surgery_ms=28 * day)
    []
    >>> asked(sounded_ms=0, planned=True, authorised=True, surgery_ms=28 * day + 1)
    [('replacement.late_date', 'TWO_PEOPLE')]
    >>> [(f.rule, f.urgency.name) for f in judge_replacement(replace(case, ended=True))]
    [('replacement.ended', 'NOW')]
    """
    phase = phase_of(case)
    found = _judge_known(case)
    if phase is Phase.ENDED:
        return [_ended(case), *found]
    if phase >= Phase.PLAN and not case.planned:
        found.append(_not_planned(case))
    if phase >= Phase.AUTHORISE and not case.authorised:
        found.append(_not_authorised(case))
    if phase is Phase.SOUNDED and case.surgery_ms is None:
        found.append(_no_date())
    return found + _judge_date(case)


def _judge_known(case: ReplacementCase) -> list[Finding]:
    """Which of the two clocks is missing."""
    gaps = [
        name
        for name, known in (("the implant's date", case.implanted_ms), ("the indicator's date", case.indicator_ms))
        if known is None
    ]
    if not gaps:
        return []
    return [
        NOT_KNOWN.finding(
            field="implanted_ms" if case.implanted_ms is None else "indicator_ms",
            says=f"Not known: {' and '.join(gaps)}. The replacement is planned by what is known, at the earlier date.",
            remedy="Read the pump; look the implant's date up in the operation's record.",
        )
    ]


def _not_planned(case: ReplacementCase) -> Finding:
    return PLAN.finding(
        field="planned",
        says=f"The replacement is due to be planned{_since(case.plan_from_ms, case.now_ms)}.",
        remedy="Refer to the surgeon, and ask the payer what they need. Or write down why it waits.",
        urgency=Urgency.NEXT_VISIT,
    )


def _not_authorised(case: ReplacementCase) -> Finding:
    sounded = phase_of(case) is Phase.SOUNDED
    return AUTHORISE.finding(
        field="authorised",
        says=f"The replacement is due to be authorised{_since(case.authorise_by_ms, case.now_ms)}.",
        remedy="Send the payer the indicator's date and why the pump cannot be repaired. Or write down why it waits.",
        urgency=Urgency.TODAY if sounded else Urgency.NEXT_VISIT,
    )


def _since(at_ms: int | None, now_ms: int) -> str:
    """How long it has been due; nothing where that cannot be said."""
    return "" if at_ms is None or at_ms >= now_ms else f", since {show_duration(now_ms - at_ms)}"


def _no_date() -> Finding:
    return NO_DATE.finding(
        field="surgery_ms",
        says=(
            "The replacement indicator has sounded and no operation has a date. The pump may stop before "
            f"{show_duration(INDICATOR_TO_END.whole())} are over."
        ),
        remedy=f"Book the operation today, within {show_duration(SURGERY_WITHIN.whole())} of the indicator.",
        urgency=Urgency.TODAY,
    )


def _judge_date(case: ReplacementCase) -> list[Finding]:
    """A date too late after the indicator, whether it has sounded or is yet to sound."""
    if case.surgery_ms is None or case.surgery_by_ms is None or case.surgery_ms <= case.surgery_by_ms:
        return []
    late, within = show_duration(case.surgery_ms - case.surgery_by_ms), show_duration(SURGERY_WITHIN.whole())
    beyond = case.ends_by_ms is not None and case.surgery_ms >= case.ends_by_ms
    end = " By then the pump has stopped." if beyond else ""
    return [
        LATE_DATE.finding(
            field="surgery_ms",
            says=f"The operation is {late} later than {within} after the indicator.{end}",
            remedy="Bring it forward, or have a second person agree and plan for a pump that stops before.",
        )
    ]


def _ended(case: ReplacementCase) -> Finding:
    says = "The pump has reached the end of its service: nothing is delivered."
    if not case.ended:
        says = "The pump may have reached the end of its service: all days after its indicator are over."
    return ENDED.finding(
        field="ended",
        says=says,
        remedy="Treat it as withdrawal now: open the page “Too little drug”. Replace the pump as an emergency.",
        urgency=Urgency.NOW,
    )


QUESTIONS: Questions = {"replacement.due": (ReplacementCase, judge_replacement)}
"""What can be asked here: the case, and who judges it."""
