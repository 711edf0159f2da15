"""A call on its way to the rules: what a caller told, with what the record says about the last refill.

`care.calls` judges it. Whoever takes the call may judge it more urgent than the rules, never less.
"""

from dataclasses import dataclass, replace

from django.db import models

from thecal.care.calls import CallCase, Sound, call_back_by_ms, judge_call, least_urgency, pages_for
from thecal.clinic.models import AlarmHeard, Answer, Call, CallUrgency, Fill, Patient
from thecal.clinic.records import chart_of
from thecal.findings import Finding, Urgency

_ORDER = (CallUrgency.NEXT_VISIT, CallUrgency.TODAY, CallUrgency.NOW)
_URGENCIES = {
    Urgency.NEXT_VISIT: CallUrgency.NEXT_VISIT,
    Urgency.TODAY: CallUrgency.TODAY,
    Urgency.NOW: CallUrgency.NOW,
}
_SOUNDS = {
    AlarmHeard.NONE: Sound.NONE,
    AlarmHeard.SINGLE: Sound.SINGLE,
    AlarmHeard.TWO_TONE: Sound.TWO_TONE,
    AlarmHeard.UNKNOWN: Sound.UNCLEAR,
}


class LastRefill(models.TextChoices):
    """What is known of the last refill: from the caller, or from the record where it knows more."""

    KEPT = "kept", "Done as planned"
    MISSED = "missed", "Missed, or overdue"
    UNKNOWN = "unknown", "Not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the caller told. `alarm_heard` is None while nobody has asked."""

    alarm_heard: AlarmHeard | None
    stiff: Answer
    itch: Answer
    sleepy: Answer
    breathing: Answer
    fever: Answer
    last_refill: LastRefill = LastRefill.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCall:
    """What the rules say of a call: the least urgency, by when somebody rings back, why, and the pages that apply."""

    urgency: CallUrgency
    call_back_ms: int
    findings: tuple[Finding, ...]
    pages: tuple[str, ...]

    @property
    def advice(self) -> tuple[str, ...]:
        """What to tell the caller, most urgent first."""
        return tuple(dict.fromkeys(finding.remedy for finding in self.findings))


def at_least(chosen: CallUrgency, least: CallUrgency) -> CallUrgency:
    """The more urgent of the two."""
    return max(chosen, least, key=_ORDER.index)


def with_record(heard: Heard, patient: Patient | None, *, now_ms: int) -> Heard:
    """The answers, and of the last refill what the record knows: past the low-reservoir date it is overdue.

    Without a pump there is nothing to refill. A date that lies ahead answers only where the caller could not.
    """
    if patient is None:
        return heard
    chart = chart_of(patient, now_ms=now_ms)
    if chart.implant is None:
        return replace(heard, last_refill=LastRefill.KEPT)
    low_ms = chart.pump.low_reservoir_ms if chart.pump else None
    if low_ms is not None and low_ms <= now_ms:
        return replace(heard, last_refill=LastRefill.MISSED)
    if low_ms is not None and heard.last_refill is LastRefill.UNKNOWN:
        return replace(heard, last_refill=LastRefill.KEPT)
    return heard


def judge(
    heard: Heard, patient: Patient | None, *, received_ms: int, chosen: CallUrgency = CallUrgency.NEXT_VISIT
) -> JudgedCall:
    """What the answers ask for, and by when somebody rings back: no later than the more urgent judgement wants."""
    case = _case(heard, since_refill_ms=_since_refill_ms(patient, received_ms))
    findings = judge_call(case)
    urgency = at_least(chosen, _URGENCIES[least_urgency(findings)])
    wanted = next(each for each, shown in _URGENCIES.items() if shown is urgency)
    return JudgedCall(
        urgency=urgency,
        call_back_ms=call_back_by_ms(wanted, received_ms=received_ms),
        findings=tuple(findings),
        pages=tuple(page.value for page in pages_for(case)),
    )


def heard_in(call: Call) -> Heard:
    """What was told in a call on record."""
    return Heard(
        alarm_heard=AlarmHeard(call.alarm_heard),
        stiff=Answer(call.stiff),
        itch=Answer(call.itch),
        sleepy=Answer(call.sleepy),
        breathing=Answer(call.breathing),
        fever=Answer(call.fever),
        last_refill=LastRefill(call.last_refill or LastRefill.UNKNOWN),
    )


def _case(heard: Heard, *, since_refill_ms: int | None) -> CallCase:
    said = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}
    refill = {LastRefill.MISSED: True, LastRefill.KEPT: False, LastRefill.UNKNOWN: None}
    return CallCase(
        breathing=said[heard.breathing],
        sleepy=said[heard.sleepy],
        stiff=said[heard.stiff],
        itch=said[heard.itch],
        fever=said[heard.fever],
        sound=None if heard.alarm_heard is None else _SOUNDS[heard.alarm_heard],
        refill_missed=refill[heard.last_refill],
        since_refill_ms=since_refill_ms,
    )


def _since_refill_ms(patient: Patient | None, received_ms: int) -> int | None:
    """How long before the call the pump in place was filled last; None where no filling is on record."""
    if patient is None:
        return None
    fills = Fill.objects.filter(
        implant__patient=patient, implant__removed_ms__isnull=True, at_ms__lte=received_ms
    ).order_by("at_ms", "id")
    last = fills.last()
    return None if last is None else received_ms - last.at_ms
