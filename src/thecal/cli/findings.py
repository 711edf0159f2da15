"""Findings on the terminal, worst first."""

from collections.abc import Sequence
from typing import Any

from thecal.findings import Finding, Severity, Urgency, worst, worst_first

SAYS = {
    Severity.NOTE: "note",
    Severity.REASON: "wants a reason",
    Severity.TWO_PEOPLE: "wants two people and a reason",
    Severity.BLOCK: "BLOCKED",
}
WHEN = {None: "", Urgency.NOW: "act NOW: ", Urgency.TODAY: "act today: ", Urgency.NEXT_VISIT: "at the next visit: "}
CODES = {None: 0, Severity.NOTE: 0, Severity.REASON: 3, Severity.TWO_PEOPLE: 3, Severity.BLOCK: 1}


def show_findings(findings: Sequence[Finding]) -> None:
    """Each finding: how much it asks for and how soon, what it says, what would be right."""
    if not findings:
        print("No findings.")
    for finding in worst_first(list(findings)):
        how = f"{SAYS[finding.severity]}: {WHEN[finding.urgency]}"
        print(f"{how}{finding.says} {finding.remedy}  [{finding.rule}]")


def plain_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The same for JSON, with the birthplace of the rule and of every limit."""
    return [
        {
            "rule": finding.rule,
            "severity": finding.severity.name,
            "field": finding.field,
            "says": finding.says,
            "remedy": finding.remedy,
            "numbers": [str(number) for number in finding.numbers],
            "source": finding.source,
            "grade": finding.grade,
            "urgency": None if finding.urgency is None else finding.urgency.name,
        }
        for finding in worst_first(list(findings))
    ]


def exit_code(findings: Sequence[Finding]) -> int:
    """0 clear, 1 blocked, 3 wants a reason or two people."""
    return CODES[worst(list(findings))]
