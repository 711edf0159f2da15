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
from thecal.clinic.models.people import ClinicClock, Person, Role, Site
from thecal.clinic.models.pumps import Fill, Holds, Implant, Place, ReadOut, Side
from thecal.clinic.models.screens import Screen
from thecal.clinic.models.steps import StepDraft, StepRecord, StepUrgency
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
    "Holds",
    "Implant",
    "MriClass",
    "Origin",
    "Patient",
    "Person",
    "Place",
    "PumpUpdate",
    "ReadOut",
    "RecordKind",
    "Role",
    "Screen",
    "Side",
    "Site",
    "Stage",
    "StepDraft",
    "StepRecord",
    "StepUrgency",
    "Tolerance",
    "UpdateStatus",
    "Visit",
]
