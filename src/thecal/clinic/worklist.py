"""The worklist: who needs what, by when, why, and the next step. Computed from records alone, most urgent first."""

from collections.abc import Iterable, Iterator

from django.urls import reverse

from thecal.clinic.knowledge import KnownPump
from thecal.clinic.models import Call, CallUrgency, Patient, Stage
from thecal.clinic.pump_words import ALARM_REMEDIES, ALARM_WORDS
from thecal.clinic.records import Chart, chart_of
from thecal.clinic.steps.due import due_of
from thecal.clinic.undone import undone_items
from thecal.clinic.when import show_date, show_time
from thecal.clinic.work_items import Urgency, WorkItem
from thecal.pump.alarms import Alarm
from thecal.pump.states import State
from thecal.units import DAY_MS

REFILL_HORIZON_MS = 28 * DAY_MS
VISIT_HORIZON_MS = 7 * DAY_MS

ALARM_URGENCY = {
    **{alarm: Urgency.EMERGENCY if alarm.is_critical else Urgency.URGENT for alarm in Alarm},
    Alarm.LOG_NEARLY_FULL: Urgency.ROUTINE,
}
"""A full log keeps no dose from anybody; whatever else sounds is seen to today at the latest."""
CALL_URGENCY = {CallUrgency.NOW: "EMERGENCY", CallUrgency.TODAY: "URGENT", CallUrgency.NEXT_VISIT: "ROUTINE"}


def worklist(patients: Iterable[Patient], *, now_ms: int) -> list[WorkItem]:
    """Everything that is due for these patients, most urgent first, then by time."""
    items = [item for patient in patients for item in items_of(chart_of(patient, now_ms=now_ms), now_ms=now_ms)]
    return sorted(items, key=lambda item: (item.urgency.rank, item.by_ms, item.patient.name))


def items_of(chart: Chart, *, now_ms: int) -> Iterator[WorkItem]:
    """What is due for one patient."""
    yield from (_call_item(call, chart.patient) for call in chart.open_calls)
    yield from _unsettled_items(chart)
    yield from undone_items(chart, now_ms=now_ms)
    yield from _alarm_items(chart, now_ms)
    yield from _stopped_items(chart, now_ms)
    yield from _refill_items(chart, now_ms)
    yield from _visit_items(chart, now_ms)
    yield from due_of(chart, now_ms=now_ms)


def _call_item(call: Call, patient: Patient) -> WorkItem:
    """A call that nobody has settled."""
    return WorkItem(
        patient=patient,
        urgency=Urgency[CALL_URGENCY[CallUrgency(call.urgency)]],
        what="Act on a call",
        by_ms=call.call_back_ms or call.received_ms,
        why=_call_in_words(call),
        action="Open call",
        url=reverse("call", args=[call.pk]),
    )


def _call_in_words(call: Call) -> str:
    said = f", “{call.words}”" if call.words else "."
    back = f" Call back by {show_time(call.call_back_ms)}." if call.call_back_ms is not None else ""
    return f"{call.caller}: called {show_time(call.received_ms)}{said}{back}"


def _unsettled_items(chart: Chart) -> Iterator[WorkItem]:
    """An update of which nobody knows whether the pump holds it."""
    if chart.unsettled is not None:
        yield _item(
            chart,
            Urgency.EMERGENCY,
            "Settle an update by interrogation",
            chart.unsettled.created_ms,
            f"The update of {show_time(chart.unsettled.created_ms)} is unconfirmed: "
            f"the pump may hold the old program or the new one.{_may_stand(chart)}",
        )


def _may_stand(chart: Chart) -> str:
    """What an update that was broken off does to one kind of pump."""
    return " This kind stops while it is updated: it may deliver nothing." if chart.stops_while_updating else ""


def _alarm_items(chart: Chart, now_ms: int) -> Iterator[WorkItem]:
    """Alarms as last read. What sounds since then is known only from a call."""
    if chart.pump is None:
        return
    for active in chart.pump.alarms:
        yield _item(
            chart,
            ALARM_URGENCY[active.alarm],
            f"Act on an alarm: {ALARM_WORDS[active.alarm].lower()}",
            now_ms,
            f"Sounding since {show_time(active.since_ms)}, as read {show_time(chart.pump.read_ms)}. "
            f"{ALARM_REMEDIES[active.alarm]}",
        )


def _stopped_items(chart: Chart, now_ms: int) -> Iterator[WorkItem]:
    """A programmed pump that was read as stopped or held: withdrawal can follow long before its own alarm at 48 h."""
    pump = chart.pump
    if pump is None or pump.state not in {State.STOPPED, State.HELD} or pump.interrupted_since_ms is None:
        return
    yield _item(
        chart,
        Urgency.EMERGENCY,
        "Decide about a stopped pump",
        now_ms,
        f"Nothing is delivered since {show_time(pump.state_since_ms)}, as read {show_time(pump.read_ms)}.",
    )


def _refill_items(chart: Chart, now_ms: int) -> Iterator[WorkItem]:
    """The book-by date draws near. Low drug becomes withdrawal: past the low-reservoir date is an emergency."""
    pump, booked = chart.pump, chart.book_by
    if pump is None or booked is None or booked.binding is None or booked.binding.at_ms - now_ms > REFILL_HORIZON_MS:
        return
    low_ms, says = pump.low_reservoir_ms, booked.binding.says
    low = "" if low_ms is None else f" Low-reservoir date {show_date(low_ms)}, calculated by the pump"
    late = low_ms is not None and low_ms <= now_ms
    overdue = booked.binding.at_ms <= now_ms
    yield _item(
        chart,
        Urgency.EMERGENCY if late else Urgency.URGENT if overdue else Urgency.ROUTINE,
        "Refill the pump",
        booked.binding.at_ms,
        f"{says[:1].upper()}{says[1:]}.{low}; read {show_time(pump.read_ms)}.{_empty(pump)}",
    )


def _empty(pump: KnownPump) -> str:
    """That nothing flows any more, where the pump's own count says so."""
    if pump.empty_ms is None or pump.empty_ms > pump.now_ms:
        return ""
    return f" Empty since {show_date(pump.empty_ms)}, by the same count: nothing is delivered."


def _visit_items(chart: Chart, now_ms: int) -> Iterator[WorkItem]:
    """The visit that the last one asked for."""
    due_ms = chart.next_due_ms
    if due_ms is None or due_ms - now_ms > VISIT_HORIZON_MS:
        return
    titrating = chart.patient.stage == Stage.TITRATING
    yield _item(
        chart,
        Urgency.URGENT if due_ms <= now_ms else Urgency.ROUTINE,
        "See for titration" if titrating else "See for a visit",
        due_ms,
        f"The last visit asked for it by {show_date(due_ms)}.",
    )


def _item(chart: Chart, urgency: Urgency, what: str, by_ms: int, why: str) -> WorkItem:
    return WorkItem(
        patient=chart.patient,
        urgency=urgency,
        what=what,
        by_ms=by_ms,
        why=why,
        action="Open patient",
        url=reverse("patient", args=[chart.patient.pk]),
    )
