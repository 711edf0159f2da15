"""A film in the battery.

A resistive film made batteries seem empty before their time: low-battery resets, replacement indicators years early,
and ends of service soon after the indicator instead of ninety days later. 55 cases were counted and one death; of the
pumps of early 2011 three in a hundred were hit within six years (notices of July 2009 and 2011, April 2017;
hsa.gov.sg, reduced battery performance of the model 8637; class I, 2011).

No pump can say how fast a film grows. So the indicator is an order to act: the operation within four weeks, never the
ninety days, and the plan says what happens if the pump ends first.
"""

import pytest
from tests.hazards.happened.replay import RATE, drug_pg, implanted, kinds, lived, sounding
from tests.twin.helpers import NEW_YEAR_MS, committed

from thecal.care.replacement import ReplacementCase, judge_replacement
from thecal.findings import Urgency
from thecal.mechanism.faults import BatteryFilm, LowBatteryReset
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Update
from thecal.pump.devices import MINIMUM_RATE, SYNCHROMED_20
from thecal.pump.events import EventKind
from thecal.pump.states import State
from thecal.units import DAY_MS

FILM_MS = NEW_YEAR_MS + 10 * DAY_MS


@pytest.mark.parametrize("days", [3, 20, 89])
def test_the_ninety_days_shrink_and_delivery_ends(days: int) -> None:
    """The indicator sounds as the voltage falls; when it falls again nothing flows any more, critically."""
    film = BatteryFilm(start_ms=FILM_MS, end_ms=FILM_MS + days * DAY_MS)
    asks, _ = lived(implanted(SYNCHROMED_20, faults=[film]), 10 * DAY_MS)
    assert sounding(asks.pump) == {Alarm.REPLACEMENT_INDICATOR}
    promised_ms = machine.interrogate(asks.pump).end_of_service_ms
    assert promised_ms == FILM_MS + 90 * DAY_MS
    ended, out = lived(asks, days * DAY_MS)
    assert ended.now_ms < promised_ms
    assert (ended.pump.state, Alarm.END_OF_SERVICE in sounding(ended.pump)) == (State.END_OF_SERVICE, True)
    assert drug_pg(out) > 0
    assert drug_pg(lived(ended, 5 * DAY_MS)[1]) == 0


def test_a_reset_by_the_film_is_withdrawal_at_a_hundredth_of_the_dose_and_sounds() -> None:
    """Minimum rate, the critical alarm, a line in the log, and the program kept for whoever restarts it."""
    reset, _ = lived(implanted(SYNCHROMED_20, faults=[LowBatteryReset(at_ms=FILM_MS)]), 10 * DAY_MS)
    assert (reset.pump.state, sounding(reset.pump)) == (State.MINIMUM_RATE, {Alarm.LOW_BATTERY_RESET})
    assert Alarm.LOW_BATTERY_RESET.is_critical
    assert EventKind.RESTARTED in kinds(reset.pump)
    week, out = lived(reset, 7 * DAY_MS)
    assert sum(each.volume_nl for each in out) <= 7 * MINIMUM_RATE.whole()
    assert week.pump.program is not None
    restarted = committed(week, Update(program=week.pump.program), "t2")
    assert (restarted.pump.state, sounding(restarted.pump)) == (State.INFUSING, set())
    assert sum(each.volume_nl for each in lived(restarted, DAY_MS)[1]) == pytest.approx(RATE, abs=50)


def test_the_plan_does_not_lean_on_ninety_days() -> None:
    """A date six weeks after the indicator is too late by two; no date at all is today's work."""
    sounded = ReplacementCase(now_ms=FILM_MS, sounded_ms=FILM_MS, planned=True, authorised=True)
    found = {each.rule: each for each in judge_replacement(sounded)}
    assert found["replacement.no_date"].urgency is Urgency.TODAY
    assert "may stop before" in found["replacement.no_date"].says
    late = ReplacementCase(
        now_ms=FILM_MS, sounded_ms=FILM_MS, planned=True, authorised=True, surgery_ms=FILM_MS + 42 * DAY_MS
    )
    assert "replacement.late_date" in {each.rule for each in judge_replacement(late)}


def test_a_pump_that_ended_is_withdrawal_now() -> None:
    """Whoever reads end of service opens the page for too little drug."""
    (ended,) = [
        each
        for each in judge_replacement(ReplacementCase(now_ms=FILM_MS, ended=True))
        if each.rule == "replacement.ended"
    ]
    assert ended.urgency is Urgency.NOW
