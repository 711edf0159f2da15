"""When a pump is replaced: each threshold to the millisecond, and an unknown date on the stricter side."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.canonical import from_plain, to_plain
from thecal.care.replacement import Phase, ReplacementCase, judge_replacement, phase_of
from thecal.findings import Severity, Urgency, most_urgent
from thecal.units import DAY_MS, HOUR_MS

YEAR = 365 * DAY_MS
NEAR = (-DAY_MS, -HOUR_MS, -2, -1, 0, 1, 2, HOUR_MS, DAY_MS)
INDICATOR = 7 * YEAR - 90 * DAY_MS
CASE = ReplacementCase(now_ms=0, implanted_ms=0, indicator_ms=INDICATOR)
TIMES = st.integers(-10 * YEAR, 20 * YEAR)
MAYBE_TIME = st.none() | TIMES


def at(now_ms: int, **changed: object) -> ReplacementCase:
    """The usual pump at another time."""
    return replace(CASE, now_ms=now_ms, **changed)  # type: ignore[arg-type] # the tests hand in fields by name


@pytest.mark.parametrize("offset", NEAR)
def test_planning_begins_in_the_fifth_year(offset: int) -> None:
    """With the indicator far away, five years after the implant, to the millisecond."""
    assert (phase_of(at(5 * YEAR + offset)) is Phase.PLAN) == (offset >= 0)
    assert ("replacement.plan" in rules(judge_replacement(at(5 * YEAR + offset)))) == (offset >= 0)


@pytest.mark.parametrize("offset", NEAR)
@pytest.mark.parametrize("implanted_ms", [0, None])
def test_planning_begins_a_year_before_an_early_indicator(offset: int, implanted_ms: int | None) -> None:
    """An indicator in year 4 brings planning forward to year 3, whether or not the implant's date is known."""
    case = at(3 * YEAR + offset, indicator_ms=4 * YEAR, implanted_ms=implanted_ms)
    assert (phase_of(case) >= Phase.PLAN) == (offset >= 0)


@pytest.mark.parametrize("offset", NEAR)
def test_authorisation_is_due_half_a_year_before_the_indicator(offset: int) -> None:
    """180 days before it, to the millisecond; planned already, only the authorisation is asked for."""
    case = at(INDICATOR - 180 * DAY_MS + offset, planned=True)
    assert rules(judge_replacement(case)) == (["replacement.authorise"] if offset >= 0 else [])


@pytest.mark.parametrize("offset", NEAR)
def test_an_indicator_whose_date_has_come_counts_as_sounded(offset: int) -> None:
    """The pump's own date is enough; nobody has to have heard it."""
    case = at(INDICATOR + offset, planned=True, authorised=True)
    assert rules(judge_replacement(case)) == (["replacement.no_date"] if offset >= 0 else [])


def test_an_indicator_that_sounds_early_counts_from_then() -> None:
    """Heard in year 3: no operation has a date, today."""
    case = at(3 * YEAR, sounded_ms=3 * YEAR, planned=True, authorised=True)
    found = judge_replacement(case)
    assert [(each.rule, each.severity) for each in found] == [("replacement.no_date", Severity.TWO_PEOPLE)]
    assert found[0].urgency is Urgency.TODAY


@pytest.mark.parametrize("offset", NEAR)
def test_the_operation_is_within_four_weeks_of_the_indicator(offset: int) -> None:
    """28 days pass, a millisecond more asks for two people; the 90 days are never counted on."""
    case = at(INDICATOR, surgery_ms=INDICATOR + 28 * DAY_MS + offset, planned=True, authorised=True)
    found = judge_replacement(case)
    assert [(each.rule, each.severity) for each in found] == [("replacement.late_date", Severity.TWO_PEOPLE)] * (
        offset > 0
    )


@pytest.mark.parametrize("days", [28, 29, 89, 90, 91])
def test_a_date_after_the_last_possible_day_says_that_the_pump_has_stopped(days: int) -> None:
    """From 90 days on."""
    case = at(INDICATOR, surgery_ms=INDICATOR + days * DAY_MS, planned=True, authorised=True)
    said = " ".join(found.says for found in judge_replacement(case))
    assert ("has stopped" in said) == (days >= 90)


def test_a_date_too_late_is_said_before_the_indicator_sounds() -> None:
    """A year ahead, the date is compared with the indicator that is to come."""
    case = at(INDICATOR - YEAR, surgery_ms=INDICATOR + 60 * DAY_MS, planned=True, authorised=True)
    assert rules(judge_replacement(case)) == ["replacement.late_date"]


@pytest.mark.parametrize("offset", NEAR)
@pytest.mark.parametrize("known", ["sounded", "indicator"])
def test_ninety_days_after_the_indicator_it_is_an_emergency(offset: int, known: str) -> None:
    """By then the pump may have stopped whatever anybody has read."""
    dates = {"sounded_ms": INDICATOR, "indicator_ms": None} if known == "sounded" else {}
    case = at(INDICATOR + 90 * DAY_MS + offset, planned=True, authorised=True, surgery_ms=INDICATOR + DAY_MS, **dates)
    found = judge_replacement(case)
    assert ("replacement.ended" in rules(found)) == (offset >= 0)
    assert (most_urgent(found) is Urgency.NOW) == (offset >= 0)


@pytest.mark.parametrize("now_ms", [0, YEAR, INDICATOR])
def test_an_end_of_service_that_was_read_is_an_emergency_at_any_age(now_ms: int) -> None:
    """It has happened in young pumps."""
    found = judge_replacement(at(now_ms, ended=True))
    assert (found[0].rule, found[0].urgency) == ("replacement.ended", Urgency.NOW)
    assert found[0].severity is Severity.TWO_PEOPLE


@pytest.mark.parametrize("offset", NEAR)
def test_without_a_known_indicator_planning_and_authorisation_begin_in_year_five(offset: int) -> None:
    """Both at once, for nobody knows how much time is left; and that it is not known is said all along."""
    case = at(5 * YEAR + offset, indicator_ms=None)
    due = ["replacement.plan", "replacement.authorise"] if offset >= 0 else []
    assert rules(judge_replacement(case)) == ["replacement.not_known", *due]


def test_with_neither_date_known_everything_is_due_now() -> None:
    """An unknown age is not a young age."""
    case = at(0, implanted_ms=None, indicator_ms=None)
    severities = [found.severity for found in judge_replacement(case)]
    assert severities == [Severity.NOTE, Severity.REASON, Severity.REASON]
    assert rules(judge_replacement(case)) == ["replacement.not_known", "replacement.plan", "replacement.authorise"]


@given(times=st.lists(TIMES, min_size=2, max_size=6), implanted=MAYBE_TIME, indicator=MAYBE_TIME, sounded=MAYBE_TIME)
def test_the_phase_never_goes_back(
    times: list[int], implanted: int | None, indicator: int | None, sounded: int | None
) -> None:
    """Time only brings the end nearer, as long as nothing new is learnt."""
    phases = [
        phase_of(ReplacementCase(now_ms=now, implanted_ms=implanted, indicator_ms=indicator, sounded_ms=sounded))
        for now in sorted(times)
    ]
    assert all(before <= after for before, after in pairwise(phases))


@given(now=TIMES, implanted=MAYBE_TIME, indicator=MAYBE_TIME, sounded=MAYBE_TIME, ended=st.none() | st.booleans())
def test_learning_of_an_alarm_never_makes_it_less_near(
    now: int, implanted: int | None, indicator: int | None, sounded: int | None, ended: bool | None
) -> None:
    """A sound heard, or an end read, only raises the phase; and nothing ever blocks."""
    case = ReplacementCase(now_ms=now, implanted_ms=implanted, indicator_ms=indicator, sounded_ms=sounded, ended=ended)
    assert phase_of(replace(case, sounded_ms=now if sounded is None else sounded)) >= phase_of(case)
    assert phase_of(replace(case, ended=True)) is Phase.ENDED
    assert not blocks(judge_replacement(case))


@given(now=TIMES, indicator=TIMES, earlier=st.integers(0, YEAR))
def test_an_earlier_indicator_is_never_less_near(now: int, indicator: int, earlier: int) -> None:
    """The worse date asks for no less."""
    case = ReplacementCase(now_ms=now, implanted_ms=0, indicator_ms=indicator)
    assert phase_of(replace(case, indicator_ms=indicator - earlier)) >= phase_of(case)


@pytest.mark.parametrize("case", [CASE, ReplacementCase(now_ms=0)])
def test_a_case_is_plain_data(case: ReplacementCase) -> None:
    """It can be written and read back."""
    assert from_plain(type(case), to_plain(case)) == case
