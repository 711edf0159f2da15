"""Where the rehearsal's truth is kept, and the wand that may be lifted from it."""

from enum import Enum
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from thecal.errors import OurFault
from thecal.rehearsal.world import World

FRAMES_TO_LOSE_THE_COMMIT = 5
"""Of an update in an open session: two frames stage it, two read it back, and the fifth is the commit's request. The
pump hears that one; its answer is lost, and so is every attempt to read the pump afterwards."""
_ARMED = "rehearsal-wand-armed"


class Hand(Enum):
    """What can be done with the room's one wand, and how it is said once it is done."""

    HOLD = "The wand is held over the pump."
    LIFT_NOW = "The wand is lifted: nothing reaches the pump until you hold it again."
    LIFT_IN_UPDATE = "The wand is held, and will be lifted in the middle of the next update."


def world_path() -> Path:
    """Where the settings keep the world; OurFault where they keep none."""
    path = getattr(settings, "THECAL_WORLD", None)
    if path is None:
        raise OurFault("these settings keep no rehearsal", remedy="Start the rehearsal clinic: thecal demo")
    return Path(path)


def has_world() -> bool:
    """Whether a rehearsal has been made."""
    path = getattr(settings, "THECAL_WORLD", None)
    return path is not None and Path(path).exists()


def open_world() -> World:
    """The world; BadInput where there is none. Close it when done."""
    return World.open(world_path())


def move_wand(world: World, hand: Hand) -> None:
    """Do with the wand what was chosen; an earlier choice is forgotten."""
    cache.delete(_ARMED)
    if hand is Hand.LIFT_NOW:
        world.lift_wand(0)
        return
    world.hold_wand()
    if hand is Hand.LIFT_IN_UPDATE:
        cache.set(_ARMED, value=True, timeout=None)


def begin_update(world: World) -> None:
    """What an update calls first: where it was asked for, the wand is lifted on its way."""
    if cache.get(_ARMED):
        cache.delete(_ARMED)
        world.lift_wand(FRAMES_TO_LOSE_THE_COMMIT)


def wand_now(world: World) -> Hand:
    """How the wand is held."""
    if cache.get(_ARMED):
        return Hand.LIFT_IN_UPDATE
    return Hand.HOLD if world.wand_frames_left is None else Hand.LIFT_NOW
