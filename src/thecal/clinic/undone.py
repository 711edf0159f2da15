"""What a visit left half done, for the worklist: a reservoir emptied and not filled, a fill that was not told."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from thecal.clinic.models import Fill, Visit
from thecal.clinic.records import Chart
from thecal.clinic.when import show_time
from thecal.clinic.work_items import Urgency, WorkItem
from thecal.units import show_concentration, show_volume


def undone_items(chart: Chart, *, now_ms: int) -> Iterator[WorkItem]:
    """Whatever the patient's open visit has begun with the reservoir, and not brought to an end."""
    visit = chart.patient.visits.filter(closed_ms__isnull=True).first()
    if visit is None or chart.implant is None:
        return
    fill = chart.implant.fills.filter(pk=visit.draft.get("fill")).first()
    if fill is not None:
        yield _untold(chart, visit, fill)
    elif _emptied(visit.draft.get("refill") or {}):
        yield _item(
            chart,
            visit,
            Urgency.EMERGENCY,
            "Fill an emptied reservoir",
            now_ms,
            f"Emptied in the visit of {show_time(visit.opened_ms)} and not filled: withdrawal follows.",
        )


def _emptied(entries: dict[str, Any]) -> bool:
    return entries.get("syringe_nl") is not None or bool(entries.get("withdrawn"))


def _untold(chart: Chart, visit: Visit, fill: Fill) -> WorkItem:
    """Of another concentration the pump gives another dose than it says, from the first drop of it on."""
    told = chart.pump.concentration_pg_per_nl if chart.pump else None
    other = told != fill.concentration_pg_per_nl
    counts = f"it counts {show_concentration(told)}" if told is not None else "it holds no program"
    return _item(
        chart,
        visit,
        Urgency.EMERGENCY if other else Urgency.URGENT,
        "Tell the pump of its refill",
        fill.at_ms,
        f"Filled {show_time(fill.at_ms)} with {show_volume(fill.volume_nl, places=1)} of "
        f"{show_concentration(fill.concentration_pg_per_nl)}; {counts}.",
    )


def _item(chart: Chart, visit: Visit, urgency: Urgency, what: str, by_ms: int, why: str) -> WorkItem:
    return WorkItem(
        patient=chart.patient,
        urgency=urgency,
        what=what,
        by_ms=by_ms,
        why=why,
        action="Open visit",
        url=reverse("visit", args=[visit.pk]),
    )
