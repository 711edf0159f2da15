"""After a screening dose: when somebody looks, which signs wait for nobody, and when the patient may go.

Writing down what was seen is never refused. A sign that nobody looked for is not known, and is asked again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from thecal.care.screening_checklist import BOSTER
from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE, UNREAD, Grade, Sourced, register
from thecal.units import HOUR_MS, MINUTE_MS, show_duration

_LABEL = "baclofen label as restated by drugs.com/dosage/baclofen.html"
_TOO_MUCH = "signs of overdose, label as restated by pill2trip.com/medicine/gabalon-0-005; baclofenpump.com"
_TIMES = f"{OWN_CHOICE}: within the 4 to 8 hours of the label, closer in the first two"
_VITALS = f"{UNREAD}: a common limit for adults"


def _time(number: int, after_ms: int) -> Sourced:
    return Sourced(name=f"screening_look_{number}", value=after_ms, unit="ms", source=_TIMES, grade="assumed")


LOOKS = tuple(
    _time(number, minutes * MINUTE_MS) for number, minutes in enumerate((30, 60, 120, 240, 360, 480), start=1)
)
"""Half an hour, 1, 2, 4, 6 and 8 hours after the dose."""
LOOK_EARLY = Sourced(name="screening_look_early", value=10 * MINUTE_MS, unit="ms", source=_TIMES, grade="assumed")
LOOK_LATE = Sourced(name="screening_look_late", value=15 * MINUTE_MS, unit="ms", source=_TIMES, grade="assumed")
CLOSE_WATCH = Sourced(name="close_watch", value=2 * HOUR_MS, unit="ms", source=BOSTER, grade="paper")
SHORTEST_WATCH = Sourced(name="shortest_watch", value=4 * HOUR_MS, unit="ms", source=_LABEL, grade="label")
SLOW_BREATHING = Sourced(name="slow_breathing", value=10, unit="breaths a minute", source=_VITALS, grade="assumed")
LOW_SATURATION = Sourced(name="low_saturation", value=92, unit="%", source=_VITALS, grade="assumed")
LOW_PRESSURE = Sourced(name="low_pressure", value=90, unit="mmHg", source=_VITALS, grade="assumed")

NUMBERS = register(
    *LOOKS, LOOK_EARLY, LOOK_LATE, CLOSE_WATCH, SHORTEST_WATCH, SLOW_BREATHING, LOW_SATURATION, LOW_PRESSURE
)


def _grade(source: str) -> Grade:
    if source.startswith((OWN_CHOICE, UNREAD)):
        return "assumed"
    return "paper" if source == BOSTER else "label"


def _note(name: str, asks: str, source: str, *numbers: Sourced) -> Rule:
    """A rule about a patient who may be in danger: it refuses nothing, and says when to act."""
    return Rule(
        name=f"screening.{name}",
        severity=Severity.NOTE,
        asks=asks,
        source=source,
        grade=_grade(source),
        numbers=numbers,
    )


def _before_leaving(name: str, asks: str, source: str, *numbers: Sourced) -> Rule:
    """A rule about going home, which can wait; where it cannot, two people answer for it."""
    return Rule(
        name=f"screening.{name}",
        severity=Severity.TWO_PEOPLE,
        asks=asks,
        source=source,
        grade=_grade(source),
        numbers=numbers,
    )


LOOK_MISSING = _note(
    "look_missing",
    "The patient is looked at half an hour and 1, 2, 4, 6 and 8 hours after a screening dose.",
    _TIMES,
    *LOOKS,
    LOOK_LATE,
)
SLEEPY = _note("sleepy", "Drowsiness after a screening dose is too much baclofen: act now.", _TOO_MUCH)
BREATHING = _note("breathing", "Slow or shallow breathing is too much baclofen: act now.", _TOO_MUCH)
RISING = _note("rising", "Weakness that climbs to the arms is too much baclofen: act now.", _TOO_MUCH)
SEIZURE = _note("seizure", "A seizure after a screening dose may be too much baclofen: act now.", _TOO_MUCH)
VITALS = _note(
    "vitals",
    "Few breaths, little oxygen or a low blood pressure is looked into now.",
    _VITALS,
    SLOW_BREATHING,
    LOW_SATURATION,
    LOW_PRESSURE,
)
UNSEEN = _note(
    "not_looked_at",
    "Wakefulness and breathing are looked at each time; what was not is not known.",
    f"{OWN_CHOICE}: the signs that kill are the ones not to miss",
)
TOO_EARLY = _before_leaving(
    "leaves_early", "The patient is watched for 4 to 8 hours after a screening dose.", _LABEL, SHORTEST_WATCH
)
NOT_STABLE = _before_leaving("leaves_unstable", "Who goes is awake, and the breathing has been checked.", BOSTER)
TONE_LOW = _before_leaving("leaves_weak", "Who goes has the tone back that was there before the dose.", BOSTER)
NO_URINE = _before_leaving("leaves_retention", "Who goes can pass urine as before.", BOSTER)
NOT_TOLD = _before_leaving(
    "leaves_untold",
    "Who goes knows what to do about a headache, and has a number that answers day and night.",
    f"{OWN_CHOICE}: what comes later comes at home",
)
RULES = (
    LOOK_MISSING, SLEEPY, BREATHING, RISING, SEIZURE, VITALS, UNSEEN, TOO_EARLY, NOT_STABLE, TONE_LOW, NO_URINE,
    NOT_TOLD,
)  # fmt: skip


class LookState(Enum):
    """What has become of one of the times at which somebody looks. The value is how it is shown."""

    DONE = "done"
    DONE_LATE = "done late"
    AHEAD = "ahead"
    DUE = "due"
    OVERDUE = "overdue"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One time at which somebody looks: due `due_ms`, done `done_ms`; both Unix ms UTC."""

    due_ms: int
    state: LookState
    done_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCase:
    """A dose at `dose_ms`, when somebody looked since, the time now, and when the patient left; all Unix ms UTC."""

    dose_ms: int
    now_ms: int
    looked_ms: tuple[int, ...] = ()
    left_ms: int | None = None


def looks(case: WatchCase) -> tuple[Look, ...]:
    """Every time at which somebody looks while the patient is there, in order, with what became of it.

    A look belongs to the latest time that it is not more than ten minutes early for. So a look at 50 minutes is the
    one of the first hour, and none done late for the half hour.
    """
    begins = [case.dose_ms + due.whole() - LOOK_EARLY.whole() for due in LOOKS]
    ends = [*begins[1:], None]
    stretches = zip([case.dose_ms + due.whole() for due in LOOKS], begins, ends, strict=True)
    return tuple(
        _look(case, due_ms, begin_ms, end_ms)
        for due_ms, begin_ms, end_ms in stretches
        if case.left_ms is None or due_ms <= case.left_ms
    )


def judge_watch(case: WatchCase) -> list[Finding]:
    """The times at which nobody looked. In the first two hours that is for now, later for today.

    >>> judge_watch(WatchCase(dose_ms=0, now_ms=45 * MINUTE_MS))
    []
    >>> late = judge_watch(WatchCase(dose_ms=0, now_ms=45 * MINUTE_MS + 1))
    >>> [(finding.rule, finding.urgency.name) for finding in late]
    [('screening.look_missing', 'NOW')]
    >>> judge_watch(WatchCase(dose_ms=0, now_ms=45 * MINUTE_MS + 1, looked_ms=(30 * MINUTE_MS,)))
    []
    """
    return [_missing(case, look) for look in looks(case) if look.state in {LookState.OVERDUE, LookState.MISSED}]


class Wakefulness(Enum):
    """How awake somebody is. The value is how it is shown."""

    AWAKE = "Awake"
    DROWSY = "Drowsy, wakes when spoken to"
    HARD_TO_WAKE = "Hard to wake, or not at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsCase:
    """What was seen at one look; None where nobody looked. Pressure is systolic."""

    wakefulness: Wakefulness | None = None
    breathing_slow: bool | None = None
    breaths_per_min: int | None = None
    saturation_percent: int | None = None
    pressure_mmhg: int | None = None
    weakness_rising: bool | None = None
    seizure: bool | None = None


def judge_signs(case: SignsCase) -> list[Finding]:
    """Which of the signs wait for nobody.

    >>> judge_signs(SignsCase(wakefulness=Wakefulness.AWAKE, breathing_slow=False))
    []
    >>> danger = SignsCase(
    ...     wakefulness=Wakefulness.DROWSY, breathing_slow=True, weakness_rising=True, seizure=True, pressure_mmhg=89)
    >>> for finding in judge_signs(danger):
    ...     print(finding.urgency.name, finding.rule)
    NOW screening.sleepy
    NOW screening.breathing
    NOW screening.rising
    NOW screening.seizure
    NOW screening.vitals
    >>> [finding.rule for finding in judge_signs(SignsCase())]
    ['screening.not_looked_at', 'screening.not_looked_at']
    """
    found = list(_dangers(case)) + list(_low_numbers(case))
    if case.wakefulness is None:
        found.append(_unseen("wakefulness", "How awake the patient is was not written down."))
    if case.breathing_slow is None and case.breaths_per_min is None:
        found.append(_unseen("breathing_slow", "How the patient breathes was not written down."))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeCase:
    """Going home `since_dose_ms` after the dose; None where nobody has answered, which is not met."""

    since_dose_ms: int | None = None
    awake: bool | None = None
    breathing_checked: bool | None = None
    tone_back: bool | None = None
    can_pass_urine: bool | None = None
    headache_advice: bool | None = None
    number_given: bool | None = None


def judge_discharge(case: DischargeCase) -> list[Finding]:
    """What is not met. Nothing forbids to write down that somebody left; two people answer for what was not met.

    >>> ready = DischargeCase(
    ...     since_dose_ms=4 * HOUR_MS, awake=True, breathing_checked=True, tone_back=True, can_pass_urine=True,
    ...     headache_advice=True, number_given=True)
    >>> judge_discharge(ready)
    []
    >>> for finding in judge_discharge(DischargeCase(since_dose_ms=4 * HOUR_MS - 1, tone_back=False)):
    ...     print(finding.rule, finding.field)
    screening.leaves_early since_dose_ms
    screening.leaves_unstable awake
    screening.leaves_unstable breathing_checked
    screening.leaves_weak tone_back
    screening.leaves_retention can_pass_urine
    screening.leaves_untold headache_advice
    screening.leaves_untold number_given
    """
    criteria = (
        (NOT_STABLE, "awake", case.awake, "the patient is awake"),
        (NOT_STABLE, "breathing_checked", case.breathing_checked, "the breathing was checked"),
        (TONE_LOW, "tone_back", case.tone_back, "the tone is back"),
        (NO_URINE, "can_pass_urine", case.can_pass_urine, "the patient can pass urine"),
        (NOT_TOLD, "headache_advice", case.headache_advice, "advice about headache was given"),
        (NOT_TOLD, "number_given", case.number_given, "a number to call was given"),
    )
    unmet = [
        rule.finding(
            field=field,
            says=_not_met(what, answered=answer is not None),
            remedy="See to it, or have two people answer for it.",
        )
        for rule, field, answer, what in criteria
        if not answer
    ]
    return _judge_leaving_early(case) + unmet


QUESTIONS = {
    "screening.watch": (WatchCase, judge_watch),
    "screening.signs": (SignsCase, judge_signs),
    "screening.discharge": (DischargeCase, judge_discharge),
}


def _look(case: WatchCase, due_ms: int, begin_ms: int, end_ms: int | None) -> Look:
    """One time, between the beginnings of its stretch and of the next one's."""
    inside = [at_ms for at_ms in case.looked_ms if begin_ms <= at_ms and (end_ms is None or at_ms < end_ms)]
    late_ms = due_ms + LOOK_LATE.whole()
    if inside:
        done_ms = min(inside)
        state = LookState.DONE_LATE if done_ms > late_ms else LookState.DONE
        return Look(due_ms=due_ms, state=state, done_ms=done_ms)
    if case.now_ms < due_ms:
        return Look(due_ms=due_ms, state=LookState.AHEAD)
    if end_ms is not None and case.now_ms >= end_ms:
        return Look(due_ms=due_ms, state=LookState.MISSED)
    return Look(due_ms=due_ms, state=LookState.OVERDUE if case.now_ms > late_ms else LookState.DUE)


def _missing(case: WatchCase, look: Look) -> Finding:
    after_ms = look.due_ms - case.dose_ms
    is_close = after_ms <= CLOSE_WATCH.whole() and look.state is LookState.OVERDUE
    return LOOK_MISSING.finding(
        field="at",
        says=f"The look of {show_duration(after_ms)} after the dose is {look.state.value}.",
        remedy="Look now: awake, breathing, tone." if look.state is LookState.OVERDUE else "Say so in the record.",
        urgency=Urgency.NOW if is_close else Urgency.TODAY,
    )


def _dangers(case: SignsCase) -> Iterator[Finding]:
    if case.wakefulness not in {None, Wakefulness.AWAKE}:
        yield _now(SLEEPY, "wakefulness", "The patient is drowsy.")
    if case.breathing_slow:
        yield _now(BREATHING, "breathing_slow", "The patient breathes slowly or shallowly.")
    if case.weakness_rising:
        yield _now(RISING, "weakness_rising", "Weakness climbs to the arms.")
    if case.seizure:
        yield _now(SEIZURE, "seizure", "The patient had a seizure.")


def _low_numbers(case: SignsCase) -> Iterator[Finding]:
    for field, value, limit in (
        ("breaths_per_min", case.breaths_per_min, SLOW_BREATHING),
        ("saturation_percent", case.saturation_percent, LOW_SATURATION),
        ("pressure_mmhg", case.pressure_mmhg, LOW_PRESSURE),
    ):
        if value is not None and value < limit.whole():
            yield _now(VITALS, field, f"{value} is below {limit.shown()}.")


def _now(rule: Rule, field: str, says: str) -> Finding:
    remedy = "Open the airway, call the team, and follow the page for too much baclofen."
    return rule.finding(field=field, says=says, remedy=remedy, urgency=Urgency.NOW)


def _unseen(field: str, says: str) -> Finding:
    return UNSEEN.finding(field=field, says=says, remedy="Look, and write it down.", urgency=Urgency.TODAY)


def _not_met(what: str, *, answered: bool) -> str:
    return f"Not met: that {what}." if answered else f"Not met: whether {what} is not known."


def _judge_leaving_early(case: DischargeCase) -> list[Finding]:
    if case.since_dose_ms is not None and case.since_dose_ms >= SHORTEST_WATCH.whole():
        return []
    shortest = show_duration(SHORTEST_WATCH.whole())
    unknown = "How long ago the dose was is not known."
    says = unknown if case.since_dose_ms is None else f"The dose was only {show_duration(case.since_dose_ms)} ago."
    remedy = f"Watch for {shortest} at least, or have two people answer for it."
    return [TOO_EARLY.finding(field="since_dose_ms", says=says, remedy=remedy)]
