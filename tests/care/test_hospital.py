"""The days in hospital: eight hours to the millisecond, what goes home, and signs that cannot wait."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.canonical import from_plain, to_plain
from thecal.care.hospital import (
    TOO_LITTLE_SIGNS,
    TOO_MUCH_SIGNS,
    DayCheckCase,
    DischargeCase,
    judge_day_check,
    judge_discharge,
)
from thecal.findings import Severity, Urgency, most_urgent, worst
from thecal.units import HOUR_MS, MINUTE_MS, SECOND_MS

READY = DischargeCase(
    since_start_ms=72 * HOUR_MS,
    card_given=True,
    numbers_given=True,
    refill_date_given=True,
    oral_plan_written=True,
    tablets_at_home=True,
    wound_checks_booked=True,
    trained=True,
    against_advice=False,
)
WELL = DayCheckCase(
    hard_to_wake=False,
    slow_breathing=False,
    drowsy=False,
    floppy=False,
    seizure=False,
    fever=False,
    confused=False,
    itch=False,
    stiffer=False,
)
EIGHT, FORTY_EIGHT = 8 * HOUR_MS, 48 * HOUR_MS
NEAR = (-HOUR_MS, -MINUTE_MS, -SECOND_MS, -2, -1, 0, 1, 2, SECOND_MS, MINUTE_MS, HOUR_MS)
MAYBE = st.none() | st.booleans()


@pytest.mark.parametrize("since_ms", [0, 1, HOUR_MS, *(EIGHT + offset for offset in NEAR), 24 * HOUR_MS, FORTY_EIGHT])
def test_nobody_goes_home_before_eight_hours(since_ms: int) -> None:
    """A millisecond short of 8 h blocks; 8 h passes with what is still to come said."""
    found = judge_discharge(replace(READY, since_start_ms=since_ms))
    assert blocks(found) == (since_ms < EIGHT)
    assert ("surgery.observation" in rules(found)) == (since_ms < EIGHT)


@pytest.mark.parametrize("since_ms", [EIGHT, *(FORTY_EIGHT + offset for offset in NEAR), 240 * HOUR_MS])
def test_the_full_effect_is_awaited_for_two_days(since_ms: int) -> None:
    """Up to 48 h a note; from then on nothing."""
    found = judge_discharge(replace(READY, since_start_ms=since_ms))
    assert rules(found) == (["surgery.before_full_effect"] if since_ms < FORTY_EIGHT else [])


def test_an_unknown_start_blocks() -> None:
    """Nobody knows how long the patient was watched."""
    assert blocks(judge_discharge(replace(READY, since_start_ms=None)))


@pytest.mark.parametrize("value", [False, None])
@pytest.mark.parametrize(
    ("field", "rule", "severity"),
    [
        ("card_given", "surgery.card", Severity.BLOCK),
        ("numbers_given", "surgery.numbers_to_call", Severity.BLOCK),
        ("refill_date_given", "surgery.refill_date", Severity.BLOCK),
        ("oral_plan_written", "surgery.oral_plan", Severity.TWO_PEOPLE),
        ("tablets_at_home", "surgery.tablets_at_home", Severity.REASON),
        ("wound_checks_booked", "surgery.wound_dates", Severity.REASON),
        ("trained", "surgery.training", Severity.REASON),
    ],
)
def test_what_does_not_go_home_is_asked_for(field: str, rule: str, severity: Severity, value: bool | None) -> None:
    """Not given and not known ask for the same, and only the three that keep somebody alive block."""
    found = judge_discharge(replace(READY, **{field: value}))
    assert [(each.rule, each.severity, each.field) for each in found] == [(rule, severity, field)]


@given(
    case=st.builds(
        DischargeCase,
        since_start_ms=st.none() | st.integers(0, 100 * HOUR_MS),
        **{field.name: MAYBE for field in fields(DischargeCase) if field.name != "since_start_ms"},
    )
)
def test_who_leaves_against_advice_is_not_held(case: DischargeCase) -> None:
    """The same things are said, and none of them blocks."""
    held, leaving = (judge_discharge(replace(case, against_advice=answer)) for answer in (False, True))
    assert rules(leaving) == rules(held)
    assert (worst(leaving) or 0) == min(worst(held) or 0, Severity.TWO_PEOPLE)
    assert worst(judge_discharge(replace(case, against_advice=None))) == worst(held)


@given(
    first=st.integers(0, 100 * HOUR_MS),
    later=st.integers(0, 100 * HOUR_MS),
)
def test_watching_longer_never_asks_for_more(first: int, later: int) -> None:
    """The findings only shrink with time."""
    early, late = sorted((first, later))
    asked = [worst(judge_discharge(replace(READY, since_start_ms=since))) or 0 for since in (early, late)]
    assert asked[0] >= asked[1]


NOW = {"hard_to_wake", "slow_breathing", "seizure", "fever", "confused"}
"""From the warning lists for families: these are for the emergency department."""


@pytest.mark.parametrize("field", [field.name for field in fields(DayCheckCase)])
def test_each_sign_says_how_soon(field: str) -> None:
    """One sign alone, on the right list, with its urgency; nothing is held up by it."""
    found = judge_day_check(replace(WELL, **{field: True}))
    too_much = field in {"hard_to_wake", "slow_breathing", "drowsy", "floppy", "seizure"}
    assert rules(found) == ["surgery.too_much" if too_much else "surgery.too_little"]
    assert found[0].urgency is (Urgency.NOW if field in NOW else Urgency.TODAY)
    assert found[0].severity is Severity.NOTE


@given(
    case=st.builds(DayCheckCase, **{field.name: MAYBE for field in fields(DayCheckCase)}),
    field=st.sampled_from([field.name for field in fields(DayCheckCase)]),
)
def test_one_more_sign_never_makes_it_less_urgent(case: DayCheckCase, field: str) -> None:
    """A sign that is seen only raises the urgency."""
    with_sign = most_urgent(judge_day_check(replace(case, **{field: True}))) or 0
    assert with_sign >= (most_urgent(judge_day_check(replace(case, **{field: False}))) or 0)


@pytest.mark.parametrize("field", [field.name for field in fields(DayCheckCase)])
def test_what_nobody_looked_at_is_said(field: str) -> None:
    """Not looked at is not absent."""
    assert [each.rule for each in judge_day_check(replace(WELL, **{field: None}))] == ["surgery.not_looked"]


def test_every_sign_is_an_entry() -> None:
    """The lists name each entry once and nothing else."""
    assert sorted(sign[0] for sign in TOO_MUCH_SIGNS + TOO_LITTLE_SIGNS) == sorted(
        field.name for field in fields(DayCheckCase)
    )


@pytest.mark.parametrize("case", [READY, DischargeCase(), WELL])
def test_a_case_is_plain_data(case: DischargeCase | DayCheckCase) -> None:
    """It can be written and read back."""
    assert from_plain(type(case), to_plain(case)) == case
