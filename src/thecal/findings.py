"""What a rule says about a value: the rule with its birthplace, and a finding with its severity and its remedy."""

from dataclasses import dataclass
from enum import IntEnum

from thecal.sources import Grade, Sourced


class Severity(IntEnum):
    """How much a finding asks for, least first, so that `max` is the worst.

    A BLOCK may stop only what can safely wait: filling, restoring, lowering and stopping are never blocked.
    """

    NOTE = 1
    REASON = 2
    TWO_PEOPLE = 3
    BLOCK = 4


class Urgency(IntEnum):
    """When somebody must act on what was found, least urgent first, so that `max` is the most urgent."""

    NEXT_VISIT = 1
    TODAY = 2
    NOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's verdict on one value.

    `rule` is the stable name ("titration.limit"); `field` names the entry it stands next to;
    `says` is one sentence with numbers and units; `numbers` are the birthplaces of the limits used;
    `remedy` is what would be right. `source` and `grade` are the rule's own birthplace. `urgency` says when somebody
    must act, where the finding is about a patient in danger and not about an entry.
    """

    rule: str
    severity: Severity
    field: str
    says: str
    remedy: str
    numbers: tuple[Sourced, ...] = ()
    source: str = ""
    grade: Grade | None = None
    urgency: Urgency | None = None

    def __post_init__(self) -> None:
        assert self.rule, "a finding names its rule"
        assert self.says, "a finding says something"
        if self.severity is Severity.BLOCK:
            graded = self.grade != "assumed" and all(number.grade != "assumed" for number in self.numbers)
            assert graded, "an assumed number never blocks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the rule book: its stable name, the most it asks for, what it asks, and where it comes from.

    The part of `name` before the point is the step of therapy it belongs to. `asks` is one sentence in general words,
    without a patient's values. `source` leads a reader somewhere, or begins as an assumed number's does; `numbers` are
    the limits it rests on.
    """

    name: str
    severity: Severity
    asks: str
    source: str
    grade: Grade
    numbers: tuple[Sourced, ...] = ()

    def __post_init__(self) -> None:
        assert "." in self.name, f"{self.name} does not say to which step it belongs"
        assert self.asks, f"{self.name} says nothing"
        assert self.source, f"{self.name} needs a source"
        assert self.severity is not Severity.BLOCK or self.grade != "assumed", (
            f"{self.name}: an assumed rule never blocks"
        )

    def finding(
        self,
        *,
        field: str,
        says: str,
        remedy: str,
        severity: Severity | None = None,
        numbers: tuple[Sourced, ...] | None = None,
        urgency: Urgency | None = None,
    ) -> Finding:
        """The rule's verdict on one value: never harder than the rule book says, softer where it may be."""
        chosen = self.severity if severity is None else severity
        assert chosen <= self.severity, f"{self.name} asks for more than the rule book says"
        return Finding(
            rule=self.name,
            severity=chosen,
            field=field,
            says=says,
            remedy=remedy,
            numbers=self.numbers if numbers is None else numbers,
            source=self.source,
            grade=self.grade,
            urgency=urgency,
        )


def worst(findings: tuple[Finding, ...] | list[Finding]) -> Severity | None:
    """The highest severity present, or None where there is no finding."""
    return max((finding.severity for finding in findings), default=None)


def worst_first(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """The findings, most severe first, otherwise in the order given."""
    return sorted(findings, key=lambda finding: -finding.severity)


def most_urgent(findings: tuple[Finding, ...] | list[Finding]) -> Urgency | None:
    """How soon somebody must act on any of them; None where none is about a patient in danger."""
    return max((finding.urgency for finding in findings if finding.urgency is not None), default=None)
