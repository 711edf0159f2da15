"""The wand of a world, lifted in the middle of something."""

import threading
from pathlib import Path

import pytest
from tests.rehearsal.helpers import SMALLER, patient, session, world_of

from thecal.errors import LinkLost, OurFault
from thecal.programmer.exchange import Confirmed, Outcome, Refused, Unconfirmed, settle
from thecal.pump.commands import Update
from thecal.rehearsal.world import World

HANDSHAKE = 4
WHOLE_UPDATE = HANDSHAKE + 8
COMMIT_ARRIVES = HANDSHAKE + 5


def updated(world: World) -> Outcome:
    """An update of the only pump, in a session of its own."""
    return session(world).update(SMALLER, 1, "t2", SMALLER.digest())


def settled(world: World, update: Update = SMALLER) -> Confirmed | Refused:
    """What a read-out in a fresh session makes of it."""
    return settle("t2", update.digest(), 1, session(world).interrogate())


@pytest.mark.parametrize("frames", range(HANDSHAKE, WHOLE_UPDATE))
def test_a_wand_lifted_within_an_update_leaves_it_unconfirmed_and_a_read_out_settles_it(
    tmp_path: Path, frames: int
) -> None:
    """Whichever frame is lost first: the old program whole, or the new one whole, and the read-out says which."""
    with world_of(tmp_path / "w", patient()) as world:
        world.lift_wand(frames)
        assert isinstance(updated(world), Unconfirmed)
        with pytest.raises(LinkLost):
            session(world)
        world.hold_wand()
        outcome = settled(world)
        assert outcome.interrogation is not None
        assert isinstance(outcome, Confirmed) == (frames >= COMMIT_ARRIVES)
        ran = outcome.interrogation.program == SMALLER.program
        assert ran == (frames >= COMMIT_ARRIVES)
        assert outcome.interrogation.revision == (2 if ran else 1)


def test_a_wand_that_stays_long_enough_confirms(tmp_path: Path) -> None:
    """Twelve frames are a whole update; the thirteenth finds nobody."""
    with world_of(tmp_path / "w", patient()) as world:
        world.lift_wand(WHOLE_UPDATE)
        assert isinstance(updated(world), Confirmed)
        assert world.wand_frames_left == 0
        with pytest.raises(LinkLost):
            session(world)


def test_a_lifted_wand_stays_lifted_in_the_next_request(tmp_path: Path) -> None:
    """Another process that opens the world finds the wand where it was left; several frames later too."""
    world_of(tmp_path / "w", patient()).close()
    with World.open(tmp_path / "w") as first:
        first.lift_wand(COMMIT_ARRIVES)
        assert isinstance(updated(first), Unconfirmed)
    with World.open(tmp_path / "w") as second:
        assert second.wand_frames_left == 0
        with pytest.raises(LinkLost):
            session(second)
        second.hold_wand()
        assert second.wand_frames_left is None
    with World.open(tmp_path / "w") as third:
        assert isinstance(settled(third), Confirmed)


def test_requests_that_share_a_world_take_turns(tmp_path: Path) -> None:
    """Four threads with the file open at once: each frame is counted exactly once."""
    world_of(tmp_path / "w", patient()).close()
    with World.open(tmp_path / "w") as world:
        world.lift_wand(100)

        def wave() -> None:
            with World.open(tmp_path / "w") as own:
                for _ in range(5):
                    own.link("TRP-1").exchange(b"noise", 0)

        threads = [threading.Thread(target=wave) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert world.wand_frames_left == 100 - 4 * 5 * 2


def test_a_wand_is_not_lifted_in_the_past(tmp_path: Path) -> None:
    """A negative count is the caller's mistake and changes nothing."""
    with world_of(tmp_path / "w", patient()) as world:
        with pytest.raises(OurFault):
            world.lift_wand(-1)
        assert world.wand_frames_left is None
