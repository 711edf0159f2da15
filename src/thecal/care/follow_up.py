"""Follow-up once or twice a year: when it is due, what makes a visit one, and what goes on at home between them.

A refill keeps the pump running; it does not look at the person. So a refill, above all one at home, moves no follow-up
date: only a visit at which somebody examined does. A date nobody knows is a follow-up that is due now.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, show_duration

YEARLY_REVIEW = "yearly review beside the refills, uhbristol.nhs.uk refill-appointments-annual-review"
TYPICAL_VISIT = (
    "interrogation and battery at a follow-up, baclofen.info cerebral-palsy-10; assessment and programming, "
    "uhbristol.nhs.uk refill-appointments-annual-review"
)
PHYSIOTHERAPY = "physiotherapy went on in both arms of the SISTERS trial, PubMed 29326296"

YEAR = Sourced(name="follow_up_year", value=365 * DAY_MS, unit="ms", source=YEARLY_REVIEW, grade="paper")
HALF_YEAR = Sourced(
    name="follow_up_half_year",
    value=182 * DAY_MS,
    unit="ms",
    source=f"{OWN_CHOICE}: half of the yearly review's interval, where the team chose twice a year",
    grade="assumed",
)
BOOK_FOLLOW_UP = Sourced(
    name="follow_up_ahead",
    value=56 * DAY_MS,
    unit="ms",
    source=f"{OWN_CHOICE}: eight weeks to find a date",
    grade="assumed",
)

NUMBERS = register(YEAR, HALF_YEAR, BOOK_FOLLOW_UP)

LAST_UNKNOWN = Rule(
    name="follow_up.last_unknown",
    severity=Severity.NOTE,
    asks="Where nobody knows when the last follow-up was, one is due now.",
    source=YEARLY_REVIEW,
    grade="paper",
    numbers=(YEAR,),
)
OVERDUE = Rule(
    name="follow_up.overdue",
    severity=Severity.NOTE,
    asks="A follow-up is at most a year after the last, or half a year where twice a year was chosen.",
    source=YEARLY_REVIEW,
    grade="paper",
    numbers=(YEAR, HALF_YEAR),
)
REFILL_ONLY = Rule(
    name="follow_up.refill_only",
    severity=Severity.REASON,
    asks="A refill, in the clinic or at home, is not a follow-up.",
    source=YEARLY_REVIEW,
    grade="paper",
)
NOT_EXAMINED = Rule(
    name="follow_up.not_examined",
    severity=Severity.REASON,
    asks="A follow-up examines stiffness, spasms and function; without that it does not count.",
    source=TYPICAL_VISIT,
    grade="paper",
)
PUMP_NOT_READ = Rule(
    name="follow_up.pump_not_read",
    severity=Severity.NOTE,
    asks="At a follow-up the pump is interrogated, and its battery looked at.",
    source=TYPICAL_VISIT,
    grade="paper",
)
NO_PLAN = Rule(
    name="follow_up.no_plan",
    severity=Severity.REASON,
    asks="There is a plan for rehabilitation, and somebody who carries it out.",
    source=PHYSIOTHERAPY,
    grade="paper",
)
EXERCISES = Rule(
    name="follow_up.exercises",
    severity=Severity.NOTE,
    asks="Whether the exercises at home are done is asked, and what stands in their way.",
    source=f"{OWN_CHOICE}: what is not asked about is not done",
    grade="assumed",
)
NEXT_UNKNOWN = Rule(
    name="follow_up.next_unknown",
    severity=Severity.NOTE,
    asks="No follow-up ends without a date for the next.",
    source=YEARLY_REVIEW,
    grade="paper",
    numbers=(YEAR,),
)
NEXT_LATE = Rule(
    name="follow_up.next_late",
    severity=Severity.REASON,
    asks="The next follow-up is planned no later than a year on, or half a year where twice a year was chosen.",
    source=YEARLY_REVIEW,
    grade="paper",
    numbers=(YEAR, HALF_YEAR),
)

RULES = (
    LAST_UNKNOWN,
    OVERDUE,
    REFILL_ONLY,
    NOT_EXAMINED,
    PUMP_NOT_READ,
    NO_PLAN,
    EXERCISES,
    NEXT_UNKNOWN,
    NEXT_LATE,
)


class Interval(Enum):
    """How often the team chose to follow up. The value is the word on screens."""

    ONCE_A_YEAR = "once a year"
    TWICE_A_YEAR = "twice a year"


class Adherence(Enum):
    """How often the exercises at home are done, from the most to the least."""

    AS_PLANNED = auto()
    MOSTLY = auto()
    NOW_AND_THEN = auto()
    NOT_AT_ALL = auto()
    NONE_PLANNED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a follow-up was last, seen at `now_ms`; None where not known. Times are Unix ms UTC."""

    now_ms: int
    last_ms: int | None = None
    interval: Interval | None = None

    def __post_init__(self) -> None:
        assert self.last_ms is None or self.last_ms <= self.now_ms, "the last follow-up is not in the future"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One follow-up at `at_ms`, and the next at `next_ms`; None is not known.

    `only_refilled` is a visit for nothing but a refill; `examined` an assessment of stiffness, spasms and function.
    `has_plan` and `provider` are rehabilitation's: whether there is a plan, and who carries it out.
    """

    at_ms: int
    interval: Interval | None = None
    only_refilled: bool | None = None
    examined: bool | None = None
    pump_read: bool | None = None
    has_plan: bool | None = None
    provider: str = ""
    exercises: Adherence | None = None
    next_ms: int | None = None

    def __post_init__(self) -> None:
        assert self.next_ms is None or self.next_ms > self.at_ms, "the next follow-up is after this one"


def longest(interval: Interval | None) -> Sourced:
    """The longest time between two follow-ups; where nothing was chosen, a year."""
    return HALF_YEAR if interval is Interval.TWICE_A_YEAR else YEAR


def next_due_ms(*, last_ms: int | None, interval: Interval | None, now_ms: int) -> int:
    """When the next follow-up is due at the latest: now, where nobody knows when the last was.

    >>> next_due_ms(last_ms=0, interval=None, now_ms=DAY_MS) // DAY_MS
    365
    >>> next_due_ms(last_ms=0, interval=Interval.TWICE_A_YEAR, now_ms=DAY_MS) // DAY_MS
    182
    >>> next_due_ms(last_ms=None, interval=None, now_ms=DAY_MS) // DAY_MS
    1
    """
    return now_ms if last_ms is None else last_ms + longest(interval).whole()


def counts(case: FollowUp) -> bool:
    """Whether the visit was a follow-up: somebody examined, and it was more than a refill. Unknown does not count.

    >>> counts(FollowUp(at_ms=0, only_refilled=False, examined=True))
    True
    >>> counts(FollowUp(at_ms=0, only_refilled=None, examined=True))
    False
    """
    return case.only_refilled is False and case.examined is True


def judge_due(case: Due) -> list[Finding]:
    """Whether a follow-up is due, or nobody can tell.

    >>> judge_due(Due(now_ms=365 * DAY_MS, last_ms=0))
    []
    >>> [finding.rule for finding in judge_due(Due(now_ms=365 * DAY_MS + 1, last_ms=0))]
    ['follow_up.overdue']
    >>> [finding.rule for finding in judge_due(Due(now_ms=0))]
    ['follow_up.last_unknown']
    """
    limit = longest(case.interval)
    if case.last_ms is None:
        return [
            LAST_UNKNOWN.finding(
                field="last",
                says="When this person was last followed up is not known: it is due now.",
                remedy="Book a follow-up. A refill does not take its place.",
            )
        ]
    since_ms = case.now_ms - case.last_ms
    if since_ms <= limit.whole():
        return []
    return [
        OVERDUE.finding(
            field="last",
            says=f"The last follow-up was {show_duration(since_ms)} ago, more than {show_duration(limit.whole())}.",
            remedy="Book a follow-up now. Refills since then do not take its place.",
            numbers=(limit,),
        )
    ]


def judge_follow_up(case: FollowUp) -> list[Finding]:
    """What a follow-up left out, and whether it was one. Nothing here blocks.

    >>> whole = dict(at_ms=0, only_refilled=False, examined=True, pump_read=True, has_plan=True, provider="At home",
    ...     exercises=Adherence.MOSTLY, interval=Interval.TWICE_A_YEAR)
    >>> judge_follow_up(FollowUp(next_ms=182 * DAY_MS, **whole))
    []
    >>> [finding.rule for finding in judge_follow_up(FollowUp(next_ms=182 * DAY_MS + 1, **whole))]
    ['follow_up.next_late']
    >>> [finding.rule for finding in judge_follow_up(FollowUp(at_ms=0, only_refilled=True, examined=False))]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['follow_up.refill_only', 'follow_up.not_examined', 'follow_up.pump_not_read', 'follow_up.no_plan',
     'follow_up.exercises', 'follow_up.next_unknown']
    """
    found = [*_judge_refill(case.only_refilled), *_judge_examined(case.examined), *_judge_read(case.pump_read)]
    return [*found, *_judge_plan(case), *_judge_exercises(case.exercises), *_judge_next(case)]


QUESTIONS = {
    "follow_up.due": (Due, judge_due),
    "follow_up.record": (FollowUp, judge_follow_up),
}
"""What can be asked from a command line: the name, the case, and who judges it."""


def _no_or_unknown(answer: bool | None) -> Severity:  # noqa: FBT001 an answer of three kinds is its whole subject
    """A plain no asks for a reason; what nobody wrote down is noted."""
    return Severity.REASON if answer is False else Severity.NOTE


def _judge_refill(only_refilled: bool | None) -> list[Finding]:  # noqa: FBT001 as above
    """A refill alone, or perhaps alone."""
    if only_refilled is False:
        return []
    was = "This was a refill and nothing more" if only_refilled else "Whether this was only a refill is not known"
    return [
        REFILL_ONLY.finding(
            field="only_refilled",
            says=f"{was}: it does not count as the follow-up, and the date it is due stays.",
            remedy="Book a follow-up at which somebody examines.",
            severity=Severity.REASON if only_refilled else Severity.NOTE,
        )
    ]


def _judge_examined(examined: bool | None) -> list[Finding]:  # noqa: FBT001 as above
    """Whether anybody looked at the person."""
    if examined:
        return []
    was = "Nobody examined" if examined is False else "Whether anybody examined is not known"
    return [
        NOT_EXAMINED.finding(
            field="examined",
            says=f"{was}: without stiffness, spasms and function this does not count as the follow-up.",
            remedy="Record an assessment, today or at a visit booked for it.",
            severity=_no_or_unknown(examined),
        )
    ]


def _judge_read(pump_read: bool | None) -> list[Finding]:  # noqa: FBT001 as above
    """Whether the pump was asked."""
    if pump_read:
        return []
    was = "The pump was not interrogated" if pump_read is False else "Whether the pump was interrogated is not known"
    return [
        PUMP_NOT_READ.finding(
            field="pump_read",
            says=f"{was}: alarms, battery and the running program are not seen.",
            remedy="Interrogate the pump, or write down that there is none.",
        )
    ]


def _judge_plan(case: FollowUp) -> list[Finding]:
    """A plan for rehabilitation, and a name to it."""
    if case.has_plan and case.provider.strip():
        return []
    says = {
        True: "There is a rehabilitation plan, and who carries it out is not known.",
        False: "There is no rehabilitation plan.",
        None: "Whether there is a rehabilitation plan is not known.",
    }[case.has_plan]
    return [
        NO_PLAN.finding(
            field="provider" if case.has_plan else "has_plan",
            says=says,
            remedy="Name who treats, where and how often, and what the exercises at home are.",
            severity=_no_or_unknown(case.has_plan),
        )
    ]


def _judge_exercises(exercises: Adherence | None) -> list[Finding]:
    """Exercises that are not done, not planned, or not asked about."""
    says = {
        None: "Whether the exercises at home are done is not known.",
        Adherence.NOW_AND_THEN: "The exercises at home are done now and then.",
        Adherence.NOT_AT_ALL: "The exercises at home are not done.",
        Adherence.NONE_PLANNED: "No exercises at home are planned.",
    }.get(exercises)
    if says is None:
        return []
    return [
        EXERCISES.finding(
            field="exercises",
            says=says,
            remedy="Ask what stands in the way (time, pain, help, forgetting), and plan what can be done.",
        )
    ]


def _judge_next(case: FollowUp) -> list[Finding]:
    """The next date: there is one, and it is soon enough."""
    limit = longest(case.interval)
    if case.next_ms is None:
        return [
            NEXT_UNKNOWN.finding(
                field="next_day",
                says=f"There is no date for the next follow-up, due in {show_duration(limit.whole())} at the latest.",
                remedy="Give a date, even one that may still move.",
                numbers=(limit,),
            )
        ]
    ahead_ms = case.next_ms - case.at_ms
    if ahead_ms <= limit.whole():
        return []
    return [
        NEXT_LATE.finding(
            field="next_day",
            says=f"The next follow-up is {show_duration(ahead_ms)} away, more than {show_duration(limit.whole())}.",
            remedy="Choose an earlier date, or write down why it can wait.",
            numbers=(limit,),
        )
    ]
