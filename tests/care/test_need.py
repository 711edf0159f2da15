"""A rising need asks about pump and catheter before it asks for dose, by phase, and unknown is never checked."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import MCG, around, blocks, rules

from thecal.care.need import Need, NeedCase, judge_need
from thecal.care.titration import Phase
from thecal.findings import Finding, Severity
from thecal.units import DAY_MS

YEAR_MS, MONTHS_18_MS = 365 * DAY_MS, 548 * DAY_MS
QUIET = Need(without_response=0, since_start_ms=3 * YEAR_MS, year_ago_pg_per_day=300 * MCG, stable_for_ms=30 * DAY_MS)
CHECKED = {"pump_checked": True, "catheter_checked": True}
NEEDS = st.builds(
    Need,
    without_response=st.none() | st.integers(0, 6),
    since_start_ms=st.none() | st.integers(0, 4 * YEAR_MS),
    year_ago_pg_per_day=st.none() | st.integers(0, 1_000 * MCG),
    stable_for_ms=st.none() | st.integers(0, 2 * YEAR_MS),
    pump_checked=st.none() | st.booleans(),
    catheter_checked=st.none() | st.booleans(),
)
PHASES = st.none() | st.sampled_from(Phase)


def asked(
    *, old: int = 300 * MCG, new: int | None = 330 * MCG, phase: Phase | None = Phase.MAINTENANCE, **told: Any
) -> list[Finding]:
    """An increase in maintenance of which nothing is odd, but for what is named."""
    return judge_need(NeedCase(need=replace(QUIET, **told), old_pg_per_day=old, new_pg_per_day=new, phase=phase))


def severity(found: list[Finding], rule: str) -> Severity | None:
    """How much one rule asks for."""
    return next((each.severity for each in found if each.rule == rule), None)


LATER = {0: None, 1: Severity.REASON, 2: Severity.TWO_PEOPLE, 3: Severity.TWO_PEOPLE, 9: Severity.TWO_PEOPLE}
EARLY = {0: None, 1: None, 2: Severity.TWO_PEOPLE, 3: Severity.TWO_PEOPLE, 9: Severity.TWO_PEOPLE}


@pytest.mark.parametrize(("phase", "table"), [(Phase.TITRATION, EARLY), (Phase.MAINTENANCE, LATER), (None, LATER)])
def test_increases_that_did_nothing_ask_about_the_catheter(
    phase: Phase | None, table: dict[int, Severity | None]
) -> None:
    """Later one asks for a reason and two for two people; in titration only two do; an unknown phase is later."""
    for count, expected in table.items():
        found = asked(phase=phase, without_response=count)
        assert severity(found, "titration.no_response") == expected, count


@pytest.mark.parametrize("rise", [0, *around(100 * MCG), 100 * MCG - MCG, 100 * MCG + MCG])
def test_more_than_100_mcg_in_a_year_asks_about_the_catheter(rise: int) -> None:
    """A picogram more than 100 mcg/day above the dose of a year ago does; 100 does not."""
    found = asked(old=500 * MCG + rise - MCG, new=500 * MCG + rise, year_ago_pg_per_day=500 * MCG)
    assert (severity(found, "titration.late_rise") is Severity.TWO_PEOPLE) == (rise > 100 * MCG)


@pytest.mark.parametrize("since_ms", [*around(MONTHS_18_MS), None])
def test_the_first_eighteen_months_may_rise(since_ms: int | None) -> None:
    """The dose climbs for 18 months and then is settled; an unknown start counts as long ago."""
    found = asked(year_ago_pg_per_day=100 * MCG, since_start_ms=since_ms)
    late = since_ms is None or since_ms >= MONTHS_18_MS
    assert (severity(found, "titration.late_rise") is not None) == late


@pytest.mark.parametrize("stable_ms", around(90 * DAY_MS))
@pytest.mark.parametrize("phase", [*Phase, None])
def test_a_change_after_stable_months_asks_about_the_catheter(stable_ms: int, phase: Phase | None) -> None:
    """From 90 days at one dose on; in titration nothing is stable yet."""
    found = asked(stable_for_ms=stable_ms, phase=phase)
    expected = stable_ms >= 90 * DAY_MS and phase is not Phase.TITRATION
    assert (severity(found, "titration.after_stable") is Severity.REASON) == expected


ODD: dict[str, Any] = {"without_response": 2, "year_ago_pg_per_day": 100 * MCG, "stable_for_ms": 200 * DAY_MS}


@pytest.mark.parametrize("pump", [True, False, None])
@pytest.mark.parametrize("catheter", [True, False, None])
def test_only_both_checked_is_checked(pump: bool | None, catheter: bool | None) -> None:
    """One of the two, a no, or nobody knows: the finding names what is left."""
    found = asked(pump_checked=pump, catheter_checked=catheter, **ODD)
    both = pump is True and catheter is True
    assert bool(found) != both
    for each in found:
        assert ("the pump" in each.says) == (pump is not True)
        assert ("the catheter" in each.says) == (catheter is not True)
        assert "first" in each.remedy


def test_what_is_not_known_is_said() -> None:
    """Each of the three, and a year ago only where it would matter."""
    for name, words in (
        ("without_response", "helped"), ("year_ago_pg_per_day", "a year ago"), ("stable_for_ms", "last changed"),
    ):  # fmt: skip
        unknown: dict[str, Any] = {name: None}
        found = asked(**unknown)
        assert rules(found) == ["titration.need_unknown"]
        assert words in found[0].says
    assert asked(year_ago_pg_per_day=None, since_start_ms=YEAR_MS) == []


@pytest.mark.parametrize("new", [0, 1, 299 * MCG, 300 * MCG, 300 * MCG + 30_000])
def test_a_dose_that_does_not_rise_is_asked_nothing(new: int) -> None:
    """Lowering, stopping and the same dose wait for no search."""
    assert asked(new=new, **ODD) == []


def test_a_need_with_no_dose_proposed_is_said_and_no_more() -> None:
    """Writing down that more is needed asks for no signature."""
    found = asked(new=None, **ODD)
    assert rules(found) == ["titration.no_response", "titration.late_rise", "titration.after_stable"]
    assert {each.severity for each in found} == {Severity.NOTE}


@given(need=NEEDS, phase=PHASES, old=st.integers(1, 900 * MCG), more=st.integers(MCG, 900 * MCG))
def test_nothing_is_blocked_and_what_was_checked_asks_for_nothing(
    need: Need, phase: Phase | None, old: int, more: int
) -> None:
    """Whatever is known: two people at most, and none once pump and catheter were looked at."""
    case = NeedCase(need=need, old_pg_per_day=old, new_pg_per_day=old + more, phase=phase)
    assert not blocks(judge_need(case))
    assert judge_need(replace(case, need=replace(need, **CHECKED))) == []


@given(need=NEEDS, phase=PHASES, old=st.integers(1, 900 * MCG), more=st.integers(MCG, 900 * MCG))
def test_more_steps_in_vain_and_a_steeper_rise_never_ask_for_less(
    need: Need, phase: Phase | None, old: int, more: int
) -> None:
    """One more increase without response, or a lower dose a year ago, keeps every finding as hard as it was."""
    case = NeedCase(need=need, old_pg_per_day=old, new_pg_per_day=old + more, phase=phase)
    worse = replace(
        need,
        without_response=None if need.without_response is None else need.without_response + 1,
        year_ago_pg_per_day=None if need.year_ago_pg_per_day is None else need.year_ago_pg_per_day // 2,
    )
    before = {each.rule: each.severity for each in judge_need(case)}
    after = {each.rule: each.severity for each in judge_need(replace(case, need=worse))}
    assert all(after.get(rule, Severity.NOTE) >= asks for rule, asks in before.items())
    assert set(before) <= set(after)


@pytest.mark.parametrize(("count", "words"), [(1, "The last increase did"), (2, "The last 2 increases did")])
def test_the_words_count_the_increases(count: int, words: str) -> None:
    """One is told as one; and of two parts that are not checked, both are."""
    (found,) = asked(without_response=count)
    assert words in found.says
    assert "are not known" in found.says
    assert "the catheter is not known" in asked(without_response=count, pump_checked=True)[0].says


@pytest.mark.parametrize("since_ms", around(MONTHS_18_MS))
def test_the_dose_of_a_year_ago_is_asked_for_from_eighteen_months_on(since_ms: int) -> None:
    """Before, it tells nothing."""
    found = rules(asked(year_ago_pg_per_day=None, since_start_ms=since_ms))
    assert found == (["titration.need_unknown"] if since_ms >= MONTHS_18_MS else [])
