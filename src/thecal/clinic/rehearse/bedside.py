"""The bedside of a rehearsal: a virtual wand, syringe and patient (see `thecal.clinic.bedside`)."""

import weakref
from pathlib import Path

from thecal.clinic.models import Flag, Implant, Origin, Patient, Person
from thecal.clinic.rehearse.place import begin_update, world_path
from thecal.programmer.exchange import Line, OpenSession, Outcome
from thecal.pump.commands import Update
from thecal.rehearsal.world import NewImplant, World
from thecal.units import round_div

SYRINGE_READS_NL = 100_000
"""A syringe is read to a tenth of a millilitre."""
MAS_TENTHS = 10


class RehearsalSession(OpenSession):
    """A session through the room's one wand, which may be lifted in the middle of an update."""

    def __init__(self, world: World, serial: str, role: str) -> None:
        super().__init__(Line(link=world.link(serial)), world.credential(role), world.pump_public(serial))
        self._world = world

    def update(self, update: Update, onto_revision: int, transaction_id: str, reviewed_digest: str) -> Outcome:
        """See `OpenSession.update`."""
        begin_update(self._world)
        return super().update(update, onto_revision, transaction_id, reviewed_digest)


class RehearsalBedside:
    """The virtual wand, syringe and patient, on the world in `path`; the settings' world where none is named."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or world_path()

    def open_session(self, implant: Implant, acting: Person) -> OpenSession:
        """A session with this pump, by the credential of the person's role. The file is let go with the session."""
        world = World.open(self._path)
        try:
            session = RehearsalSession(world, implant.serial, acting.role)
        except BaseException:
            world.close()
            raise
        weakref.finalize(session, world.close)
        return session

    def refill(self, implant: Implant, *, volume_nl: int, concentration_pg_per_nl: int) -> int:
        """Empty the reservoir and fill it; what was drawn, as a syringe reads."""
        with World.open(self._path) as world:
            drawn_nl = world.refill(implant.serial, volume_nl, concentration_pg_per_nl)
        return as_read(drawn_nl)

    def withdraw(self, implant: Implant) -> int:
        """Empty the reservoir; what was drawn, as a syringe reads."""
        with World.open(self._path) as world:
            return as_read(world.withdraw(implant.serial))

    def examine(self, patient: Patient) -> dict[str, str]:
        """What an examiner finds now, by muscle group."""
        with World.open(self._path) as world:
            return world.examine(patient.record_number)

    def inject(self, patient: Patient, *, mass_pg: int) -> None:
        """A bolus by lumbar puncture, now."""
        with World.open(self._path) as world:
            world.inject(patient.record_number, mass_pg)

    def implant(self, implant: Implant, *, filled_nl: int, concentration_pg_per_nl: int, tubing_primed: bool) -> None:
        """See `Bedside.implant`: what the record says is what lies in the body."""
        new = NewImplant(
            serial=implant.serial,
            pump_model=implant.pump_model,
            catheter_nl=implant.catheter_nl,
            tip_level=implant.tip_level,
            filled_nl=filled_nl,
            concentration_pg_per_nl=concentration_pg_per_nl,
            tubing_primed=tubing_primed,
        )
        with World.open(self._path) as world:
            world.implant(implant.patient.record_number, new)

    def remove(self, implant: Implant) -> None:
        """Take pump and catheter out."""
        with World.open(self._path) as world:
            world.remove(implant.serial)

    def admit(self, patient: Patient) -> None:
        """A new virtual patient, drawn from the record."""
        tenths = patient.baseline_mas_tenths
        caller, pronoun = ("the carer", "they") if Flag.CANNOT_REPORT in patient.flags else ("the patient", "I")
        with World.open(self._path) as world:
            world.admit(
                patient.record_number,
                recorded_mas=None if tenths is None else tenths / MAS_TENTHS,
                cerebral=patient.origin == Origin.CEREBRAL,
                caller=caller,
                pronoun=pronoun,
            )


def as_read(volume_nl: int) -> int:
    """A volume as a syringe reads it."""
    return round_div(volume_nl, SYRINGE_READS_NL) * SYRINGE_READS_NL
