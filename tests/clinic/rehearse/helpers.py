"""The seeded clinic in a test's hands, and what befalls its pumps unseen."""

from dataclasses import dataclass, replace
from pathlib import Path

from tests.clinic.helpers import START_MS

from thecal.catheter import filled
from thecal.clinic.clock import Now
from thecal.clinic.models import Implant, Patient, Person
from thecal.mechanism import Stall
from thecal.programmer.prescription import ContinuousDose, Prescription
from thecal.programmer.review import Circumstances, Review, review
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.memory import Interrogation
from thecal.rehearsal.world import World
from thecal.twin.device import Device

WALL_MS = START_MS + 777
INGRID, TEODOR, MILO, ASTA, ROSA, JONAS = (f"R-000{number}" for number in range(1, 7))
SHORT_PATH_NL = 272_000
"""60 cm of catheter and the tubing, where 89 cm are on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The world's file, the four people, and the present moment."""

    path: Path
    ruiz: Person
    okafor: Person
    lindqvist: Person
    lind: Person
    now: Now


def patient_of(record_number: str) -> Patient:
    """One of the six."""
    return Patient.objects.get(record_number=record_number)


def implant_of(record_number: str) -> Implant:
    """The pump of one of the five who have one."""
    return Implant.objects.get(patient__record_number=record_number)


def stall_at(path: Path, record_number: str, at_ms: int, *, sensed_after_ms: int = 0) -> None:
    """Plan that this pump's rotor stops for good; nobody is told."""

    def act(device: Device) -> Device:
        faults = (*device.metal.faults, Stall(start_ms=at_ms, sensed_after_ms=sensed_after_ms))
        return replace(device, metal=replace(device.metal, faults=faults))

    with World.open(path) as world:
        world._change(implant_of(record_number).serial, act)


def cut_catheter(path: Path, record_number: str) -> None:
    """Make this catheter truly 60 cm long, whatever the record says."""
    with World.open(path) as world:
        world._change(
            implant_of(record_number).serial, lambda device: replace(device, catheter=filled(SHORT_PATH_NL, 500))
        )


def review_of(read: Interrogation, dose_pg_per_day: int) -> Review:
    """The review of another daily dose, all else as it runs."""
    assert read.program is not None, "the pump was programmed"
    order = Prescription(
        drug=read.program.drug,
        concentration_pg_per_nl=read.program.concentration_pg_per_nl,
        dosing=ContinuousDose(dose_pg_per_day=dose_pg_per_day),
        low_reservoir_alarm_nl=read.program.low_reservoir_alarm_nl,
        utc_offset_min=0,
    )
    return review(
        interrogation=read,
        prescription=order,
        pump_model=PUMP_MODELS[read.pump_model],
        circumstances=Circumstances(),
    )
