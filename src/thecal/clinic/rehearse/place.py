"""Where the rehearsal's truth is kept, and the wand that may be lifted from it."""

from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from thecal.errors import OurFault
from thecal.rehearsal.world import World

FRAMES_TO_LOSE_THE_COMMIT = 5
"""Of an update in an open session: two frames stage it, two read it back, and the fifth is the commit's request. The
pump hears that one; its answer is lost, and so is every attempt to read the pump afterwards."""
_ARMED = "rehearsal-wand-armed"


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


def lift_wand_now(world: World) -> None:
    """Nothing passes until somebody holds the wand again."""
    cache.delete(_ARMED)
    world.lift_wand(0)


def lift_wand_in_next_update(world: World) -> None:
    """The wand is held, and will be lifted in the middle of the next update."""
    world.hold_wand()
    cache.set(_ARMED, value=True, timeout=None)


def hold_wand(world: World) -> None:
    """Everything passes."""
    cache.delete(_ARMED)
    world.hold_wand()


def begin_update(world: World) -> None:
    """What an update calls first: where it was asked for, the wand is lifted on its way."""
    if cache.get(_ARMED):
        cache.delete(_ARMED)
        world.lift_wand(FRAMES_TO_LOSE_THE_COMMIT)


def wand_in_words(world: World) -> str:
    """How the wand is: held, lifted, or about to be lifted."""
    if cache.get(_ARMED):
        return "will be lifted in the next update"
    return "held over the pump" if world.wand_frames_left is None else "lifted"
