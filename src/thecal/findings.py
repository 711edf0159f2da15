"""What a rule says about a value: a finding, its severity, its source and its remedy."""

from dataclasses import dataclass
from enum import IntEnum

from thecal.sources import Sourced


class Severity(IntEnum):
    """How much a finding asks for, least first, so that `max` is the worst.

    A BLOCK may stop only what can safely wait: filling, restoring, lowering and stopping are never blocked.
    """

    NOTE = 1
    REASON = 2
    TWO_PEOPLE = 3
    BLOCK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's verdict on one value.

    `rule` is the stable name ("titration.limit"); `field` names the entry it stands next to;
    `says` is one sentence with numbers and units; `numbers` are the birthplaces of the limits used;
    `remedy` is what would be right.
    """

    rule: str
    severity: Severity
    field: str
    says: str
    remedy: str
    numbers: tuple[Sourced, ...] = ()

    def __post_init__(self) -> None:
        assert self.rule, "a finding names its rule"
        assert self.says, "a finding says something"
        if self.severity is Severity.BLOCK:
            graded = all(number.grade != "assumed" for number in self.numbers)
            assert graded, "an assumed number never blocks"


def worst(findings: tuple[Finding, ...] | list[Finding]) -> Severity | None:
    """The highest severity present, or None where there is no finding."""
    return max((finding.severity for finding in findings), default=None)


def worst_first(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """The findings, most severe first, otherwise in the order given."""
    return sorted(findings, key=lambda finding: -finding.severity)
