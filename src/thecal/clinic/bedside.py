"""What a clinician's hands do at the bedside: hold a wand over the pump, and work a syringe.

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
    """The wand and the syringe in the room where the patient is."""

    def open_session(self, implant: Implant, acting: Person) -> OpenSession:
        """An authenticated session with this pump; LinkLost or TheirFault where none can be had."""

    def refill(self, implant: Implant, *, volume_nl: int, concentration_pg_per_nl: int) -> int:
        """Empty the reservoir and fill it; what the syringe drew before, in nL."""


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
