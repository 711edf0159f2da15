"""Calls: what a caller said, and how it was settled."""

from django.db import transaction

from thecal.canonical import Plain
from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.hearing import Heard, judge, with_record
from thecal.clinic.models import AlarmHeard, Call, CallUrgency, Patient, Person
from thecal.errors import BadInput, OurFault


@transaction.atomic
def record_call(
    *,
    patient: Patient,
    caller: str,
    words: str,
    heard: Heard,
    urgency: CallUrgency,
    since: str = "",
    advice: str = "",
    acting: Person,
    now: Now,
) -> Call:
    """Write a call down. It is never less urgent than the answers ask for, and says by when somebody rings back."""
    heard = with_record(heard, patient, now_ms=now.clinic_ms)
    judged = judge(heard, patient, received_ms=now.clinic_ms, chosen=urgency)
    call = Call.objects.create(
        patient=patient,
        by=acting,
        received_ms=now.clinic_ms,
        caller=caller,
        words=words,
        alarm_heard=heard.alarm_heard or AlarmHeard.UNKNOWN,
        stiff=heard.stiff,
        itch=heard.itch,
        sleepy=heard.sleepy,
        breathing=heard.breathing,
        fever=heard.fever,
        since=since,
        last_refill=heard.last_refill,
        urgency=judged.urgency,
        advice=advice,
        call_back_ms=judged.call_back_ms,
        rules_version=RULES_VERSION,
    )
    _note(call, "record call", acting=acting, now=now)
    return call


@transaction.atomic
def settle_call(*, call: Call, words: str, acting: Person, now: Now) -> Call:
    """Write down what was done about a call. A settled call stays as it is."""
    if not words.strip():
        raise BadInput("words", "says nothing", remedy="Write what was done, in one sentence.")
    changed = Call.objects.filter(pk=call.pk, settled_ms__isnull=True).update(
        settled_ms=now.clinic_ms, settled_by=acting, settled_words=words
    )
    if changed != 1:
        raise OurFault("this call was settled before", remedy="Open the call to see by whom.")
    call.refresh_from_db()
    _note(call, "settle call", acting=acting, now=now)
    return call


def _note(call: Call, action: str, *, acting: Person, now: Now) -> None:
    detail: dict[str, Plain] = {"patient": call.patient_id, "urgency": str(call.urgency)}
    append_row(now=now, person=acting, action=action, subject=f"call {call.pk}", detail=detail)
