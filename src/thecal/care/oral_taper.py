"""Tapering drugs by mouth beside a pump: one at a time, baclofen first, in the prescriber's steps, never all at once.

Step and interval are the prescriber's; nothing here supplies them. Nothing blocks: a lowering is never blocked, and
what was taken is written down as it was.
"""

from dataclasses import dataclass

from thecal.care.oral_drugs import NEVER_STOP_AT_ONCE, Drug, show_oral_dose
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE
from thecal.units import show_duration

_PANEL = (
    "oral drugs tapered beginning with baclofen, CMSC 2015 panel, cmsc.confex.com/cmsc/2015/webprogram/Paper3442.html"
)
_WITHDRAWAL = "fpnotebook.com/Rheum/Pharm/BclfnWthdrwl.htm; diazepam over weeks, medilib.ir/uptodate/show/63526"
_PRESCRIBED = f"{OWN_CHOICE}: how far and how often is a prescriber's to say, for each drug"
_ASK = "Ask the prescriber, or have a second person check it and write down why."

NO_PLAN = Rule(
    name="oral_taper.no_plan",
    severity=Severity.TWO_PEOPLE,
    asks="A drug by mouth is tapered in steps and at intervals that a prescriber has written.",
    source=_PRESCRIBED,
    grade="assumed",
)
TWO_AT_ONCE = Rule(
    name="oral_taper.two_at_once",
    severity=Severity.TWO_PEOPLE,
    asks="Drugs by mouth are tapered one at a time.",
    source=f"{OWN_CHOICE}: of two that are lowered at once nobody knows which one is missed",
    grade="assumed",
)
BACLOFEN_FIRST = Rule(
    name="oral_taper.baclofen_first",
    severity=Severity.REASON,
    asks="Baclofen by mouth is tapered before the other drugs.",
    source=_PANEL,
    grade="paper",
)
AT_ONCE = Rule(
    name="oral_taper.at_once",
    severity=Severity.TWO_PEOPLE,
    asks="No drug against spasticity is stopped at once.",
    source=_WITHDRAWAL,
    grade="paper",
)
STEP = Rule(
    name="oral_taper.step",
    severity=Severity.TWO_PEOPLE,
    asks="A step is no larger than the prescriber wrote.",
    source=_PRESCRIBED,
    grade="assumed",
)
INTERVAL = Rule(
    name="oral_taper.interval",
    severity=Severity.TWO_PEOPLE,
    asks="A step comes no sooner after the last than the prescriber wrote, and not after an unknown time.",
    source=_PRESCRIBED,
    grade="assumed",
)
RAISED = Rule(
    name="oral_taper.raised",
    severity=Severity.REASON,
    asks="A dose by mouth that does not fall is no step of a taper, and has its reason.",
    source=_PRESCRIBED,
    grade="assumed",
)
UNKNOWN = Rule(
    name="oral_taper.unknown",
    severity=Severity.NOTE,
    asks="Which drug, how much of it, and what else is being lowered: what is not known is said.",
    source=_PRESCRIBED,
    grade="assumed",
)
RULES = (NO_PLAN, TWO_AT_ONCE, BACLOFEN_FIRST, AT_ONCE, STEP, INTERVAL, RAISED, UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OralStepCase:
    """One step of one drug. None is not known; `step_pg_per_day` and `interval_ms` are the prescriber's.

    `since_last_ms` counts from the last step of this drug, and `first` is whether there was none. `others` are the
    drugs whose taper has begun and not ended. `baclofen_taken` is whether baclofen is still taken by mouth.
    """

    drug: Drug | None = None
    before_pg_per_day: int | None = None
    after_pg_per_day: int | None = None
    step_pg_per_day: int | None = None
    interval_ms: int | None = None
    first: bool | None = None
    since_last_ms: int | None = None
    others: tuple[Drug, ...] | None = None
    baclofen_taken: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OralPlanCase:
    """What a prescriber writes for one drug: how much less at a time, and how often. `others` as in a step."""

    drug: Drug | None = None
    step_pg_per_day: int | None = None
    interval_ms: int | None = None
    others: tuple[Drug, ...] | None = None
    baclofen_taken: bool | None = None


def judge_oral_plan(case: OralPlanCase) -> list[Finding]:
    """What a plan asks for before anything is lowered by it.

    >>> plan = dict(drug=Drug.BACLOFEN, step_pg_per_day=5_000_000_000, interval_ms=604_800_000)
    >>> judge_oral_plan(OralPlanCase(**plan, others=(), baclofen_taken=True))
    []
    >>> bare = OralPlanCase(drug=Drug.DIAZEPAM, others=(Drug.BACLOFEN,), baclofen_taken=True)
    >>> [f.rule for f in judge_oral_plan(bare)]
    ['oral_taper.two_at_once', 'oral_taper.baclofen_first', 'oral_taper.no_plan']
    """
    written = None not in {case.drug, case.step_pg_per_day, case.interval_ms} and case.step_pg_per_day != 0
    return [*_judge_drug(case), *([] if written else [_no_plan()])]


def judge_oral_step(case: OralStepCase) -> list[Finding]:
    """What a step of an oral taper asks for: two people at most.

    >>> mg, week = 1_000_000_000, 7 * 86_400_000
    >>> step = dict(drug=Drug.BACLOFEN, before_pg_per_day=60 * mg, after_pg_per_day=55 * mg, step_pg_per_day=5 * mg,
    ...     interval_ms=week, first=False, since_last_ms=week, others=(), baclofen_taken=True)
    >>> judge_oral_step(OralStepCase(**step))
    []
    >>> for change in ({"step_pg_per_day": None}, {"others": (Drug.TIZANIDINE,)}, {"drug": Drug.DIAZEPAM},
    ...         {"after_pg_per_day": 0}, {"after_pg_per_day": 54 * mg}, {"since_last_ms": week - 1},
    ...         {"after_pg_per_day": 60 * mg}, {"others": None}):
    ...     [f.rule for f in judge_oral_step(OralStepCase(**(step | change)))]
    ['oral_taper.no_plan']
    ['oral_taper.two_at_once']
    ['oral_taper.baclofen_first']
    ['oral_taper.at_once']
    ['oral_taper.step']
    ['oral_taper.interval']
    ['oral_taper.raised']
    ['oral_taper.unknown']
    """
    return [*_judge_drug(case), *_judge_dose(case), *_judge_time(case), *_judge_unknown(case)]


QUESTIONS = {
    "oral_taper.plan": (OralPlanCase, judge_oral_plan),
    "oral_taper.step": (OralStepCase, judge_oral_step),
}


def _judge_drug(case: OralStepCase | OralPlanCase) -> list[Finding]:
    """One drug at a time, and which one first."""
    found: list[Finding] = []
    others = [drug for drug in case.others or () if drug is not case.drug]
    if others:
        names = ", ".join(drug.name.lower() for drug in others)
        found.append(
            TWO_AT_ONCE.finding(
                field="drug",
                says=f"The taper of {names} has begun and not ended.",
                remedy=f"Finish it, or hold it, before the next drug is lowered. {_ASK}",
            )
        )
    if case.baclofen_taken and case.drug not in {None, Drug.BACLOFEN}:
        found.append(
            BACLOFEN_FIRST.finding(
                field="drug",
                says="Baclofen is still taken by mouth.",
                remedy="Taper baclofen first, or write down why not.",
            )
        )
    return found


def _judge_dose(case: OralStepCase) -> list[Finding]:
    """How far it is lowered: in the prescriber's steps, and never to nothing from more than one of them."""
    before, after, step = case.before_pg_per_day, case.after_pg_per_day, case.step_pg_per_day
    found = [_no_plan()] if step is None or case.interval_ms is None else []
    if before is None or after is None:
        return found
    if after >= before:
        return [*found, _raised(before, after)]
    if after == 0 and (step is None or before > step):
        return [*found, _at_once(before)]
    if step is not None and before - after > step:
        found.append(_step(before, after, step))
    return found


def _judge_time(case: OralStepCase) -> list[Finding]:
    """How soon after the last step; a first step waits for nothing."""
    if case.first or case.interval_ms is None:
        return []
    if case.since_last_ms is not None and case.since_last_ms >= case.interval_ms:
        return []
    when = "When the last step was is not known"
    if case.since_last_ms is not None:
        when = f"The last step was {show_duration(max(0, case.since_last_ms))} ago"
    return [
        INTERVAL.finding(
            field="after_pg_per_day",
            says=f"{when}; the prescriber wrote {show_duration(case.interval_ms)} between steps.",
            remedy=f"Wait. {_ASK}",
        )
    ]


def _judge_unknown(case: OralStepCase) -> list[Finding]:
    """What nobody wrote down."""
    asked = {
        "drug": ("which drug", case.drug),
        "before_pg_per_day": ("the dose before", case.before_pg_per_day),
        "after_pg_per_day": ("the dose after", case.after_pg_per_day),
        "others": ("whether another drug is being tapered", case.others),
        "baclofen_taken": ("whether baclofen is taken by mouth", case.baclofen_taken),
    }
    missing = {field: words for field, (words, value) in asked.items() if value is None}
    if not missing:
        return []
    return [
        UNKNOWN.finding(
            field=next(iter(missing)),
            says=f"Not known: {', '.join(missing.values())}.",
            remedy="Ask the patient and whoever gives the tablets. Nothing here is taken for a no.",
        )
    ]


def _no_plan() -> Finding:
    return NO_PLAN.finding(
        field="drug",
        says="No prescriber has written how far and how often this drug is lowered.",
        remedy=f"Have the taper written first. {_ASK}",
    )


def _at_once(before: int) -> Finding:
    return AT_ONCE.finding(
        field="after_pg_per_day",
        says=f"{show_oral_dose(before)} would be stopped at once. {NEVER_STOP_AT_ONCE}",
        remedy=f"Lower it step by step. {_ASK}",
    )


def _step(before: int, after: int, step: int) -> Finding:
    return STEP.finding(
        field="after_pg_per_day",
        says=f"{show_oral_dose(before)} to {show_oral_dose(after)} is more than the written {show_oral_dose(step)}.",
        remedy=f"Go no lower than {show_oral_dose(before - step)}. {_ASK}",
    )


def _raised(before: int, after: int) -> Finding:
    return RAISED.finding(
        field="after_pg_per_day",
        says=f"{show_oral_dose(before)} to {show_oral_dose(after)} is no lowering.",
        remedy="Where the taper is held or taken back, write down why, and look at pump and catheter.",
    )
