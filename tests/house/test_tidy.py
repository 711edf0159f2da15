"""The house style, as tests. Each rule is a function from a module to complaints, and is shown to complain."""

import re
from collections.abc import Callable

import pytest
from tests.house.rules import (
    Rule,
    a_test_says_what_must_be_true,
    arithmetic_is_whole,
    files_fit_a_room,
    functions_fit_a_page,
    imports,
    nothing_comes_from_the_world,
    nothing_opens_a_file,
    quantities_carry_their_units,
    the_clinic_knows_no_truth,
    the_core_stands_alone,
    the_web_stays_in_the_clinic,
)
from tests.house.source import ROOT, Module, module, modules, modules_of_tests, texts

DOSE_ROOMS = {"pump", "mechanism", "catheter", "care", "flow"}
INTEGER_ROOMS = {"pump", "flow", "catheter", "mechanism"}
CORE = {"errors", "units", "sources", "flow", "findings", "canonical", "pump", "mechanism", "catheter", "care", "wand"}
TIMELESS = CORE | {"body", "twin", "scenario", "figures", "programmer", "rehearsal"}
LEFTOVER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
PLACE = re.compile(r"(?<![\w.~}>])/(?:ho" + r"me|ro" + r"ot|wo" + r"rk|t" + r"mp|Us" + r"ers)/\w")
# Files that nothing in the package imports: a framework finds them by their place or by a name in the settings, and a
# link plugs in from outside.
FOUND_BY_PLACE = re.compile(
    r"(.*\.)?__main__|programmer\.links\..+|clinic\.(.*\.)?(apps|urls|asgi|wsgi|checks|adapters|middleware|admin|settings\..+|(templatetags|management)\..+)"
)


# Each rule, the modules that it holds for, and lines that it must complain of.
RULES: list[tuple[Rule, Callable[[Module], bool], list[str]]] = [
    (
        quantities_carry_their_units,
        lambda found: found.room in DOSE_ROOMS,
        ["def f(daily_dose: int) -> None: ...", "class A:\n    volume: int | None", "def f(*, rate: float): ..."],
    ),
    (
        arithmetic_is_whole,
        lambda found: found.room in INTEGER_ROOMS,
        ["x = 1\nx /= 2", "x = y / 2", "x = 0.5", "x = float('1')", "def f(x: float) -> int: ..."],
    ),
    (functions_fit_a_page, lambda _: True, ["def f() -> int:\n" + "    x = 1\n" * 60]),
    (files_fit_a_room, lambda _: True, ["x = 1\n" * 401, '"""Nothing else."""', ""]),
    (
        nothing_comes_from_the_world,
        lambda found: found.room in TIMELESS,
        [
            "import time",
            "from time import time",
            "x = datetime.now(tz)",
            "x = datetime.date.today()",
            "import random",
            "from uuid import uuid4",
            "import secrets",
            "x = os.environ['HOME']",
            "import logging",
        ],
    ),
    (nothing_opens_a_file, lambda found: found.room in CORE, ["x = open('log')", "print(1)"]),
    (
        the_core_stands_alone,
        lambda found: found.room in CORE,
        ["from numpy import array", "import cryptography", "import lakers.thing", "import os", "import pydantic"],
    ),
    (
        the_clinic_knows_no_truth,
        lambda found: found.room == "clinic",
        ["from thecal import mechanism", "import thecal.body.x"],
    ),
    (
        the_web_stays_in_the_clinic,
        lambda found: found.room != "clinic",
        ["from django.db import models", "import allauth"],
    ),
]


@pytest.mark.parametrize(("rule", "holds_for", "broken"), RULES)
def test_the_package_keeps_the_rule(rule: Rule, holds_for: Callable[[Module], bool], broken: list[str]) -> None:
    """Every module that a rule holds for keeps it, there is such a module, and the rule can be broken."""
    held = [found for found in modules() if holds_for(found)]
    assert held
    assert all(list(rule(module(lines))) for lines in broken)
    assert [complaint for found in held for complaint in rule(found)] == []


@pytest.mark.parametrize("check", [functions_fit_a_page, files_fit_a_room, a_test_says_what_must_be_true])
def test_tests_and_examples_keep_the_rule(check: Rule) -> None:
    """They are read as often as the code is, and every test says in a sentence what must be true."""
    assert [complaint for found in modules_of_tests() for complaint in check(found)] == []


def test_a_test_without_a_sentence_is_found() -> None:
    """The rule for tests can be broken too."""
    assert list(a_test_says_what_must_be_true(module("def test_it() -> None: ...")))


def test_nothing_unfinished_is_left_behind() -> None:
    """A note to do it later belongs into an issue."""
    assert [path for path, text in texts() if LEFTOVER.search(text)] == []


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    """What is written here is true in any folder of any machine."""
    assert [(path, hit.group()) for path, text in texts() if (hit := PLACE.search(text))] == []


def test_the_locks_name_no_host_and_pin_everything_by_its_hash() -> None:
    """They work with any index, and an index cannot change what is installed."""
    for path in sorted((ROOT / "locks").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?:|--(extra-)?index|--find-links|@ file", text), path.name
        pins = re.split(r"\n(?=\S)", text.strip())
        assert all(re.match(r"[a-z0-9-]+==\S+", pin) and "--hash=sha256:" in pin for pin in pins), path.name


def test_the_test_lock_holds_the_very_versions_of_the_demo_lock() -> None:
    """What is tested is what is run."""
    pins = {
        name: set(re.findall(r"(?m)^\S+==\S+(?: ;.*?)?(?= \\)", (ROOT / "locks" / name).read_text(encoding="utf-8")))
        for name in ("demo.txt", "test.txt")
    }
    assert pins["demo.txt"]
    assert pins["demo.txt"] <= pins["test.txt"]


def test_every_module_is_used() -> None:
    """A file that nothing imports, names or finds by its place is dead."""
    used = {name for found in modules() for _, name in imports(found)}
    named = "\n".join(text for path, text in texts() if path.endswith((".toml", ".py", ".html")))
    dead = [
        found.path
        for found in modules()
        if not found.path.endswith("__init__.py")
        and f"thecal.{found.name}" not in used
        and not FOUND_BY_PLACE.fullmatch(found.name)
        and f'"thecal.{found.name}' not in named
    ]
    assert dead == []
