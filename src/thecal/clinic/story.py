"""One patient's story: what is on record, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from thecal.clinic.models import Patient, PumpUpdate, StepRecord
from thecal.clinic.steps import registry
from thecal.clinic.when import show_date
from thecal.units import show_concentration, show_dose, show_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One thing that happened, when, and who wrote it down."""

    at_ms: int
    what: str
    says: str
    by: str


def story_of(patient: Patient) -> list[Chapter]:
    """Everything that happened on one line of time, newest first; the same line only once."""
    chapters = dict.fromkeys(
        [*_of_pump(patient), *_updates(patient), *_calls(patient), *_visits(patient), *_steps(patient)]
    )
    return sorted(chapters, key=lambda chapter: -chapter.at_ms)


def _of_pump(patient: Patient) -> Iterator[Chapter]:
    for implant in patient.implants.all():
        where = f"{implant.pump_model}, {implant.get_side_display()} side, catheter tip {implant.tip_level}"
        yield Chapter(at_ms=implant.implanted_ms, what="Pump implanted", says=where, by="")
        for fill in implant.fills.select_related("by"):
            says = f"{show_volume(fill.volume_nl, places=1)} of {show_concentration(fill.concentration_pg_per_nl)}"
            yield Chapter(at_ms=fill.at_ms, what="Filled", says=says, by=fill.by.name)
        for read_out in implant.read_outs.select_related("by"):
            dose_pg_per_day = read_out.read().dose_pg_per_day
            says = f"{show_dose(dose_pg_per_day)}, calculated by the pump"
            yield Chapter(at_ms=read_out.received_ms, what="Interrogated", says=says, by=read_out.by.name)


def _updates(patient: Patient) -> Iterator[Chapter]:
    for update in PumpUpdate.objects.filter(implant__patient=patient).select_related("by"):
        says = update.outcome_says or update.reason
        what = f"Update {update.get_status_display().lower()}"
        yield Chapter(at_ms=update.settled_ms or update.created_ms, what=what, says=says, by=update.by.name)


def _calls(patient: Patient) -> Iterator[Chapter]:
    for call in patient.calls.select_related("by", "settled_by"):
        says = f"{call.caller}" + (f": “{call.words}”" if call.words else "")
        yield Chapter(at_ms=call.received_ms, what="Call", says=says, by=call.by.name)
        if call.settled_ms is not None and call.settled_by is not None:
            yield Chapter(at_ms=call.settled_ms, what="Call settled", says=call.settled_words, by=call.settled_by.name)


def _visits(patient: Patient) -> Iterator[Chapter]:
    for visit in patient.visits.select_related("by"):
        yield Chapter(at_ms=visit.opened_ms, what="Visit", says=_next_visit(visit.next_due_ms), by=visit.by.name)


def _steps(patient: Patient) -> Iterator[Chapter]:
    """Every sheet that stands."""
    for record in StepRecord.objects.filter(patient=patient, corrected_by__isnull=True).select_related("by"):
        sheet = registry.sheet_of(record.sheet)
        if sheet is not None:
            says = sheet.tells(record.values)
            yield Chapter(at_ms=record.made_ms, what=sheet.title, says=says, by=record.by.name)


def _next_visit(next_due_ms: int | None) -> str:
    return "" if next_due_ms is None else f"Next visit by {show_date(next_due_ms)}"
