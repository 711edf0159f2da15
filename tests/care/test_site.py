"""A clinic's set-up cannot be finished without a number that somebody answers at night."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.care.site import EMERGENCY_NUMBERS, RULES, SetUp, digits, judge_set_up
from thecal.findings import Finding, Severity

DAY = "+44 20 5550 0100"


def night(number: str | None, *, day: str | None = DAY) -> list[Finding]:
    """The findings about a clinic with this number for the night."""
    return judge_set_up(SetUp(name="Clinic", daytime_number=day, out_of_hours_number=number))


@pytest.mark.parametrize("number", [None, "", " ", "\t\u00a0"])
def test_without_a_number_for_the_night_the_set_up_cannot_finish(number: str | None) -> None:
    """Nothing typed is nothing."""
    found = night(number)
    assert rules(found) == ["site.no_night_number"]
    assert blocks(found)


@pytest.mark.parametrize("number", [*sorted(EMERGENCY_NUMBERS), "9-1-1", " 112 ", "1 1 2", "999 (ambulance)"])
def test_the_emergency_number_is_no_number_for_the_night(number: str) -> None:
    """However it is written."""
    found = night(number)
    assert rules(found) == ["site.emergency_number"]
    assert blocks(found)


@pytest.mark.parametrize("number", ["ask at the desk", "—", "night nurse"])
def test_words_are_no_number(number: str) -> None:
    """A number has digits."""
    assert rules(night(number)) == ["site.no_telephone"]
    assert blocks(night(number))


@pytest.mark.parametrize("count", range(1, 20))
def test_a_number_has_six_to_fifteen_digits(count: int) -> None:
    """Up to fifteen as the numbering plan has it; under six it may be an extension, which asks and does not block."""
    number = "8" * count
    wanted = ["site.short_number"] if count < 6 else [] if count <= 15 else ["site.no_telephone"]
    assert rules(night(number)) == wanted
    assert blocks(night(number)) == (count > 15)


@pytest.mark.parametrize("number", ["+44 20 5550 0142", "555 0142 (fictional)", "(0)20-5550/0142", "5550142"])
def test_numbers_as_people_write_them_pass(number: str) -> None:
    """Spaces, brackets, dashes, a country's code."""
    assert night(number) == []


def test_one_number_for_day_and_night_is_noted() -> None:
    """However it is written; it can be right."""
    found = night("555-0100", day="555 0100")
    assert [(finding.rule, finding.severity) for finding in found] == [("site.same_number", Severity.NOTE)]


@pytest.mark.parametrize("day", [None, "", " "])
def test_without_a_number_for_the_day_the_clinic_can_finish(day: str | None) -> None:
    """It is noted, no more."""
    found = night("555 0142", day=day)
    assert [(finding.rule, finding.severity) for finding in found] == [("site.no_day_number", Severity.NOTE)]


@pytest.mark.parametrize("name", [None, "", "  "])
def test_a_clinic_has_a_name(name: str | None) -> None:
    """The card says whom to call."""
    found = judge_set_up(SetUp(name=name, daytime_number=DAY, out_of_hours_number="555 0142"))
    assert rules(found) == ["site.no_name"]
    assert blocks(found)


@given(typed=st.none() | st.text(max_size=30))
def test_what_passes_has_digits_and_is_no_emergency_number(typed: str | None) -> None:
    """Whatever is typed: no block means a number that could be dialled."""
    passed = not blocks(night(typed))
    assert passed == (0 < len(digits(typed)) <= 15 and digits(typed) not in EMERGENCY_NUMBERS)


def test_what_is_asked_stands_next_to_its_entry() -> None:
    """Every finding names one of the form's entries, and every rule is told once."""
    empty = judge_set_up(SetUp())
    assert {finding.field for finding in empty} == {"name", "daytime_number", "out_of_hours_number"}
    assert len({rule.name for rule in RULES}) == len(RULES) == 7
