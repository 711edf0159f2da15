"""A pump whose memory has lost its program is reviewed as a restart, never as somebody's first dose."""

from dataclasses import replace

from tests.programmer.reviews import KNOWN, MCG, asked, order, reviewed, running

from thecal.findings import Severity
from thecal.pump.alarms import Alarm
from thecal.pump.machine import advance, interrogate
from thecal.pump.memory import Pump, interrupted_since_ms
from thecal.pump.recovery import flip
from thecal.pump.states import State
from thecal.units import DAY_MS

BOTH_BANKS = ((0, 1), (1, 1))


def emptied() -> Pump:
    """A pump that ran 300 mcg/day for four weeks and then lost both banks of its memory."""
    lost = flip(running(), *BOTH_BANKS)
    assert (lost.program, lost.state) == (None, State.STOPPED)
    assert Alarm.NO_PROGRAM in {active.alarm for active in lost.alarms}
    return lost


def test_it_counts_as_interrupted_since_it_stopped() -> None:
    """Nobody knows its program, and everybody knows that nothing flows."""
    lost = emptied()
    assert interrupted_since_ms(interrogate(lost)) == lost.state_since_ms


def test_the_dose_before_may_be_restored_soon_after() -> None:
    """The record's last dose is what it was; no first dose is judged, and no screening test asked for."""
    known = replace(KNOWN, before_stop_pg_per_day=300 * MCG)
    assert not [rule for rule in asked(reviewed(emptied(), order(), known)) if rule.startswith(("start.", "restart."))]


def test_more_than_before_or_a_dose_that_nobody_knows_is_asked_about() -> None:
    """A higher dose, and one without anything to compare it with."""
    for before, mcg in ((300 * MCG, 310), (None, 300)):
        found = asked(reviewed(emptied(), order(mcg), replace(KNOWN, before_stop_pg_per_day=before)))
        assert found["restart.dose"] >= Severity.REASON
        assert not [rule for rule in found if rule.startswith("start.")]


def test_after_days_without_a_program_it_is_a_long_interruption() -> None:
    """As after any stop of more than 48 h."""
    later, _ = advance(emptied(), emptied().now_ms + 3 * DAY_MS)
    found = asked(reviewed(later, order(), replace(KNOWN, before_stop_pg_per_day=300 * MCG)))
    assert "restart.interruption" in found
