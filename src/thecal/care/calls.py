"""How urgent a call is, from the caller's answers, and by when somebody rings back.

The red flags are those that patients are taught. Whoever takes the call may judge it more urgent than this, never
less. What the caller cannot answer is asked again today, and never taken for no.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.limits import DRUG_LIFE
from thecal.findings import Finding, Rule, Severity, Urgency, most_urgent
from thecal.sources import OWN_CHOICE, UNREAD, Sourced, register
from thecal.units import DAY_MS, HOUR_MS, show_duration

_TAUGHT = "when to ring the emergency number, childrenswi.org teaching sheet 1227"
_SIGNS = "signs of too much and of too little, baclofenpump.com"
_TONES = "the two lists of alarms, gillettechildrens.org intrathecal-baclofen-discharge-information"
_FEVER = "fever of withdrawal and of meningitis, neurosurgerywiki.com intrathecal_baclofen_withdrawal"
_MISSED = "most patients have problems because they miss appointments, childrenswi.org teaching sheet 1227"
_AFTER_HANDLING = "most withdrawals within 72 h of work on the pump, fpnotebook.com/Rheum/Pharm/BclfnWthdrwl.htm"

CALL_BACK_NOW = Sourced(name="call_back_now", value=HOUR_MS // 4, unit="ms", source=OWN_CHOICE, grade="assumed")
CALL_BACK_TODAY = Sourced(name="call_back_today", value=4 * HOUR_MS, unit="ms", source=OWN_CHOICE, grade="assumed")
CALL_BACK_LATER = Sourced(name="call_back_later", value=7 * DAY_MS, unit="ms", source=OWN_CHOICE, grade="assumed")
AFTER_HANDLING = Sourced(name="after_handling", value=72 * HOUR_MS, unit="ms", source=_AFTER_HANDLING, grade="paper")

NUMBERS = register(CALL_BACK_NOW, CALL_BACK_TODAY, CALL_BACK_LATER, AFTER_HANDLING)

BREATHING = Rule(
    name="call.breathing",
    severity=Severity.NOTE,
    asks="Slow or difficult breathing is too much baclofen until shown otherwise: now.",
    source=_TAUGHT,
    grade="paper",
)
SLEEPY = Rule(
    name="call.sleepy",
    severity=Severity.NOTE,
    asks="Sleepy or hard to wake is too much baclofen until shown otherwise: now.",
    source=_TAUGHT,
    grade="paper",
)
WITHDRAWAL = Rule(
    name="call.withdrawal",
    severity=Severity.NOTE,
    asks="Stiff and itching together is withdrawal until shown otherwise: now.",
    source=_SIGNS,
    grade="maker",
)
FEVER = Rule(
    name="call.fever",
    severity=Severity.NOTE,
    asks="Fever is withdrawal or an infection, which nobody tells apart by telephone: now.",
    source=_FEVER,
    grade="paper",
)
TWO_TONE = Rule(
    name="call.two_tone",
    severity=Severity.NOTE,
    asks="A two-tone alarm means that the pump may have stopped: now.",
    source=_TONES,
    grade="paper",
)
REFILL_MISSED = Rule(
    name="call.refill_missed",
    severity=Severity.NOTE,
    asks="A missed refill is an empty pump until shown otherwise: now.",
    source=_MISSED,
    grade="paper",
    numbers=(DRUG_LIFE,),
)
SINGLE = Rule(
    name="call.single_beep",
    severity=Severity.NOTE,
    asks="A single beep means little drug left or a pump due for replacement: today.",
    source=_TONES,
    grade="paper",
)
SOUND = Rule(
    name="call.sound",
    severity=Severity.NOTE,
    asks="A sound that nobody can name is found out today.",
    source=f"{UNREAD}: alarms are quiet and mistaken for other things",
    grade="assumed",
)
EARLY = Rule(
    name="call.stiff_or_itching",
    severity=Severity.NOTE,
    asks="Stiffer, or itching, may be the start of withdrawal: today.",
    source=_SIGNS,
    grade="maker",
)
HANDLED = Rule(
    name="call.after_refill",
    severity=Severity.NOTE,
    asks="Signs within 72 hours of a refill ask whether the pump runs and where the drug went: today at the latest.",
    source=_AFTER_HANDLING,
    grade="paper",
    numbers=(AFTER_HANDLING,),
)
NOT_KNOWN = Rule(
    name="call.not_known",
    severity=Severity.NOTE,
    asks="What the caller cannot answer is asked again today; it never counts as no.",
    source=f"{OWN_CHOICE}: what is not known is not no",
    grade="assumed",
)
RULES = (
    BREATHING, SLEEPY, WITHDRAWAL, FEVER, TWO_TONE, REFILL_MISSED, SINGLE, SOUND, EARLY, HANDLED, NOT_KNOWN,
)  # fmt: skip


class Sound(Enum):
    """What the caller hears from the pump."""

    NONE = auto()
    SINGLE = auto()
    TWO_TONE = auto()
    UNCLEAR = auto()
    """A sound, and nobody can say which."""


class Page(Enum):
    """The emergency pages."""

    TOO_MUCH = "too_much"
    TOO_LITTLE = "too_little"
    ALARM = "alarm"
    WOUND_AND_FEVER = "wound_and_fever"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCase:
    """What the caller told, and what the record says about the last refill. None is "nobody could say".

    `refill_missed` is true where somebody missed it, or the date at which the reservoir is low has passed;
    `since_refill_ms` is how long ago the last refill was.
    """

    breathing: bool | None = None
    sleepy: bool | None = None
    stiff: bool | None = None
    itch: bool | None = None
    fever: bool | None = None
    sound: Sound | None = None
    refill_missed: bool | None = None
    since_refill_ms: int | None = None


def judge_call(case: CallCase) -> list[Finding]:
    """What the answers ask for, the most urgent first. Each `remedy` is what to tell the caller.

    >>> quiet = dict(breathing=False, sleepy=False, stiff=False, itch=False, fever=False, sound=Sound.NONE,
    ...              refill_missed=False)
    >>> judge_call(CallCase(**quiet))
    []
    >>> def found(**told): return [(f.rule, f.urgency.name) for f in judge_call(CallCase(**quiet | told))]
    >>> found(breathing=True, sleepy=True)
    [('call.breathing', 'NOW'), ('call.sleepy', 'NOW')]
    >>> found(stiff=True, itch=True)
    [('call.withdrawal', 'NOW')]
    >>> found(fever=True, sound=Sound.TWO_TONE, refill_missed=True)
    [('call.fever', 'NOW'), ('call.refill_missed', 'NOW'), ('call.two_tone', 'NOW')]
    >>> found(since_refill_ms=180 * DAY_MS + 1, refill_missed=None)
    [('call.refill_missed', 'NOW'), ('call.not_known', 'TODAY')]
    >>> found(sound=Sound.SINGLE)
    [('call.single_beep', 'TODAY')]
    >>> found(sound=Sound.UNCLEAR)
    [('call.sound', 'TODAY')]
    >>> found(stiff=True, since_refill_ms=72 * HOUR_MS)
    [('call.stiff_or_itching', 'TODAY'), ('call.after_refill', 'TODAY')]
    >>> found(sleepy=None)
    [('call.not_known', 'TODAY')]
    """
    return [*_red_flags(case), *_refill_missed(case), *_alarm(case), *_early(case), *_handled(case), *_not_known(case)]


def least_urgency(findings: list[Finding]) -> Urgency:
    """The least urgency that the answers allow.

    >>> least_urgency([]).name
    'NEXT_VISIT'
    """
    return most_urgent(findings) or Urgency.NEXT_VISIT


def call_back_by_ms(urgency: Urgency, *, received_ms: int) -> int:
    """By when somebody rings back: at once means within a quarter of an hour, also when help is on its way.

    >>> [call_back_by_ms(each, received_ms=0) / HOUR_MS for each in Urgency]
    [168.0, 4.0, 0.25]
    """
    waits = {Urgency.NOW: CALL_BACK_NOW, Urgency.TODAY: CALL_BACK_TODAY, Urgency.NEXT_VISIT: CALL_BACK_LATER}
    return received_ms + waits[urgency].whole()


def pages_for(case: CallCase) -> tuple[Page, ...]:
    """The emergency pages that apply.

    >>> pages_for(CallCase(stiff=True, itch=True, fever=True))
    (<Page.TOO_LITTLE: 'too_little'>, <Page.WOUND_AND_FEVER: 'wound_and_fever'>)
    """
    holds = (
        (Page.TOO_MUCH, case.sleepy is True or case.breathing is True),
        (Page.TOO_LITTLE, case.stiff is True or case.itch is True or _missed(case)),
        (Page.ALARM, case.sound in {Sound.SINGLE, Sound.TWO_TONE, Sound.UNCLEAR}),
        (Page.WOUND_AND_FEVER, case.fever is True),
    )
    return tuple(page for page, applies in holds if applies)


QUESTIONS = {"call": (CallCase, judge_call)}


def _red_flags(case: CallCase) -> list[Finding]:
    """What a person shows that waits for nobody."""
    flags = (
        (
            case.breathing is True, BREATHING, "breathing",
            "Breathing is slow or difficult: too much baclofen, until shown otherwise.",
            "Ring the emergency number now. Do not leave them alone; lay them on their side if they are drowsy.",
        ),
        (
            case.sleepy is True, SLEEPY, "sleepy",
            "Sleepy or hard to wake: too much baclofen, until shown otherwise.",
            "Ring the emergency number now and watch every breath until help comes. No tablets, no food, no drink.",
        ),
        (
            case.stiff is True and case.itch is True, WITHDRAWAL, "itch",
            "Stiff and itching: withdrawal, until shown otherwise.",
            "Go to hospital now with the emergency card. Tablets only as the written plan says.",
        ),
        (
            case.fever is True, FEVER, "fever",
            "Fever: withdrawal or an infection.",
            "Go to hospital now with the emergency card, and say that a baclofen pump is there.",
        ),
    )  # fmt: skip
    return [
        rule.finding(field=field, says=says, remedy=remedy, urgency=Urgency.NOW)
        for holds, rule, field, says, remedy in flags
        if holds
    ]


def _missed(case: CallCase) -> bool:
    """A refill is said to be missed, or the last one is longer ago than any filling lasts."""
    return case.refill_missed is True or (case.since_refill_ms or 0) > DRUG_LIFE.whole()


def _refill_missed(case: CallCase) -> list[Finding]:
    if not _missed(case):
        return []
    known = "" if case.since_refill_ms is None else f"; the last one was {show_duration(case.since_refill_ms)} ago"
    return [
        REFILL_MISSED.finding(
            field="refill_missed",
            says=f"A refill was missed{known}. The pump may be empty.",
            remedy="Come in now for a refill. Stiff, itching or feverish: go to hospital, with the emergency card.",
            urgency=Urgency.NOW,
        )
    ]


def _alarm(case: CallCase) -> list[Finding]:
    sounds = {
        Sound.TWO_TONE: (
            TWO_TONE, Urgency.NOW,
            "A two-tone alarm: the pump may have stopped.",
            "Come in now, at night too, to have the pump read. Bring the emergency card.",
        ),
        Sound.SINGLE: (
            SINGLE, Urgency.TODAY,
            "A single beep: little drug left, or the pump is due for replacement.",
            "Come in today to have the pump read. Ring at once if it becomes two tones.",
        ),
        Sound.UNCLEAR: (
            SOUND, Urgency.TODAY,
            "A sound that nobody can name.",
            "Hold an ear to the pump in a silent room and ring again: two tones, or one? Have it read today.",
        ),
    }  # fmt: skip
    if case.sound is None or case.sound is Sound.NONE:
        return []
    rule, urgency, says, remedy = sounds[case.sound]
    return [rule.finding(field="sound", says=says, remedy=remedy, urgency=urgency)]


def _early(case: CallCase) -> list[Finding]:
    if (case.stiff is True) == (case.itch is True):
        return []
    sign, field = ("Stiffer", "stiff") if case.stiff is True else ("Itching", "itch")
    return [
        EARLY.finding(
            field=field,
            says=f"{sign}: it may be the start of withdrawal.",
            remedy="Have the pump read today. Fever, confusion, or stiffness together with itching: go to hospital.",
            urgency=Urgency.TODAY,
        )
    ]


def _handled(case: CallCase) -> list[Finding]:
    """Soon after somebody worked on the pump its faults are a hand's: left stopped, wrong program, filled beside."""
    signs = (case.breathing, case.sleepy, case.stiff, case.itch, case.fever)
    if case.since_refill_ms is None or case.since_refill_ms > AFTER_HANDLING.whole() or True not in signs:
        return []
    return [
        HANDLED.finding(
            field="last_refill",
            says=f"The last refill was only {show_duration(case.since_refill_ms)} ago.",
            remedy="Tell the clinic so: was the pump left running, by which program, and did the drug go into it?",
            urgency=Urgency.TODAY,
        )
    ]


def _not_known(case: CallCase) -> list[Finding]:
    asked = {
        "breathing": ("how they breathe", case.breathing),
        "sleepy": ("whether sleepy", case.sleepy),
        "stiff": ("whether stiffer", case.stiff),
        "itch": ("whether itching", case.itch),
        "fever": ("whether feverish", case.fever),
        "sound": ("whether the pump sounds", case.sound),
        "refill_missed": ("whether a refill was missed", case.refill_missed),
    }
    missing = {field: says for field, (says, answer) in asked.items() if answer is None}
    if not missing:
        return []
    return [
        NOT_KNOWN.finding(
            field=next(iter(missing)),
            says=f"Not known: {', '.join(missing.values())}.",
            remedy="Look, and ring back today with the answers. Ring at once if something on the list appears.",
            urgency=Urgency.TODAY,
        )
    ]
