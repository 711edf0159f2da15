"""The rule book: every rule of care in one place, the questions one can ask of them, and the version of it all.

A record keeps the version that it was judged by. Who changes a rule, or a number that one rests on, counts the version
up: a test holds each version's digest.
"""

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from thecal.canonical import digest
from thecal.care import (
    admission,
    assessment,
    bridge,
    calls,
    candidacy,
    change,
    conference,
    consent,
    coverage,
    diary,
    flex,
    follow_up,
    foreseen,
    goals,
    hospital,
    mixing,
    need,
    new_pump,
    operation,
    oral_taper,
    order_cover,
    order_sets,
    prime,
    refill,
    refill_label,
    refill_visit,
    removal_day,
    replacement,
    residual,
    responder,
    response,
    restart,
    screening,
    screening_checklist,
    screening_watch,
    search,
    site,
    slips,
    starting,
    surgery,
    tapering,
    titration,
    tried,
    trouble,
    wound,
    wound_checks,
)
from thecal.care.asking import Question
from thecal.errors import BadInput
from thecal.findings import Rule
from thecal.sources import Sourced

RULES_VERSION = 2
"""Counts up with every change of a rule or of a number."""

MODULES: tuple[ModuleType, ...] = (
    site,
    admission,
    assessment,
    goals,
    change,
    tried,
    candidacy,
    conference,
    coverage,
    screening,
    screening_checklist,
    screening_watch,
    responder,
    surgery,
    consent,
    operation,
    hospital,
    starting,
    titration,
    order_sets,
    order_cover,
    need,
    response,
    oral_taper,
    slips,
    flex,
    refill,
    refill_label,
    refill_visit,
    residual,
    mixing,
    bridge,
    prime,
    wound,
    follow_up,
    calls,
    trouble,
    restart,
    diary,
    new_pump,
    replacement,
    tapering,
    removal_day,
    search,
    wound_checks,
    foreseen,
)
"""In the order of the therapy, and in this order the book is printed."""


def _all_rules() -> tuple[Rule, ...]:
    """Every module's rules; two of one name are an error."""
    found = tuple(rule for module in MODULES for rule in module.RULES)
    assert len({rule.name for rule in found}) == len(found), "two rules share a name"
    return found


def _all_questions() -> dict[str, Question]:
    """Every module's questions, by name; two of one name are an error."""
    found = [pair for module in MODULES for pair in getattr(module, "QUESTIONS", {}).items()]
    assert len(dict(found)) == len(found), "two questions share a name"
    return dict(found)


RULES = _all_rules()
QUESTIONS = _all_questions()


def step_of(rule: Rule) -> str:
    """The step of therapy that a rule belongs to.

    >>> step_of(titration.HIGH)
    'dose'
    """
    return rule.name.split(".")[0]


def by_step(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules under their steps, in the order in which the steps first come."""
    table: dict[str, list[Rule]] = {}
    for rule in rules:
        table.setdefault(step_of(rule), []).append(rule)
    return table


def question(name: str) -> Question:
    """The question of this name; BadInput where there is none."""
    if name not in QUESTIONS:
        raise BadInput("QUESTION", f"{name!r} is not known", remedy="thecal care questions lists them.")
    return QUESTIONS[name]


def digest_of(rules: Iterable[Rule], numbers: Iterable[Sourced] = ()) -> str:
    """SHA-256 over every rule with its numbers, and over `numbers` that stand in no rule. Their order is nothing.

    >>> digest_of(RULES) == digest_of(RULES[::-1])
    True
    """
    told = sorted((_plain_rule(rule) for rule in rules), key=lambda rule: str(rule["name"]))
    return digest([told, sorted(_plain_number(number) for number in numbers)])


def _plain_rule(rule: Rule) -> dict[str, Any]:
    """Everything that the book says of a rule."""
    return {
        "name": rule.name,
        "severity": rule.severity.name,
        "asks": rule.asks,
        "source": rule.source,
        "grade": rule.grade,
        "numbers": [_plain_number(number) for number in rule.numbers],
    }


def _plain_number(number: Sourced) -> list[str]:
    """A number with its birthplace, its value as text: canonical JSON holds no fractions."""
    return [number.name, str(number.value), number.unit, number.source, number.grade]
