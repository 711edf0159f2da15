"""Every hazard leads to controls that exist and to tests that exist, and the page says what the data say."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from tests.hazards.page import fail_states, hazards, introduction, replays, written
from tests.house.source import ROOT

SOURCE = ROOT / "src"
PAGE = ROOT / "docs" / "safety" / "hazards.md"
IDS = [each["id"] for each in hazards()]
LEADS = re.compile(r"\b(19|20)\d\d\b|\b[\w-]{3,}\.[a-z]{2,}\b")
"""A year, or an address."""


@cache
def tree(path: Path) -> ast.Module:
    """A file as syntax."""
    return ast.parse(path.read_text(encoding="utf-8"))


def names_in(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """What a module or a class defines, by name."""
    found: dict[str, ast.stmt] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return found


def exists(dotted: str) -> bool:
    """Whether a dotted name is a module, or something that a module or one of its classes defines."""
    words = dotted.split(".")
    for length in range(len(words), 0, -1):
        path = SOURCE.joinpath(*words[:length])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return _defined(words[length:], tree(file).body)
    return False


def _defined(words: list[str], body: list[ast.stmt]) -> bool:
    if not words:
        return True
    node = names_in(body).get(words[0])
    if node is None:
        return False
    return len(words) == 1 or (isinstance(node, ast.ClassDef) and _defined(words[1:], node.body))


def is_test(node_id: str) -> bool:
    """Whether pytest would find a test of this id."""
    path, _, name = node_id.partition("::")
    return (ROOT / path).is_file() and name.startswith("test_") and name in names_in(tree(ROOT / path).body)


@pytest.mark.parametrize("each", hazards(), ids=IDS)
def test_a_hazard_is_controlled_where_it_says_and_tested(each: dict[str, object]) -> None:
    """Every control is in the code, every test is there, and there is at least one of both."""
    controls, tests = each["controls"], each["tests"]
    assert isinstance(controls, list)
    assert isinstance(tests, list)
    assert controls
    assert tests
    assert [control["where"] for control in controls if not exists(control["where"])] == []
    assert [test for test in tests if not is_test(test)] == []
    assert all(each[word] for word in ("hazard", "cause", "harm"))


def test_a_fall_back_that_is_claimed_is_tested() -> None:
    """Each row says what the pump does, and which test shows that; none is left to a later day."""
    assert [row["fault"] for row in fail_states() if not is_test(row["test"])] == []
    assert all(row["pump"] and not row["pump"].startswith("Should") for row in fail_states())


def test_every_replay_of_a_past_event_belongs_to_a_hazard() -> None:
    """Each file in tests/hazards/happened says what happened, with a year or an address, and a hazard leads to it."""
    linked = {test.split("::")[0] for each in hazards() for test in each["tests"]}
    assert len(replays()) > 25
    for file in replays():
        assert file.relative_to(ROOT).as_posix() in linked, file
        assert LEADS.search(ast.get_docstring(tree(file)) or ""), file


def test_what_is_not_there_is_not_found() -> None:
    """A control or a test that was renamed shows."""
    assert exists("thecal.pump.machine.advance")
    assert not exists("thecal.pump.machine.advanced")
    assert not exists("thecal.nowhere.advance")
    assert not exists("thecal.pump.memory.Pump.alarms.since")
    assert is_test("tests/hazards/test_traced.py::test_what_is_not_there_is_not_found")
    assert not is_test("tests/hazards/test_traced.py::test_nothing")
    assert not is_test("tests/hazards/nowhere.py::test_nothing")


def test_hazards_are_numbered_once_and_in_order() -> None:
    """A number once given is never given again."""
    assert sorted(set(IDS)) == IDS
    assert all(re.fullmatch(r"H-\d\d", number) for number in IDS)


def test_the_page_says_what_the_data_say() -> None:
    """Where this fails: python -m tests.hazards.page."""
    assert PAGE.read_text(encoding="utf-8") == f"{introduction()}\n\n{written()}\n"
