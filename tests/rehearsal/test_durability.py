"""No acknowledged write is lost, and no half one is found: processes killed in the middle, files opened again."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.rehearsal.helpers import SMALLER, patient, session, world_of

from thecal.programmer.exchange import Confirmed, settle
from thecal.rehearsal.world import World

DIES = """
import os, signal, sys
from pathlib import Path
from tests.rehearsal.helpers import SMALLER, session
from thecal.rehearsal.world import World
from thecal.rehearsal.world.store import Store

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Mortal:
    def __init__(self, link, when, frames):
        self.link, self.when, self.left = link, when, frames

    def exchange(self, request, timeout_ms):
        self.left -= 1
        if self.left == 0 and self.when == "before":
            die()
        if self.left == 0 and self.when == "within":
            keep = Store.keep
            Store.keep = lambda *moments: (keep(*moments), die())
        reply = self.link.exchange(request, timeout_ms)
        if self.left == 0 and self.when == "after":
            die()
        return reply

world = World.open(Path(sys.argv[1]))
link = Mortal(world.link("TRP-1"), sys.argv[2], int(sys.argv[3]))
world.link = lambda serial: link
session(world).update(SMALLER, 1, "t2", SMALLER.digest())
"""
STAGE, COMMIT = 3, 5
"""The exchanges of an update: two of handshake, then stage, read back, commit, read back."""


@pytest.mark.parametrize(
    ("when", "exchange", "is_new"),
    [
        ("after", STAGE, False),
        ("before", COMMIT, False),
        ("within", COMMIT, False),
        ("after", COMMIT, True),
    ],
)
def test_a_kill_within_an_update_leaves_the_old_program_or_the_new_one(
    tmp_path: Path, repository: Path, when: str, exchange: int, is_new: bool
) -> None:
    """After the next start the read-out settles it; a commit that was answered is there."""
    path = tmp_path / "w"
    world_of(path, patient()).close()
    killed = subprocess.run(
        [sys.executable, "-c", DIES, path, when, str(exchange)], cwd=repository, check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr
    with World.open(path) as world:
        read = session(world).interrogate()
        assert isinstance(settle("t2", SMALLER.digest(), 1, read), Confirmed) == is_new
        assert (read.program == SMALLER.program) == is_new
        assert read.revision == (2 if is_new else 1)
        again = session(world).update(SMALLER, read.revision, "t3", SMALLER.digest())
        assert isinstance(again, Confirmed)
