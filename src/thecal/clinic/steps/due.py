"""What the steps put on the worklist: their own dates, and records that wait for somebody."""

from collections.abc import Iterator

from django.urls import reverse

from thecal.clinic.models import StepRecord, StepUrgency
from thecal.clinic.records import Chart
from thecal.clinic.steps import registry
from thecal.clinic.steps.known import known_of
from thecal.clinic.when import show_time
from thecal.clinic.work_items import Urgency, WorkItem

URGENCIES = {StepUrgency.NOW: Urgency.EMERGENCY, StepUrgency.TODAY: Urgency.URGENT}


def due_of(chart: Chart, *, now_ms: int) -> Iterator[WorkItem]:
    """Everything that the steps of one patient ask for."""
    known = known_of(chart.patient, now_ms=now_ms, chart=chart)
    for record in known.records:
        yield from _to_sign(record)
        yield from _to_settle(record)
    for step in registry.STEPS:
        yield from step.due(known)


def title_of(record: StepRecord) -> str:
    """The name of a record's sheet."""
    sheet = registry.sheet_of(record.sheet)
    return sheet.title if sheet else record.sheet


def _to_sign(record: StepRecord) -> Iterator[WorkItem]:
    """A record that counts for nothing until somebody else has signed it."""
    if record.wants_second:
        written = f"Written by {record.by.name} {show_time(record.made_ms)}."
        why = f"{written} Until a second person signs, nothing rests on it."
        yield _item(record, Urgency.URGENT, f"Sign as second person: {title_of(record).lower()}", why)


def _to_settle(record: StepRecord) -> Iterator[WorkItem]:
    """A record in which somebody is in danger, until it says what was done."""
    if record.urgency in URGENCIES and record.settled_ms is None:
        says = [found["says"] for found in record.findings if found.get("urgency") == record.urgency]
        why = f"{says[0]} " if says else ""
        urgency = URGENCIES[StepUrgency(record.urgency)]
        yield _item(
            record, urgency, f"Act on: {title_of(record).lower()}", f"{why}Written {show_time(record.made_ms)}."
        )


def _item(record: StepRecord, urgency: Urgency, what: str, why: str) -> WorkItem:
    return WorkItem(
        patient=record.patient,
        urgency=urgency,
        what=what,
        by_ms=record.made_ms,
        why=why,
        action="Open record",
        url=reverse("record", args=[record.pk]),
    )
