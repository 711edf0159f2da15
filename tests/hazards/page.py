"""The hazard log as a page: written from docs/safety/hazards.json below the page's own introduction.

python -m tests.hazards.page      writes docs/safety/hazards.md anew
"""

import ast
import json
from pathlib import Path
from typing import Any

from tests.house.source import ROOT

DATA = ROOT / "docs" / "safety" / "hazards.json"
PAGE = ROOT / "docs" / "safety" / "hazards.md"
FIRST = "## What each fault falls back to"


def hazards() -> list[dict[str, Any]]:
    """Each hazard with its controls, its tests and what is missing."""
    return list(json.loads(DATA.read_text(encoding="utf-8"))["hazards"])


def fail_states() -> list[dict[str, Any]]:
    """Each fault with what the pump does, and the test that shows it."""
    return list(json.loads(DATA.read_text(encoding="utf-8"))["fail_states"])


def introduction() -> str:
    """What the page says of itself."""
    return PAGE.read_text(encoding="utf-8").split(FIRST, maxsplit=1)[0].rstrip()


def written() -> str:
    """Everything below the introduction."""
    return "\n".join([*_fall_backs(), "", *_happened(), "", "## The hazards", "", *_index(), *_entries()])


def _fall_backs() -> list[str]:
    rows = ["| fault | what the pump does | test |", "|---|---|---|"]
    rows += [f"| {row['fault']} | {row['pump']} | {_link(row['test'])} |" for row in fail_states()]
    return [FIRST, "", *rows]


def replays() -> list[Path]:
    """One file for each thing that already happened to patients."""
    return sorted((ROOT / "tests" / "hazards" / "happened").glob("test_*.py"))


def _happened() -> list[str]:
    """Each replay by its first sentence, with the hazards that lead to it."""
    rows = ["## What already happened to patients", "", "| replayed on the emulator | hazards |", "|---|---|"]
    for file in replays():
        path = file.relative_to(ROOT).as_posix()
        what = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n", maxsplit=1)[0]
        found = [each["id"] for each in hazards() if any(test.startswith(f"{path}::") for test in each["tests"])]
        links = ", ".join(f"[{number}](#{number.lower()})" for number in found)
        rows.append(f"| [{what.rstrip('.')}](../../{path}) | {links} |")
    return rows


def _index() -> list[str]:
    rows = ["| no. | hazard | harm |", "|---|---|---|"]
    return rows + [
        f"| [{each['id']}](#{each['id'].lower()}) | {each['hazard']} | {each['harm']} |" for each in hazards()
    ]


def _entries() -> list[str]:
    lines: list[str] = []
    for each in hazards():
        lines += ["", f"### {each['id']}", "", f"**{each['hazard']}**: {each['cause']}. Harm: {each['harm']}.", ""]
        lines += [f"- `{control['where']}` {control['does']}." for control in each["controls"]]
        lines += [f"- Shown by {_link(test)}." for test in each["tests"]]
        lines += [f"- *Not yet:* {each['not_yet']}"] if each["not_yet"] else []
    return lines


def _link(test: str) -> str:
    """A test as its sentence, linked to its file."""
    path, name = test.split("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../../{path})"


if __name__ == "__main__":
    PAGE.write_text(f"{introduction()}\n\n{written()}\n", encoding="utf-8")
