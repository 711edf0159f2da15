"""Restart: short and explained, the program before; anything else a prescriber's dose, watched; never a block."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import DOSES, MCG, around, blocks, rules

from thecal.care.restart import (
    RESUMES,
    Interruption,
    RestartCase,
    SettingCase,
    judge_restart,
    judge_setting,
    offers_previous,
)
from thecal.findings import Severity, worst
from thecal.units import DAY_MS, HOUR_MS

ANSWERS = st.sampled_from([True, False, None])
CAUSES = st.sampled_from([*Interruption, None])
STOPS = st.none() | st.integers(0, 90 * DAY_MS)
SAME = RestartCase(
    new_pg_per_day=300, before_pg_per_day=300, stopped_for_ms=48 * HOUR_MS, interruption=Interruption.SCAN
)
LOW = sorted(set(Interruption) - RESUMES, key=lambda cause: cause.name)


@pytest.mark.parametrize("stopped_ms", around(48 * HOUR_MS))
def test_after_48_hours_a_restart_takes_two_people(stopped_ms: int) -> None:
    """Up to and including 48 hours the dose before is simply restored."""
    found = judge_restart(replace(SAME, stopped_for_ms=stopped_ms))
    assert rules(found) == (["restart.interruption"] if stopped_ms > 48 * HOUR_MS else [])
    assert worst(found) is (Severity.TWO_PEOPLE if found else None)
    offered = offers_previous(stopped_for_ms=stopped_ms, interruption=Interruption.SCAN)
    assert offered == (stopped_ms <= 48 * HOUR_MS)


@pytest.mark.parametrize("new", around(300 * MCG))
def test_no_more_than_the_dose_before(new: int) -> None:
    """A picogram more asks for two people; equal and less do not."""
    found = judge_restart(replace(SAME, new_pg_per_day=new, before_pg_per_day=300 * MCG))
    assert ("restart.dose" in rules(found)) == (new > 300 * MCG)
    assert all(each.severity is Severity.TWO_PEOPLE for each in found if each.rule == "restart.dose")


@pytest.mark.parametrize("cause", Interruption)
def test_only_a_settled_cause_offers_the_program_before(cause: Interruption) -> None:
    """A scan, an empty reservoir, a stop on purpose, a new pump; never after a repair, a holiday or an overdose."""
    resumes = cause.name in {"SCAN", "EMPTY", "ON_PURPOSE", "REPLACED"}
    assert offers_previous(stopped_for_ms=0, interruption=cause) == resumes
    assert ("restart.start_low" in rules(judge_restart(replace(SAME, interruption=cause)))) != resumes


@pytest.mark.parametrize("cause", LOW)
@pytest.mark.parametrize("new", [1, 298, 299, 300, 301, 302, 600])
def test_starting_low_is_lower_than_before(cause: Interruption, new: int) -> None:
    """At the dose before, or where it is not known, two people; lower, a note that it is watched."""
    found = judge_restart(replace(SAME, interruption=cause, new_pg_per_day=new))
    low = next(each for each in found if each.rule == "restart.start_low")
    assert low.severity is (Severity.NOTE if new < 300 else Severity.TWO_PEOPLE)
    unknown = judge_restart(replace(SAME, interruption=cause, new_pg_per_day=new, before_pg_per_day=None))
    assert worst(unknown) is Severity.TWO_PEOPLE


def test_an_unknown_cause_takes_two_people_however_short() -> None:
    """Nobody restarts alone what nobody has explained."""
    found = judge_restart(replace(SAME, interruption=None, stopped_for_ms=1))
    assert [(each.rule, each.severity) for each in found] == [("restart.cause_unknown", Severity.TWO_PEOPLE)]


@given(new=DOSES, before=st.none() | DOSES, stopped=STOPS, cause=CAUSES)
def test_restoring_is_never_blocked(
    new: int, before: int | None, stopped: int | None, cause: Interruption | None
) -> None:
    """Withdrawal does not wait for paper; what is unknown asks for two people."""
    case = RestartCase(new_pg_per_day=new, before_pg_per_day=before, stopped_for_ms=stopped, interruption=cause)
    found = judge_restart(case)
    assert not blocks(found)
    if None in {before, stopped, cause}:
        assert worst(found) is Severity.TWO_PEOPLE
    if not offers_previous(stopped_for_ms=stopped, interruption=cause):
        assert found


@given(stopped=STOPS, cause=CAUSES, prescriber=ANSWERS, bed=ANSWERS)
def test_what_is_not_offered_is_set_by_a_prescriber_in_a_monitored_bed(
    stopped: int | None, cause: Interruption | None, prescriber: bool | None, bed: bool | None
) -> None:
    """Both known to be there, or two people; offered, neither is asked for. Never a block."""
    found = judge_setting(
        SettingCase(stopped_for_ms=stopped, interruption=cause, set_by_prescriber=prescriber, monitored_bed=bed)
    )
    ready = prescriber is True and bed is True
    assert bool(found) == (not ready and not offers_previous(stopped_for_ms=stopped, interruption=cause))
    assert worst(found) is (Severity.TWO_PEOPLE if found else None)
    if found:
        assert found[0].field == ("monitored_bed" if prescriber is True else "set_by_prescriber")
    assert not blocks(found)


@given(stopped=STOPS, cause=CAUSES)
def test_knowing_less_never_offers_more(stopped: int | None, cause: Interruption | None) -> None:
    """Striking out the time or the cause never opens the way to the program before."""
    assert not offers_previous(stopped_for_ms=None, interruption=cause)
    assert not offers_previous(stopped_for_ms=stopped, interruption=None)
