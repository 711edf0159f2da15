"""The repository as text and as syntax trees, for the house style's tests."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "src" / "thecal"
KEPT = ("src", "tests", "examples", "benchmarks", "docs", "locks", ".ci")
TEXT = {".py", ".md", ".txt", ".toml", ".json", ".html", ".css", ".js", ".svg", ".typ", ".csv", ".xml", ""}


@dataclass(frozen=True)
class Module:
    """A Python file: its path from the root, its dotted name below thecal ("" in tests), its text and its tree."""

    path: str
    name: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The part of the map that it belongs to: "pump", "units"."""
        return self.name.split(".")[0]


def module(text: str, *, path: str = "sample.py", name: str = "pump.sample") -> Module:
    """A module from its text."""
    return Module(path=path, name=name, text=text, tree=ast.parse(text))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, without the migrations that Django writes."""
    return tuple(_read(PACKAGE, named=True))


@cache
def modules_of_tests() -> tuple[Module, ...]:
    """Every module of the tests, the examples and the benchmarks."""
    return tuple(found for folder in ("tests", "examples", "benchmarks") for found in _read(ROOT / folder, named=False))


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """(Path, text) of every file that is written by hand or locked: what a reader of the repository sees."""
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for folder in KEPT for path in (ROOT / folder).rglob("*") if path.is_file()]
    return tuple(
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted(files)
        if path.suffix in TEXT and not {"__pycache__", "thecal.egg-info", "vendor"} & set(path.parts)
    )


def _read(folder: Path, *, named: bool) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            inside = path.relative_to(folder).with_suffix("")
            name = ".".join(part for part in inside.parts if part != "__init__") if named else ""
            yield module(path.read_text(encoding="utf-8"), path=str(path.relative_to(ROOT)), name=name)
