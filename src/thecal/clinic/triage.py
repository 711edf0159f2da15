"""How urgent a call is, from the caller's answers.

Red flags are those that patients are taught: hard to wake, breathing, fever, stiffness with itch, and a two-tone alarm
(childrenswi.org, teaching sheet 1227; baclofenpump.com; two tones: gillettechildrens.org). Whoever takes the call may
judge it more urgent than this, never less.
"""

from dataclasses import dataclass

from thecal.clinic.models import AlarmHeard, Answer, CallUrgency

_ORDER = (CallUrgency.NEXT_VISIT, CallUrgency.TODAY, CallUrgency.NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the caller told."""

    alarm_heard: AlarmHeard
    stiff: Answer
    itch: Answer
    sleepy: Answer
    breathing: Answer
    fever: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The least urgency that the answers allow, why, and the emergency pages that apply."""

    urgency: CallUrgency
    why: tuple[str, ...]
    pages: tuple[str, ...]


def triage(heard: Heard) -> Triage:
    """What the answers ask for; the most urgent first."""
    now, today = _red_flags(heard), _amber_flags(heard)
    urgency = CallUrgency.NOW if now else CallUrgency.TODAY if today else CallUrgency.NEXT_VISIT
    return Triage(urgency=urgency, why=(*now, *today), pages=_pages(heard))


def at_least(chosen: CallUrgency, least: CallUrgency) -> CallUrgency:
    """The more urgent of the two."""
    return max(chosen, least, key=_ORDER.index)


def _red_flags(heard: Heard) -> tuple[str, ...]:
    """Reasons to act now."""
    flags = (
        (heard.breathing is Answer.YES, "Breathing is slow or difficult: too much baclofen, until shown otherwise."),
        (heard.sleepy is Answer.YES, "Sleepy or hard to wake: too much baclofen, until shown otherwise."),
        (
            heard.stiff is Answer.YES and heard.itch is Answer.YES,
            "Stiff and itching: withdrawal, until shown otherwise.",
        ),
        (heard.alarm_heard is AlarmHeard.TWO_TONE, "A two-tone alarm: the pump may have stopped."),
        (heard.fever is Answer.YES, "Fever: withdrawal or an infection."),
    )
    return tuple(says for holds, says in flags if holds)


def _amber_flags(heard: Heard) -> tuple[str, ...]:
    """Reasons to act today. What nobody could answer about waking and breathing is asked again today."""
    flags = (
        (
            heard.alarm_heard is AlarmHeard.SINGLE,
            "A single beep: little drug left, or the pump is due for replacement.",
        ),
        (heard.alarm_heard is AlarmHeard.UNKNOWN, "An alarm of an unknown kind."),
        (
            (heard.stiff is Answer.YES) != (heard.itch is Answer.YES),
            "Stiffer, or itching: may be the start of withdrawal.",
        ),
        (heard.sleepy is Answer.UNKNOWN, "Not known whether sleepy: ask again."),
        (heard.breathing is Answer.UNKNOWN, "Not known how they breathe: ask again."),
    )
    return tuple(says for holds, says in flags if holds)


def _pages(heard: Heard) -> tuple[str, ...]:
    """The emergency pages to open, by their names."""
    return tuple(
        page
        for holds, page in (
            (Answer.YES in {heard.sleepy, heard.breathing}, "too_much"),
            (Answer.YES in {heard.stiff, heard.itch}, "too_little"),
            (heard.alarm_heard is not AlarmHeard.NONE, "alarm"),
            (heard.fever is Answer.YES, "wound_and_fever"),
        )
        if holds
    )
