"""A new record: the same person twice is asked of two people, and nobody is born tomorrow."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.care.admission import RULES, Admission, Known, judge_admission, same_name
from thecal.care.titration import Origin
from thecal.errors import BadInput
from thecal.findings import Severity

TODAY = date(2026, 3, 3)
ANA = Admission(
    name="Ana Berg", born="1990-05-17", today=TODAY.isoformat(), origin=Origin.SPINAL, allergies="none known"
)
THERE = Known(name="Ana Berg", born="1990-05-17", record_number="R-0001")


def beside(name: str, born: str = "1990-05-17") -> list[str]:
    """What admitting Ana Berg asks beside one record."""
    return rules(judge_admission(replace(ANA, records=(replace(THERE, name=name, born=born),))))


@pytest.mark.parametrize(
    "name", ["Ana Berg", "ana berg", "BERG, Ana", "Berg Ana", " Ana   Berg ", "Ána Berg", "Ana Berg."]
)
def test_the_same_name_and_birthday_asks_for_two_people(name: str) -> None:
    """However the name is written."""
    found = judge_admission(replace(ANA, records=(replace(THERE, name=name),)))
    assert [(each.rule, each.severity) for each in found] == [("admission.duplicate", Severity.TWO_PEOPLE)]
    assert "R-0001" in found[0].says


@pytest.mark.parametrize("name", ["Anna Berg", "Ana Maria Berg", "Ana Hill", "A. Berg"])
def test_part_of_the_name_and_the_same_birthday_asks_for_a_reason(name: str) -> None:
    """Names are misspelt, shortened and changed."""
    assert beside(name) == ["admission.alike"]


@pytest.mark.parametrize("name", ["Yusuf Demir", "Anna Bergh", ""])
def test_another_name_on_the_same_day_is_another_person(name: str) -> None:
    """Two people share a birthday."""
    assert beside(name) == []


@pytest.mark.parametrize("days", [-366, -2, -1, 1, 2, 30])
def test_another_birthday_is_another_person(days: int) -> None:
    """A day off is not the same day: the form shows what was typed."""
    assert beside("Ana Berg", (date(1990, 5, 17) + timedelta(days=days)).isoformat()) == []


def test_the_worse_of_two_likenesses_is_told() -> None:
    """A duplicate among the merely alike is a duplicate."""
    others = (replace(THERE, name="Ana Hill", record_number="R-0002"), THERE)
    assert rules(judge_admission(replace(ANA, records=others))) == ["admission.duplicate"]


@pytest.mark.parametrize("days", [-400, -2, -1, 0, 1, 2, 400, 40_000])
def test_nobody_is_born_after_today(days: int) -> None:
    """Today is possible, tomorrow is not."""
    found = judge_admission(replace(ANA, born=(TODAY + timedelta(days=days)).isoformat()))
    assert rules(found) == (["admission.born_later"] if days > 0 else [])
    assert blocks(found) == (days > 0)


@pytest.mark.parametrize(
    ("born", "asked"),
    [
        (date(1903, 3, 1), True),
        (date(1903, 3, 2), True),
        (date(1903, 3, 3), True),
        (date(1903, 3, 4), False),
        (date(1904, 3, 3), False),
        (date(1926, 3, 3), False),
        (date(1799, 1, 1), True),
    ],
)
def test_nobody_is_older_than_anybody_ever_was(born: date, asked: bool) -> None:
    """122 years is the oldest on record: from the 123rd birthday on, the date is read again."""
    found = judge_admission(replace(ANA, born=born.isoformat()))
    assert rules(found) == (["admission.very_old"] if asked else [])
    assert all(finding.severity is Severity.REASON for finding in found)


def test_what_is_not_known_is_noted_and_stops_nothing() -> None:
    """Origin and allergies."""
    found = judge_admission(replace(ANA, origin=None, allergies=None))
    assert rules(found) == ["admission.origin_unknown", "admission.allergies_unknown"]
    assert all(finding.severity is Severity.NOTE for finding in found)


@pytest.mark.parametrize("born", ["", "17 May 1990", "1990-13-01", "1990-02-30"])
def test_what_is_no_date_is_refused(born: str) -> None:
    """The field is named."""
    with pytest.raises(BadInput, match="born"):
        judge_admission(replace(ANA, born=born))


@given(words=st.lists(st.text(alphabet="abcdeéü", min_size=1, max_size=6), min_size=1, max_size=4), data=st.data())
def test_a_name_is_itself_in_any_order_and_case(words: list[str], data: st.DataObject) -> None:
    """Shuffled, shouted, with commas: the same name."""
    other = ", ".join(word.upper() for word in data.draw(st.permutations(words)))
    assert same_name(" ".join(words), other)


def test_every_rule_is_told_once() -> None:
    """Six rules, six names."""
    assert len({rule.name for rule in RULES}) == len(RULES) == 6
