"""Findings on their way to a page and into a record: one plain form for both."""

from collections.abc import Sequence
from typing import Any

from thecal.clinic.models import StepUrgency
from thecal.findings import Finding, Severity, Urgency, most_urgent, worst, worst_first
from thecal.sources import Sourced

URGENCIES = {Urgency.NOW: StepUrgency.NOW, Urgency.TODAY: StepUrgency.TODAY, Urgency.NEXT_VISIT: StepUrgency.NEXT_VISIT}


def plain_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Most urgent first, then worst first."""
    ordered = sorted(worst_first(list(findings)), key=lambda found: -(found.urgency or 0))
    return [_plain(finding) for finding in ordered]


def urgency_of(findings: Sequence[Finding]) -> str:
    """When somebody must act; empty where nobody is in danger."""
    urgency = most_urgent(list(findings))
    return "" if urgency is None else URGENCIES[urgency].value


def asks(findings: Sequence[Finding]) -> str:
    """What a sheet still asks for before it can be recorded: "", "reason", "second" or "block"."""
    return {
        None: "",
        Severity.NOTE: "",
        Severity.REASON: "reason",
        Severity.TWO_PEOPLE: "second",
        Severity.BLOCK: "block",
    }[worst(list(findings))]


def _number(number: Sourced) -> str:
    """Screening interval: 24 h (whose), label."""
    name = number.name.replace("_", " ")
    return f"{name[:1].upper()}{name[1:]}: {number.shown()}. {number.source}. {number.grade}"


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.name,
        "field": finding.field,
        "says": finding.says,
        "remedy": finding.remedy,
        "source": finding.source,
        "grade": finding.grade or "",
        "numbers": [_number(number) for number in finding.numbers],
        "urgency": "" if finding.urgency is None else URGENCIES[finding.urgency].value,
    }
