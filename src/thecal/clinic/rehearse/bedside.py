"""The bedside of a rehearsal: a wand over a virtual pump, and a syringe (see `thecal.clinic.bedside`)."""

import weakref
from pathlib import Path

from thecal.clinic.models import Implant, Person
from thecal.clinic.rehearse.place import begin_update, world_path
from thecal.programmer.exchange import Line, OpenSession, Outcome
from thecal.pump.commands import Update
from thecal.rehearsal.world import World
from thecal.units import round_div

SYRINGE_READS_NL = 100_000
"""A syringe is read to a tenth of a millilitre."""


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
    """The virtual wand and syringe, on the world in `path`; the settings' world where none is named."""

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


def as_read(volume_nl: int) -> int:
    """A volume as a syringe reads it."""
    return round_div(volume_nl, SYRINGE_READS_NL) * SYRINGE_READS_NL
