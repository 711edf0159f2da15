"""Every rule with a birthplace, the page that lists them, and what each version of the book was.

python -m tests.house.rule_book      writes docs/rules.md anew and says the digest
"""

import sys

from tests.house.numbers import by_room, plain
from tests.house.source import ROOT

from thecal.care.rule_book import RULES, RULES_VERSION, by_step, digest_of
from thecal.findings import Rule, Severity
from thecal.programmer.review import rules as review
from thecal.sources import Grade, Sourced

PAGE = ROOT / "docs" / "rules.md"
VERSIONS = {
    1: "73c1cdc859d495f5bf05f06288f91b5b012941415ccaf665e1ccd0c85aedb0db",
    2: "e7b5ae9876824812238a522f7f100290e373d47a89184589cf1194ed9cbbcb22",
}
"""The digest of each version of the book. A version that a record was judged by is never rewritten."""

MOST = {
    Severity.NOTE: "a note",
    Severity.REASON: "a reason",
    Severity.TWO_PEOPLE: "two people and a reason",
    Severity.BLOCK: "waits (block)",
}
INTRODUCTION = """# The rule book

Every rule that can answer an entry with a finding, by the step of therapy it belongs to. The page is written from the
code, by `python -m tests.house.rule_book`, and a test compares the two; `thecal care rules` prints the same.
[How numbers are graded](manual/index.md#how-numbers-are-graded) is told in the manual: what is *assumed* nobody wrote
down where we could read it, and it never blocks.

A rule asks for at most what stands here, and for less where less is at stake. What is not known is said, and never
counts as no. A block stops only what can wait: filling, restoring, lowering, stopping and writing down what happened
are never blocked.

Thecal is not a medical device.
"""


def book() -> tuple[Rule, ...]:
    """Care's rules, then those that need a pump's read-out."""
    return (*RULES, *review.RULES)


def digest_now() -> str:
    """Over all rules and over every number of care, whether a rule names it or not."""
    return digest_of(book(), by_room()["care"])


def written() -> str:
    """The whole page."""
    lines = [INTRODUCTION, f"Version {RULES_VERSION} of the book: {len(book())} rules.", ""]
    lines += ["## What may have to wait", "", "These rules may block, and no others:", ""]
    lines += [f"- `{rule.name}`: {rule.asks}" for rule in book() if rule.severity is Severity.BLOCK]
    lines.append("")
    for step, rules in by_step(book()).items():
        lines += [f"## {step.replace('_', ' ').capitalize()}", ""]
        lines += ["| rule | asks for at most | what it asks | numbers | source | grade |", "|---|---|---|---|---|---|"]
        lines += [_row(rule) for rule in rules]
        lines.append("")
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    numbers = "<br>".join(_number(number) for number in rule.numbers)
    return f"| `{rule.name}` | {MOST[rule.severity]} | {rule.asks} | {numbers} | {rule.source} | {_grade(rule.grade)} |"


def _number(number: Sourced) -> str:
    return f"{number.name.replace('_', ' ')} {plain(number.shown())} ({number.source}; {_grade(number.grade)})"


def _grade(grade: Grade) -> str:
    return f"*{grade}*" if grade == "assumed" else grade


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"version {RULES_VERSION}: {digest_now()}\n")
