"""One command, in this process or in its own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from thecal.cli.frame import run

ROOT = Path(__file__).parents[2]
CHANGE = str(ROOT / "examples/01_concentration_change.json")
WEAKER = str(ROOT / "examples/05_weaker_drug.json")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command left."""

    code: int
    out: str
    err: str


class Shell:
    """Runs `thecal` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Said:
        """Exit code, stdout and stderr of one command line."""
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = self._capsys.readouterr()
        return Said(code=code, out=said.out.replace("\u00a0", " "), err=said.err.replace("\u00a0", " "))


def process(*arguments: object, stdin: str = "", cwd: Path = ROOT) -> Said:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "thecal.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, input=stdin, cwd=cwd, timeout=60)
    return Said(code=done.returncode, out=done.stdout, err=done.stderr)
