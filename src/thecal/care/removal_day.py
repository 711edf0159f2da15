"""The days of a removal: looking for withdrawal every day, and what stands on record before the pump comes out.

A pump that must go, infected or in an emergency, goes: nothing here blocks. What is asked is that the plan against
withdrawal is written before the operation and not after it.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.answers import Questions, require
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, HOUR_MS, show_duration

_ONSET = "withdrawal within 12 to 96 h of stopping, fpnotebook.com/Rheum/Pharm/BclfnWthdrwl.htm"
_SIGNS = "early and late signs, neurosurgerywiki.com, intrathecal baclofen withdrawal"

CHECK_EVERY = Sourced(
    name="removal_check_every", value=DAY_MS, unit="ms", source=f"{OWN_CHOICE}: once a day", grade="assumed"
)
WATCH_AFTER = Sourced(name="removal_watch_after", value=96 * HOUR_MS, unit="ms", source=_ONSET, grade="paper")
NUMBERS = register(CHECK_EVERY, WATCH_AFTER)

PLAN = Rule(
    name="removal.plan",
    severity=Severity.TWO_PEOPLE,
    asks="Is a plan against withdrawal written before the pump is removed?",
    source="abrupt stopping, whatever the cause, boxed warning of the Lioresal label, api.fda.gov/drug/label.json",
    grade="label",
)
NO_TAPER = Rule(
    name="removal.no_taper",
    severity=Severity.TWO_PEOPLE,
    asks="Is a pump that could wait removed without a taper?",
    source="an elective removal is tapered, neurosurgerywiki.com, intrathecal baclofen withdrawal",
    grade="paper",
)
WHY = Rule(
    name="removal.why",
    severity=Severity.REASON,
    asks="Is it written down why the pump is removed?",
    source=f"{OWN_CHOICE}: whether it could wait depends on it",
    grade="assumed",
)
CATHETER_LEFT = Rule(
    name="removal.catheter",
    severity=Severity.REASON,
    asks="Was the catheter removed whole?",
    source="8 of 59 removals had complications, half a catheter left among them, metajournal.com/articles/825915",
    grade="paper",
)
WITHDRAWAL = Rule(
    name="removal.withdrawal",
    severity=Severity.NOTE,
    asks="Is there a sign of withdrawal?",
    source=_SIGNS,
    grade="paper",
)
UNSEEN = Rule(
    name="removal.unseen",
    severity=Severity.NOTE,
    asks="Was each sign looked for?",
    source=f"{OWN_CHOICE}: what nobody looked at is not known",
    grade="assumed",
)
LATE_CHECK = Rule(
    name="removal.late_check",
    severity=Severity.NOTE,
    asks="Has more than a day gone by since somebody looked?",
    source=CHECK_EVERY.source,
    grade=CHECK_EVERY.grade,
    numbers=(CHECK_EVERY,),
)

RULES = (PLAN, NO_TAPER, WHY, CATHETER_LEFT, WITHDRAWAL, UNSEEN, LATE_CHECK)


class Why(Enum):
    """Why a pump is removed. Only the first two cannot wait for a taper."""

    INFECTION = auto()
    EMERGENCY = auto()
    NO_BENEFIT = auto()
    WISH = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalCase:
    """A removal; None is not known. `withdrawal_plan` is the plan in the prescriber's words."""

    why: Why | None = None
    tapered: bool | None = None
    withdrawal_plan: str | None = None

    @property
    def could_wait(self) -> bool:
        """Whether a taper comes first. A reason that nobody wrote down is none that cannot wait."""
        return self.why not in {Why.INFECTION, Why.EMERGENCY}


def judge_removal(case: RemovalCase) -> list[Finding]:
    """What a removal asks for before it begins. Nothing blocks it.

    >>> judge_removal(RemovalCase(why=Why.INFECTION, tapered=False, withdrawal_plan="watched bed, oral baclofen"))
    []
    >>> judge_removal(RemovalCase(why=Why.WISH, tapered=True, withdrawal_plan="daily check until day 4"))
    []
    >>> [(f.rule, f.severity.name) for f in judge_removal(RemovalCase(why=Why.INFECTION, tapered=False))]
    [('removal.plan', 'TWO_PEOPLE')]
    >>> [f.rule for f in judge_removal(RemovalCase(why=Why.WISH, tapered=None, withdrawal_plan="as written"))]
    ['removal.no_taper']
    >>> [f.rule for f in judge_removal(RemovalCase())]
    ['removal.why', 'removal.plan', 'removal.no_taper']
    """
    found: list[Finding] = []
    if case.why is None:
        found.append(
            WHY.finding(
                field="why",
                says="Why the pump is removed is not known; it is judged as if it could wait.",
                remedy="Write down the reason.",
            )
        )
    found += require(
        PLAN,
        answer=bool((case.withdrawal_plan or "").strip()) or None,
        field="withdrawal_plan",
        lacking="",
        unknown="No plan against withdrawal is written.",
        remedy="Write it before the operation: who watches, where, for how long, and what is given.",
    )
    return found + _judge_taper(case)


def _judge_taper(case: RemovalCase) -> list[Finding]:
    """Only what can wait is tapered first."""
    if not case.could_wait:
        return []
    return require(
        NO_TAPER,
        answer=case.tapered,
        field="tapered",
        lacking="The pump is removed without a taper, although it could wait.",
        unknown="Whether there was a taper is not known.",
        remedy="Taper first, or have a second person agree and say why it cannot wait.",
    )


def judge_catheter(whole: bool | None) -> list[Finding]:  # noqa: FBT001 - one answer with three values is the whole case
    """What the catheter's end asks for.

    >>> judge_catheter(True)
    []
    >>> [f.rule for f in judge_catheter(False)], [f.rule for f in judge_catheter(None)]
    (['removal.catheter'], ['removal.catheter'])
    """
    return require(
        CATHETER_LEFT,
        answer=whole,
        field="catheter_whole",
        lacking="Part of the catheter was left.",
        unknown="Whether the catheter came out whole is not known.",
        remedy="Compare its length with the implant's record; write down what was left, and look for leaking fluid.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCheckCase:
    """What was looked for on one day of a taper or after a removal; None where nobody looked.

    `since_last_check_ms` is the time since somebody looked before; None where nobody has. `removed` is whether the pump
    is out: then there is no dose to go back to.
    """

    fever: bool | None = None
    confused: bool | None = None
    rigid: bool | None = None
    seizure: bool | None = None
    itch: bool | None = None
    tingling: bool | None = None
    stiffer: bool | None = None
    fast_heart: bool | None = None
    since_last_check_ms: int | None = None
    removed: bool | None = None


SIGNS = (
    ("fever", "fever", Urgency.NOW),
    ("confused", "confusion or hallucinations", Urgency.NOW),
    ("rigid", "rigid muscles", Urgency.NOW),
    ("seizure", "a seizure", Urgency.NOW),
    ("itch", "itch without a rash", Urgency.TODAY),
    ("tingling", "tingling", Urgency.TODAY),
    ("stiffer", "more stiffness or spasms than before", Urgency.TODAY),
    ("fast_heart", "a fast heart or an unsteady blood pressure", Urgency.TODAY),
)
"""Each sign with its field and how soon a prescriber must act on it: late signs at once, early ones today."""


_BACK = "Call the prescriber; go back to the dose before the last step. Open “Too little drug”."
_BACK_OUT = "Call the prescriber: the pump is out, so go by the plan against withdrawal. Open “Too little drug”."


def judge_daily_check(case: DailyCheckCase) -> list[Finding]:
    """What a day's check asks for. It is always kept.

    >>> well = {name: False for name, _, _ in SIGNS}
    >>> day = 86_400_000
    >>> judge_daily_check(DailyCheckCase(**well, since_last_check_ms=day))
    []
    >>> judge_daily_check(DailyCheckCase(**well, since_last_check_ms=None))
    []
    >>> [f.rule for f in judge_daily_check(DailyCheckCase(**well, since_last_check_ms=day + 1))]
    ['removal.late_check']
    >>> [(f.rule, f.urgency.name) for f in judge_daily_check(DailyCheckCase(**(well | {"itch": True})))]
    [('removal.withdrawal', 'TODAY')]
    >>> [f.rule for f in judge_daily_check(DailyCheckCase(**(well | {"itch": None})))]
    ['removal.unseen']
    >>> [f.remedy for f in judge_daily_check(DailyCheckCase(**(well | {"itch": True}), removed=True))]
    ['Call the prescriber: the pump is out, so go by the plan against withdrawal. Open “Too little drug”.']
    """
    found: list[Finding] = []
    there = [sign for sign in SIGNS if getattr(case, sign[0])]
    if there:
        found.append(
            WITHDRAWAL.finding(
                field=there[0][0],
                says=f"A sign of withdrawal: {', '.join(words for _, words, _ in there)}.",
                remedy=_BACK_OUT if case.removed else _BACK,
                urgency=max(urgency for _, _, urgency in there),
            )
        )
    return found + _judge_unseen(case) + _judge_late(case.since_last_check_ms)


def _judge_unseen(case: DailyCheckCase) -> list[Finding]:
    """What nobody looked for."""
    unseen = [sign for sign in SIGNS if getattr(case, sign[0]) is None]
    if not unseen:
        return []
    return [
        UNSEEN.finding(
            field=unseen[0][0],
            says=f"Nobody looked for: {', '.join(words for _, words, _ in unseen)}.",
            remedy="Look, and write it down.",
        )
    ]


def _judge_late(since_last_check_ms: int | None) -> list[Finding]:
    """More than a day between two checks. The first check is late for none."""
    if since_last_check_ms is None or since_last_check_ms <= CHECK_EVERY.whole():
        return []
    return [
        LATE_CHECK.finding(
            field="since_last_check_ms",
            says=f"Nobody had looked for {show_duration(since_last_check_ms)}.",
            remedy="Ask what happened in between, and agree who looks tomorrow.",
        )
    ]


def next_check_ms(*, last_ms: int, removed_ms: int | None) -> int | None:
    """When the next daily check is due; None once withdrawal after the removal is no longer expected.

    >>> hour = 3_600_000
    >>> next_check_ms(last_ms=0, removed_ms=None) // hour, next_check_ms(last_ms=72 * hour, removed_ms=0) // hour
    (24, 96)
    >>> next_check_ms(last_ms=72 * hour + 1, removed_ms=0) is None
    True
    """
    due_ms = last_ms + CHECK_EVERY.whole()
    if removed_ms is not None and due_ms > removed_ms + WATCH_AFTER.whole():
        return None
    return due_ms


QUESTIONS: Questions = {
    "removal.before": (RemovalCase, judge_removal),
    "removal.daily_check": (DailyCheckCase, judge_daily_check),
}
"""What can be asked here: the case, and who judges it."""
