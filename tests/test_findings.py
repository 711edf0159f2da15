"""Findings: four severities, the worst first, and an assumed number never blocks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.findings import Finding, Rule, Severity, Urgency, most_urgent, worst, worst_first
from thecal.sources import GRADES, Grade, Sourced


def number(grade: Grade) -> Sourced:
    """A limit of some grade."""
    return Sourced(name="limit", value=1, unit="mL", source="somewhere", grade=grade)


def finding(severity: Severity, *grades: Grade, rule: str = "a.rule", says: str = "It is too much.") -> Finding:
    """A finding that rests on numbers of these grades."""
    numbers = tuple(number(grade) for grade in grades)
    return Finding(rule=rule, severity=severity, field="dose", says=says, remedy="Less.", numbers=numbers)


FINDINGS = st.lists(st.sampled_from(Severity).map(finding))


@pytest.mark.parametrize("sure", GRADES[:-1])
def test_an_assumed_number_never_blocks(sure: Grade) -> None:
    """Not alone, and not in better company; what is known may block."""
    assert finding(Severity.BLOCK, sure).numbers[0].grade == sure
    for grades in (("assumed",), (sure, "assumed"), ("assumed", sure)):
        with pytest.raises(AssertionError, match="never blocks"):
            finding(Severity.BLOCK, *grades)


@pytest.mark.parametrize("severity", [Severity.NOTE, Severity.REASON, Severity.TWO_PEOPLE])
def test_an_assumed_number_may_ask_for_everything_short_of_a_block(severity: Severity) -> None:
    """A guess is worth a second pair of eyes."""
    assert finding(severity, "assumed").severity is severity


def test_a_finding_names_its_rule_and_says_something() -> None:
    """An empty warning is noise."""
    with pytest.raises(AssertionError, match="names its rule"):
        finding(Severity.NOTE, rule="")
    with pytest.raises(AssertionError, match="says something"):
        finding(Severity.NOTE, says="")


def test_severities_rise_from_note_to_block() -> None:
    """So that the largest is the one to act on."""
    assert Severity.NOTE < Severity.REASON < Severity.TWO_PEOPLE < Severity.BLOCK


@given(FINDINGS)
def test_the_worst_is_at_least_as_bad_as_any(findings: list[Finding]) -> None:
    """Nothing to say is None, which is not the mildest severity."""
    worst_here = worst(findings)
    assert (worst_here is None) == (not findings)
    assert all(worst_here is not None and worst_here >= found.severity for found in findings)


@given(FINDINGS)
def test_the_worst_come_first_and_equals_keep_their_order(findings: list[Finding]) -> None:
    """Every finding stays, the severities fall, and among equals the rules' own order stands."""
    numbered = [
        Finding(rule=f"rule.{n}", severity=f.severity, field=f.field, says=f.says, remedy=f.remedy)
        for n, f in enumerate(findings)
    ]
    ordered = worst_first(numbered)
    keys = [(-found.severity, int(found.rule.removeprefix("rule."))) for found in ordered]
    assert len(set(keys)) == len(findings)
    assert keys == sorted(keys)


def rule(severity: Severity, grade: Grade, *numbers: Sourced) -> Rule:
    """A rule of some severity and grade."""
    return Rule(name="step.rule", severity=severity, asks="Ask.", source="somewhere", grade=grade, numbers=numbers)


def test_a_rule_that_is_assumed_never_blocks() -> None:
    """Neither by its own birthplace nor by that of a number it rests on."""
    with pytest.raises(AssertionError, match="never blocks"):
        rule(Severity.BLOCK, "assumed")
    resting = rule(Severity.BLOCK, "label", number("assumed"))
    with pytest.raises(AssertionError, match="never blocks"):
        resting.finding(field="dose", says="It is too much.", remedy="Less.")


def test_a_finding_carries_its_rules_birthplace_and_is_never_harder() -> None:
    """Softer where the rule's own code says so; harder than the rule book, never."""
    mild = rule(Severity.REASON, "paper", number("label"))
    found = mild.finding(field="dose", says="It is too much.", remedy="Less.", severity=Severity.NOTE)
    assert (found.rule, found.severity, found.source, found.grade) == ("step.rule", Severity.NOTE, "somewhere", "paper")
    assert found.numbers == mild.numbers
    with pytest.raises(AssertionError, match="more than the rule book says"):
        mild.finding(field="dose", says="It is too much.", remedy="Less.", severity=Severity.TWO_PEOPLE)


def test_what_must_be_done_now_comes_before_what_can_wait() -> None:
    """The most urgent of several; None where nobody is in danger."""
    mild = rule(Severity.NOTE, "paper")
    found = [mild.finding(field="", says="It is so.", remedy="Act.", urgency=urgency) for urgency in (None, *Urgency)]
    assert most_urgent(found) is Urgency.NOW
    assert most_urgent(found[:1]) is None
    assert Urgency.NEXT_VISIT < Urgency.TODAY < Urgency.NOW


@pytest.mark.parametrize("field", ["name", "asks", "source"])
def test_a_rule_says_where_it_belongs_what_it_asks_and_where_it_comes_from(field: str) -> None:
    """A rule without a birthplace is an opinion."""
    fields: dict[str, Any] = {"name": "step.rule", "asks": "Ask.", "source": "somewhere"} | {field: ""}
    with pytest.raises(AssertionError):
        Rule(severity=Severity.NOTE, grade="paper", **fields)
