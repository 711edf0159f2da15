"""What the clinic keeps. Nothing here knows what truly flowed: records are knowledge (decision 0002)."""

from thecal.clinic.models.audit import AuditRow
from thecal.clinic.models.patients import (
    Flag,
    MriClass,
    Origin,
    Patient,
    RecordKind,
    Stage,
    Tolerance,
)
from thecal.clinic.models.people import ClinicClock, Person, Role
from thecal.clinic.models.pumps import Fill, Implant, ReadOut, Side
from thecal.clinic.models.work import AlarmHeard, Answer, Call, CallUrgency, PumpUpdate, UpdateStatus, Visit

__all__ = [
    "AlarmHeard",
    "Answer",
    "AuditRow",
    "Call",
    "CallUrgency",
    "ClinicClock",
    "Fill",
    "Flag",
    "Implant",
    "MriClass",
    "Origin",
    "Patient",
    "Person",
    "PumpUpdate",
    "ReadOut",
    "RecordKind",
    "Role",
    "Side",
    "Stage",
    "Tolerance",
    "UpdateStatus",
    "Visit",
]
