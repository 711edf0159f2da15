"""`thecal care rules`, `questions` and `check`: the rule book, what it can be asked, and its answers."""

import json as json_text
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from thecal.cli.findings import SAYS, exit_code, plain_findings, show_findings
from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, read_bytes, show_json
from thecal.errors import BadInput, TheirFault

if TYPE_CHECKING:
    from thecal.findings import Finding, Rule

LARGEST = 1_000_000
JSON = typer.Option(False, "--json", help=JSON_HELP)
STDIN = "-"


def rules(
    step: str = typer.Option("", help="Only the rules of this step, as in titration."),
    json: bool = JSON,
) -> None:
    """Print the rule book: every rule, the most it asks for, its numbers, and where each comes from.

    Exit codes: 0 done, 2 bad input.
    """
    from thecal.care.rule_book import RULES, RULES_VERSION, by_step
    from thecal.programmer.review import rules as review

    book = by_step((*RULES, *review.RULES))
    if step and step not in book:
        raise BadInput("--step", f"{step!r} has no rules", remedy=f"Use one of: {', '.join(sorted(book))}.")
    chosen = {step: book[step]} if step else book
    if json:
        plain = [_plain(rule) for rules in chosen.values() for rule in rules]
        show_json({"says": NOT_A_DEVICE, "version": RULES_VERSION, "rules": plain})
        return
    print(f"Version {RULES_VERSION} of the rule book.")
    for rule in (each for found in chosen.values() for each in found):
        print(f"{rule.name}  {SAYS[rule.severity]} at most\n  {rule.asks}\n  from: {rule.source} ({rule.grade})")
        for number in rule.numbers:
            print(f"  {number.name.replace('_', ' ')}: {number.shown()}, from: {number.source} ({number.grade})")
    print(NOT_A_DEVICE)


def questions(
    question: str = typer.Argument("", metavar="[QUESTION]", help="Say what belongs into this one."),
    json: bool = JSON,
) -> None:
    """List what the rules can be asked, or what one question needs to know.

    Exit codes: 0 done, 2 bad input.
    """
    from thecal.care.rule_book import QUESTIONS
    from thecal.care.rule_book import question as find
    from thecal.cli.questions import described, example_of

    if not question:
        names = sorted(QUESTIONS)
        if json:
            show_json({"says": NOT_A_DEVICE, "questions": names})
        else:
            print("\n".join(names))
        return
    kind, _ = find(question)
    if json:
        show_json(example_of(kind))
    else:
        print("\n".join([f"{question}: a {kind.__name__}", *described(kind)]))


def check(
    question: str = typer.Argument(metavar="QUESTION", help="Its name, as `thecal care questions` lists it."),
    file: str = typer.Argument(STDIN, metavar="[FILE]", help="JSON with the values; - reads it from stdin."),
    example: bool = typer.Option(False, "--example", help="Print JSON to fill in: null is what nobody knows."),
    json: bool = JSON,
) -> None:
    """Ask the rules about values: what they find, and what would be right.

    Exit codes: 0 clear, 1 blocked, 2 bad input, 3 wants a reason or two people.
    """
    from thecal.care.rule_book import question as find
    from thecal.cli.questions import example_of

    kind, _ = find(question)
    if example:
        show_json(example_of(kind))
        return
    right = f"thecal care check {question} --example prints one to fill in."
    found = judged(question, _parsed(_read(file, right), file, right), right)
    if json:
        show_json({"says": NOT_A_DEVICE, "findings": plain_findings(found)})
    else:
        show_findings(found)
        print(NOT_A_DEVICE)
    raise typer.Exit(exit_code(found))


def judged(question: str, plain: object, right: str) -> "list[Finding]":
    """What the rules say to values that a person wrote; BadInput names the entry that cannot be meant."""
    from thecal.canonical import from_plain
    from thecal.care.rule_book import question as find
    from thecal.cli.questions import completed

    kind, judge = find(question)
    try:
        case = from_plain(kind, completed(kind, plain))
    except TheirFault as wrong:
        path, _, says = wrong.says.removeprefix(f"{kind.__name__}.").partition(": ")
        raise BadInput(path, says.rstrip("."), remedy=right) from None
    try:
        return judge(case)
    except (AssertionError, ArithmeticError) as wrong:
        raise BadInput(question, str(wrong) or "these values cannot be meant together", remedy=right) from None


def _plain(rule: "Rule") -> dict[str, Any]:
    """A rule for programs, each number with its birthplace."""
    return {
        "rule": rule.name,
        "severity": rule.severity.name,
        "asks": rule.asks,
        "source": rule.source,
        "grade": rule.grade,
        "numbers": [
            {
                "name": number.name,
                "value": number.value,
                "unit": number.unit,
                "source": number.source,
                "grade": number.grade,
            }
            for number in rule.numbers
        ],
    }


def _read(file: str, right: str) -> bytes:
    """The file's content, or what comes on stdin."""
    if file != STDIN:
        return read_bytes(Path(file), most=LARGEST, remedy=right)
    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadInput("stdin", "is too large to be one", remedy=right)
    return content


def _parsed(content: bytes, file: str, right: str) -> object:
    """JSON, every name in it once."""
    where = "stdin" if file == STDIN else file
    try:
        return json_text.loads(content, object_pairs_hook=_once)
    except json_text.JSONDecodeError as wrong:
        says = f"is not JSON: {wrong.msg.lower()}, line {wrong.lineno}, column {wrong.colno}"
        raise BadInput(where, says, remedy=right) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise BadInput(where, "is not JSON that a person wrote", remedy=right) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for index, (name, _) in enumerate(pairs) if name in dict(pairs[:index]))
        raise BadInput(twice, "is written twice", remedy="Keep one of them.")
    return found
