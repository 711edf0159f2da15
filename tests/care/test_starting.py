"""The first daily dose: the factor, the limits on both sides, and the concentration that is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import CONCENTRATIONS, DOSES, MCG, SLOWEST, around, rules

from thecal.care.limits import LIBRARY_PG_PER_NL
from thecal.care.starting import (
    Screening,
    judge_start,
    starting_dose_pg_per_day,
    weaker_concentration_pg_per_nl,
    why_this_factor,
)
from thecal.findings import Severity
from thecal.sources import Sourced
from thecal.units import HOUR_MS


def screening(mcg: int = 50, *, lasted_ms: int | None = 6 * HOUR_MS, present: bool | None = False) -> Screening:
    """A screening test; its effect ended after six hours unless said otherwise."""
    return Screening(effective_pg=mcg * MCG, effect_lasted_ms=lasted_ms, present_at_last_observation=present)


@pytest.mark.parametrize("lasted_ms", around(8 * HOUR_MS))
def test_eight_hours_divide_twice_from_once(lasted_ms: int) -> None:
    """Up to and including 8 hours the dose is doubled; a millisecond more and it is not."""
    expected = 100 if lasted_ms <= 8 * HOUR_MS else 50
    assert starting_dose_pg_per_day(screening(lasted_ms=lasted_ms)) == expected * MCG


@pytest.mark.parametrize(
    ("lasted_ms", "present"),
    [
        (None, None), (None, True), (None, False), (6 * HOUR_MS, None), (6 * HOUR_MS, True), (9 * HOUR_MS, None),
        (9 * HOUR_MS, True), (9 * HOUR_MS, False),
    ],
)  # fmt: skip
def test_only_a_known_end_within_eight_hours_doubles(lasted_ms: int | None, present: bool | None) -> None:
    """Whatever is missing, or still there, or long, the dose is the screening dose once."""
    assert starting_dose_pg_per_day(screening(lasted_ms=lasted_ms, present=present)) == 50 * MCG
    assert "Once" in why_this_factor(screening(lasted_ms=lasted_ms, present=present))


@given(
    effective=st.sampled_from([25, 50, 75, 100]),
    lasted=st.none() | st.integers(0, 24 * HOUR_MS),
    present=st.none() | st.booleans(),
)
def test_knowing_less_never_doses_more(effective: int, lasted: int | None, present: bool | None) -> None:
    """Striking out what was observed never raises the starting dose."""
    known = starting_dose_pg_per_day(screening(effective, lasted_ms=lasted, present=present))
    assert starting_dose_pg_per_day(screening(effective, lasted_ms=None, present=present)) <= known
    assert starting_dose_pg_per_day(screening(effective, lasted_ms=lasted, present=None)) <= known


@pytest.mark.parametrize("dose", around(100 * MCG))
def test_above_100_mcg_a_day_takes_two_people(dose: int) -> None:
    """At 100 mcg/day one person is enough; a picogram more asks for two."""
    found = judge_start(dose_pg_per_day=dose, concentration_pg_per_nl=500, screening=screening(100), slowest=SLOWEST)
    assert ("start.over_100" in rules(found)) == (dose > 100 * MCG)
    assert all(each.severity is Severity.TWO_PEOPLE for each in found if each.rule == "start.over_100")


@pytest.mark.parametrize("mcg", [25, 50, 75, 100])
def test_the_rule_s_own_dose_passes(mcg: int) -> None:
    """The dose that the rule works out is never above the rule; one picogram more is."""
    test = screening(mcg)
    dose = starting_dose_pg_per_day(test)
    at = judge_start(dose_pg_per_day=dose, concentration_pg_per_nl=500, screening=test, slowest=SLOWEST)
    above = judge_start(dose_pg_per_day=dose + 1, concentration_pg_per_nl=500, screening=test, slowest=SLOWEST)
    assert "start.over_rule" not in rules(at)
    assert "start.over_rule" in rules(above)


@pytest.mark.parametrize("concentration", CONCENTRATIONS)
def test_the_slowest_rate_refuses_a_start_and_names_a_weaker_drug(concentration: int) -> None:
    """On either side of the slowest rate: run, or blocked with the concentration that would run."""
    least = 48_000 * concentration
    for dose in around(least):
        found = [
            each
            for each in judge_start(
                dose_pg_per_day=dose, concentration_pg_per_nl=concentration, screening=screening(), slowest=SLOWEST
            )
            if each.rule == "start.below_device"
        ]
        assert bool(found) == (dose < least)
        assert all(each.severity is Severity.BLOCK for each in found)
        weaker = weaker_concentration_pg_per_nl(dose_pg_per_day=dose, slowest_nl_per_day=48_000)
        named = f"Fill with {weaker}" if weaker else "The least this pump can give"
        assert all(named in each.remedy for each in found)


def test_an_assumed_slowest_rate_does_not_block() -> None:
    """A rate without a source asks for two people instead of refusing."""
    guessed = Sourced(name="rate_min", value=48_000, unit="nL/day", source="general knowledge", grade="assumed")
    found = judge_start(dose_pg_per_day=50 * MCG, concentration_pg_per_nl=2_000, screening=screening(), slowest=guessed)
    assert [(each.rule, each.severity) for each in found] == [("start.below_device", Severity.TWO_PEOPLE)]


@given(dose=DOSES)
def test_the_named_concentration_is_the_strongest_that_runs(dose: int) -> None:
    """What is named runs at the slowest rate or faster, and no stronger one in the library does."""
    named = weaker_concentration_pg_per_nl(dose_pg_per_day=dose, slowest_nl_per_day=48_000)
    running = [each for each in LIBRARY_PG_PER_NL if dose >= 48_000 * each]
    assert named == (running[-1] if running else None)


def test_no_screening_test_on_record_is_said() -> None:
    """An unknown screening test asks for two people; it is not read as a dose of nothing."""
    found = judge_start(dose_pg_per_day=50 * MCG, concentration_pg_per_nl=500, screening=None, slowest=SLOWEST)
    assert [(each.rule, each.severity) for each in found] == [("start.screening_unknown", Severity.TWO_PEOPLE)]


@pytest.mark.parametrize("mcg", [99, 100, 101, 280])
def test_a_screening_dose_above_the_label_s_largest_is_named(mcg: int) -> None:
    """100 mcg is the largest screening dose; 101 is questioned."""
    found = judge_start(
        dose_pg_per_day=50 * MCG, concentration_pg_per_nl=500, screening=screening(mcg), slowest=SLOWEST
    )
    assert ("start.screening_large" in rules(found)) == (mcg > 100)


def test_a_start_entered_with_a_digit_too_many_is_named() -> None:
    """Ten times the rule's dose is a slip with a name."""
    found = judge_start(
        dose_pg_per_day=1_000 * MCG, concentration_pg_per_nl=500, screening=screening(), slowest=SLOWEST
    )
    assert "slip.named" in rules(found)
