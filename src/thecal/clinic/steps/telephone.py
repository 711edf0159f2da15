"""Step 11, calls: taken on a page of their own; here is what was said, how urgent it was, and what was done."""

from django.urls import reverse

from thecal.clinic.models import Call
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Step, Table
from thecal.clinic.when import show_date, show_time

LATEST = 12
URGENCIES = {"now": "emergency", "today": "urgent", "next_visit": "routine"}


def _look(known: Known) -> Look:
    """Calls that nobody has settled as cards, and the latest of all."""
    calls = known.patient.calls.select_related("by", "settled_by").order_by("-received_ms", "-id")[:LATEST]
    head = ("When", "Who", "Said", "Urgency", "Advice", "Settled")
    rows = tuple(_row(call) for call in calls)
    return Look(
        cards=tuple(_card(call) for call in known.chart.open_calls),
        facts=(("Calls on record", str(known.patient.calls.count())),),
        tables=(Table(caption=f"The latest {LATEST} calls", head=head, rows=rows),) if rows else (),
    )


def _card(call: Call) -> Card:
    return Card(
        urgency=URGENCIES[call.urgency],
        title=f"Open: {call.caller}, {show_time(call.received_ms)}",
        says=f"“{call.words}”" if call.words else "Nothing was written down of what was said.",
        url=reverse("call", args=[call.pk]),
    )


def _row(call: Call) -> tuple[str, ...]:
    settled = "open" if call.settled_ms is None else f"{call.settled_words} {show_time(call.settled_ms)}"
    return (
        show_time(call.received_ms),
        call.caller,
        call.words or "not written down",
        str(call.get_urgency_display()),
        call.advice or "not written down",
        settled,
    )


def _state(known: Known) -> str:
    last = known.patient.calls.order_by("received_ms", "id").last()
    return "" if last is None else f"last call {show_date(last.received_ms)}, taken by {last.by.name}"


STEP = Step(
    number=11,
    key="calls",
    title="Calls",
    purpose="Who rings, what they see and hear: now, today or at the next visit; the advice; who rings back and when.",
    sheets=(),
    look=_look,
    template="steps/calls.html",
    state=_state,
)
