"""The path from the rotor to the tip, as it truly is: what it holds, what leaves it where, and every way it fails."""

from thecal.catheter.path import Catheter, filled, joined_to, layered, parted_from
from thecal.catheter.port import aspirate, inject
from thecal.catheter.transit import Outflow, backflow, release, transit
from thecal.catheter.ways import changes_ms, room_nl, tip_at

__all__ = [
    "Catheter",
    "Outflow",
    "aspirate",
    "backflow",
    "changes_ms",
    "filled",
    "inject",
    "joined_to",
    "layered",
    "parted_from",
    "release",
    "room_nl",
    "tip_at",
    "transit",
]
