"""Questions to the records: what is the latest, what is open. Reading only."""

from dataclasses import dataclass

from django.db.models import QuerySet

from thecal.care.book_by import BookBy, book_by
from thecal.clinic.knowledge import KnownPump, know_pump
from thecal.clinic.models import Call, Fill, Implant, Patient, PumpUpdate, ReadOut
from thecal.clinic.models.work import UNSETTLED
from thecal.clinic.read_notes import Note, notes_of
from thecal.pump.devices import PUMP_MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One patient's latest records, and what they tell at a time.

    `removed` is the pump that was taken out last, where none is in now: nothing is due of it.
    """

    patient: Patient
    implant: Implant | None
    removed: Implant | None
    read_out: ReadOut | None
    fill: Fill | None
    pump: KnownPump | None
    book_by: BookBy | None
    unsettled: PumpUpdate | None
    open_calls: tuple[Call, ...]
    next_due_ms: int | None

    @property
    def drug(self) -> str:
        """What the pump was last read to hold, by its label; empty where it was not read."""
        program = self.read_out.read().program if self.read_out else None
        return program.drug if program else ""

    @property
    def stops_while_updating(self) -> bool:
        """Whether the pump delivers nothing from staging to commit: one that was left between the two stands."""
        return self.implant is not None and PUMP_MODELS[self.implant.pump_model].stops_while_updating

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the last read-out tells beside doses and alarms."""
        return notes_of(self.read_out.read(), received_ms=self.read_out.received_ms) if self.read_out else ()


def chart_of(patient: Patient, *, now_ms: int) -> Chart:
    """Everything that a patient's page and the worklist are made from."""
    implant = patient.implants.filter(removed_ms__isnull=True).first()
    removed = None if implant else patient.implants.order_by("removed_ms").last()
    read_out = implant.read_outs.order_by("received_ms", "id").last() if implant else None
    fill = implant.fills.order_by("at_ms", "id").last() if implant else None
    pump = know_pump(read_out.read(), now_ms=now_ms) if read_out else None
    return Chart(
        patient=patient,
        implant=implant,
        removed=removed,
        read_out=read_out,
        fill=fill,
        pump=pump,
        book_by=_book_by(pump, fill) if pump and pump.concentration_pg_per_nl else None,
        unsettled=implant.updates.filter(status__in=UNSETTLED).first() if implant else None,
        open_calls=tuple(open_calls(patient)),
        next_due_ms=None if removed else _next_due_ms(patient),
    )


def _book_by(pump: KnownPump, fill: Fill | None) -> BookBy:
    """The date to book the refill against, from what was read and what was filled."""
    return book_by(
        at_ms=pump.read_ms,
        reservoir_nl=pump.reservoir_read_nl,
        rate_nl_per_day=pump.mean_rate_nl_per_day,
        low_reservoir_ms=pump.low_reservoir_ms,
        filled_ms=fill.at_ms if fill else None,
        filled_nl=fill.volume_nl if fill else None,
        site_maximum_ms=None,
    )


def open_calls(patient: Patient) -> QuerySet[Call]:
    """Calls that nobody has settled, oldest first."""
    return patient.calls.filter(settled_ms__isnull=True).select_related("by").order_by("received_ms", "id")


def _next_due_ms(patient: Patient) -> int | None:
    """When the last closed visit said the patient should be seen again."""
    last = patient.visits.filter(closed_ms__isnull=False).order_by("closed_ms", "id").last()
    return last.next_due_ms if last else None
