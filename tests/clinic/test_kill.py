"""A clinic killed between any two steps of an update is *unconfirmed* at its next start; a read-out settles it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
import sys
from pathlib import Path
from thecal.clinic.rehearse.serve import _prepare
_prepare(Path(sys.argv[1]), empty=False)
from tests.clinic.kill_steps import main
main()
"""
STEPS = [(at, answered) for at in range(1, 5) for answered in (False, True)]


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What each of the eight deaths left behind: real processes, real databases, SIGKILL."""
    data = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-c", CODE, str(data)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_every_step_was_died_at(kills: list[dict[str, object]]) -> None:
    """Four exchanges, before and after each, all by SIGKILL."""
    assert [(kill["at"], kill["answered"]) for kill in kills] == [
        (at, late) for at in range(1, 5) for late in (False, True)
    ]
    assert all(kill["killed"] for kill in kills)


def test_the_next_start_shows_unconfirmed(kills: list[dict[str, object]]) -> None:
    """Whatever had been sent, nobody claims to know."""
    assert {kill["at_start"] for kill in kills} == {"unconfirmed"}


def test_the_read_out_settles_it_rightly(kills: list[dict[str, object]]) -> None:
    """Before the pump heard the commit the old program runs, whole; from then on the new one does."""
    for kill in kills:
        heard = (kill["at"], kill["answered"]) >= (3, True)
        assert kill["settled"] == ("confirmed" if heard else "refused")
        assert kill["runs_new"] == heard
        assert (kill["dose_pg_per_day"] == kill["asked_pg_per_day"]) == heard
