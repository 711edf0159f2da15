"""The seventh law: the same seed writes the same log, byte for byte, on every Python and in every process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.laws.stories import heads, life

LIVES, ACTS = 12, 80
GOLDEN = "c0e059284349c35a2e68f9c3ca75e4156894e10c4e568fc979072482cfb50eff"


def test_many_lives_end_with_this_hash_for_ever() -> None:
    """A change of the pump's behaviour or of its log shows here: whoever means it writes the new hash down."""
    assert heads(LIVES, ACTS) == GOLDEN


def test_the_lives_are_worth_hashing() -> None:
    """Every kind of line stands in some of the logs."""
    kinds = {event.kind.name for number in range(LIVES) for event in life(f"life {number}", ACTS).log}
    assert len(kinds) >= 18, sorted(kinds)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_that_hashes_otherwise_writes_the_same(seed: str, repository: Path) -> None:
    """Sets and dictionaries are ordered by nothing that differs from run to run."""
    program = f"from tests.laws.stories import heads; print(heads({LIVES}, {ACTS}))"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(repository)}
    made = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=repository, capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == GOLDEN
