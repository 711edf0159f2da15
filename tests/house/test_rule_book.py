"""The rule book holds every rule, each with a birthplace and with an example, and a changed rule is a new version."""

import ast
import importlib
import re
from dataclasses import replace
from itertools import chain

import pytest
from tests.house.rule_book import PAGE, VERSIONS, book, digest_now, written
from tests.house.source import Module, modules, modules_of_tests
from tests.house.test_citations import leads

from thecal.care import rule_book
from thecal.care.rule_book import RULES, RULES_VERSION, by_step, digest_of
from thecal.findings import Rule, Severity
from thecal.programmer.review import rules as review
from thecal.sources import COMPUTED, OWN_CHOICE, UNREAD

HOLDERS = [
    found for found in modules() if re.search(r"(?m)^RULES\b.* = ", found.text) and found.name != "care.rule_book"
]


def rules_of(found: Module) -> dict[str, Rule]:
    """The rules that a module makes itself, by the name they stand under."""
    namespace = vars(importlib.import_module(f"thecal.{found.name}"))
    made = {
        target.id
        for node in found.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {name: namespace[name] for name in sorted(made) if isinstance(namespace[name], Rule)}


def test_a_finding_is_made_by_a_rule_and_nowhere_else() -> None:
    """No module calls `Finding(...)` but the one that defines it."""
    calls = [
        f"{found.path}:{node.lineno}"
        for found in modules()
        if found.name != "findings"
        for node in ast.walk(found.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Finding"
    ]
    assert calls == []


def test_a_rule_is_made_where_a_module_begins() -> None:
    """Every `Rule(...)` stands at the top of a module and in its RULES, so that none is made on the way."""
    for found in modules():
        made = [
            node for node in ast.walk(found.tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Rule"
        ]
        if found.name != "findings" and made:
            rules = vars(importlib.import_module(f"thecal.{found.name}")).get("RULES", ())
            assert len(made) <= len(rules), f"{found.path} makes a rule that is not in its RULES"
            assert set(rules_of(found).values()) <= set(rules), found.path


def test_every_module_with_rules_is_in_the_book() -> None:
    """A rule that nobody collects would be no rule."""
    collected = {module.__name__ for module in (*rule_book.MODULES, review)}
    assert {f"thecal.{found.name}" for found in HOLDERS} == collected
    assert len(HOLDERS) >= 9


def test_every_question_is_in_the_book() -> None:
    """A module that answers questions is one the command line can ask."""
    asked = {f"thecal.{found.name}" for found in modules() if re.search(r"(?m)^QUESTIONS\b.* = ", found.text)}
    assert asked - {"thecal.care.rule_book"} <= {module.__name__ for module in rule_book.MODULES}


@pytest.mark.parametrize("rule", book(), ids=lambda rule: rule.name)
def test_every_rule_leads_somewhere_or_is_marked_assumed(rule: Rule) -> None:
    """A page, a paper, or the plain word for what nobody wrote down; and no assumed rule blocks."""
    assert leads(rule.source)
    assert (rule.grade == "assumed") == rule.source.startswith((UNREAD, OWN_CHOICE))
    assert (rule.grade == "derived") == rule.source.startswith(COMPUTED)
    assert rule.severity is not Severity.BLOCK or rule.grade != "assumed"
    assert rule.asks.endswith((".", "?"))
    assert "|" not in rule.asks + rule.source


MAY_NOT_WAIT = {
    "assessment", "tried", "titration", "dose", "slip", "flex", "oral_taper", "mixture", "prime", "post_fill", "wound",
    "call", "trouble", "diary", "restart", "follow_up", "replacement", "removal", "coverage",
}  # fmt: skip
"""Lowering, stopping, restoring, a call, an emergency, and writing down what happened."""


def test_nothing_blocks_where_waiting_harms() -> None:
    """In these steps every rule may be passed by people who say why; each of them has rules."""
    table = by_step(book())
    assert set(table) >= MAY_NOT_WAIT
    assert [rule.name for step in MAY_NOT_WAIT for rule in table[step] if rule.severity is Severity.BLOCK] == []


def test_a_name_is_one_rule_s() -> None:
    """Care and review share no name."""
    names = [rule.name for rule in book()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", rule_book.MODULES, ids=lambda module: module.__name__.split(".")[-1])
def test_every_rule_of_care_is_shown_in_a_reject_example(module: object) -> None:
    """Its name stands in a doctest of its own module, as what an example answers with."""
    found = next(each for each in modules() if f"thecal.{each.name}" == vars(module)["__name__"])
    shown = doctest_answers(found)
    assert [rule.name for rule in vars(module)["RULES"] if rule.name not in shown] == []
    assert "[]" in shown, f"{found.path} has no accept example"


def doctest_answers(found: Module) -> str:
    """What the examples in a module's docstrings print."""
    kinds = (ast.Module, ast.FunctionDef, ast.ClassDef)
    texts = (ast.get_docstring(node) or "" for node in ast.walk(found.tree) if isinstance(node, kinds))
    answers: list[str] = []
    for text in texts:
        inside = False
        for line in text.splitlines():
            prompt = line.lstrip().startswith((">>>", "..."))
            inside = prompt or (inside and bool(line.strip()))
            answers += [line] if inside and not prompt else []
    return "\n".join(answers)


def test_the_review_s_rules_are_each_met_in_a_test() -> None:
    """They need a pump's read-out, so their examples are tests of the programmer and of the hazards."""
    rooms = ("tests/programmer/", "tests/hazards/")
    text = "\n".join(found.text for found in modules_of_tests() if found.path.startswith(rooms))
    assert [rule.name for rule in review.RULES if f'"{rule.name}"' not in text] == []


def test_the_page_of_rules_is_written_from_the_code() -> None:
    """`python -m tests.house.rule_book` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == written(), "run python -m tests.house.rule_book"


def test_a_changed_rule_or_number_is_a_new_version() -> None:
    """What records were judged by can be told again: each version has one digest, and the newest is this book's."""
    assert max(VERSIONS) == RULES_VERSION
    assert VERSIONS[RULES_VERSION] == digest_now(), "count RULES_VERSION up and write its digest down"
    assert len(set(VERSIONS.values())) == len(VERSIONS)


def test_nothing_of_a_rule_changes_unseen() -> None:
    """Every word, every severity and every number of every rule is in the digest."""
    for rule in RULES:
        softer = Severity.NOTE if rule.severity is not Severity.NOTE else Severity.REASON
        changed = [replace(rule, severity=softer), replace(rule, asks=rule.asks + " "), replace(rule, source="2016")]
        changed += [
            replace(rule, numbers=(replace(number, value=number.value + 1), *rule.numbers[1:]))
            for number in rule.numbers[:1]
        ]
        digests = {digest_of([each, *(other for other in RULES if other is not rule)]) for each in (rule, *changed)}
        assert len(digests) == len(changed) + 1, rule.name


def test_the_page_marks_what_is_assumed() -> None:
    """No rule stands there without a source, and every assumed rule or number is said to be."""
    text = PAGE.read_text(encoding="utf-8")
    assumed = [rule for rule in book() if rule.grade == "assumed"]
    numbers = list(chain.from_iterable(rule.numbers for rule in book()))
    assert text.count("| *assumed* |") == len(assumed)
    assert text.count("; *assumed*)") == sum(number.grade == "assumed" for number in numbers)
    assert text.count("| `") == len(book())
