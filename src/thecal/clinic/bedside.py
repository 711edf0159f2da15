"""What a clinician's hands do at the bedside: hold a wand over the pump, work a syringe, examine, inject, operate.

The clinic itself holds no pump key and no link. Where a bedside exists, it is handed in by the settings;
in a rehearsal it is the virtual one. Elsewhere there is none, and an update is carried out in the room.
"""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from thecal.clinic.models import Implant, Patient, Person, RecordKind
from thecal.errors import OurFault
from thecal.programmer.exchange import OpenSession


class Bedside(Protocol):
    """The room where the patient is: what is done there happens at once, and comes before the record that says so."""

    def open_session(self, implant: Implant, acting: Person) -> OpenSession:
        """An authenticated session with this pump; LinkLost or TheirFault where none can be had."""

    def refill(self, implant: Implant, *, volume_nl: int, concentration_pg_per_nl: int) -> int:
        """Empty the reservoir and fill it; what the syringe drew before, in nL."""

    def withdraw(self, implant: Implant) -> int:
        """Empty the reservoir and fill nothing; what the syringe drew, in nL."""

    def examine(self, patient: Patient) -> dict[str, str]:
        """What an examiner finds now: muscle group to grade of the Modified Ashworth scale ("1+")."""

    def inject(self, patient: Patient, *, mass_pg: int) -> None:
        """A bolus by lumbar puncture."""

    def implant(self, implant: Implant, *, filled_nl: int, concentration_pg_per_nl: int, tubing_primed: bool) -> None:
        """Put in the pump of this record, filled, with its catheter; nothing runs before it is programmed.

        Where a pump is in already, the new one takes its place on the catheter that is there, which keeps its length,
        its tip and what it holds. For a new catheter as well, remove the old pump first. `tubing_primed` says that the
        new pump's tubing holds the drug of the fill, and not fluid without drug. BadInput where it cannot be.
        """

    def remove(self, implant: Implant) -> None:
        """Take pump and catheter out. What is in the canal stays, and fades."""

    def admit(self, patient: Patient) -> None:
        """Bring in the person of a new record, who has no implant."""


def room_of(patient: Patient) -> Bedside | None:
    """The room of a rehearsal's patient; None where there is none: another kind of record, or no rehearsal kept."""
    try:
        return bedside_of(patient)
    except OurFault:
        return None


def bedside_of(patient: Patient) -> Bedside:
    """The bedside of a rehearsal's patient; OurFault for every other record."""
    path = getattr(settings, "THECAL_BEDSIDE", "")
    if patient.kind != RecordKind.REHEARSAL or not path:
        raise OurFault(
            "this record has no wand here",
            remedy="Carry the order out in the room with the pump, and bring its outcome back.",
        )
    bedside: Bedside = import_string(path)()
    return bedside
