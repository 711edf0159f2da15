"""Virtual patients, their implants and one clock, in a file of their own: the truth of a rehearsal.

    world = World.open(path)
    world.advance_to(world.now_ms + HOUR_MS)
    session = open_session(world.link(serial), world.credential("nurse"), world.pump_public(serial))

The clinic gets wand messages, telephone calls (`reports`), what a syringe draws and what an examiner finds; `truth` is
for the one teaching view. To look changes nothing, however often.
"""

from thecal.rehearsal.world.life import Happening, HappeningKind
from thecal.rehearsal.world.link import WorldLink
from thecal.rehearsal.world.patient import Person, VirtualPatient
from thecal.rehearsal.world.surgery import NewImplant
from thecal.rehearsal.world.truth import Truth
from thecal.rehearsal.world.watch import Report, Sign
from thecal.rehearsal.world.world import World

__all__ = [
    "Happening",
    "HappeningKind",
    "NewImplant",
    "Person",
    "Report",
    "Sign",
    "Truth",
    "VirtualPatient",
    "World",
    "WorldLink",
]
