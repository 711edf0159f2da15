"""A pump that gave more than it counted, and was empty without an alarm.

103 pumps delivered more than 14.5 % above the programmed rate, the earliest five months after the implant, and two
patients died: first of too much, then of an empty reservoir whose alarm is only a sum. Why was never established; drugs
off the label, overfilling, running dry, a blocked catheter and long stops came before it (Z-1570-2014, March 2014;
apps.tga.gov.au, RC-2016-RN-01458-1).

The pump cannot know: it has no meter. The syringe does, at every refill, and the date for the next one is worked out
for a pump that gives 14.5 % too much. Where it gives more than that, a refill that comes in time is the only catch.
"""

import pytest
from tests.hazards.happened.replay import (
    DOSE,
    ML,
    RATE,
    daily_pg,
    discrepancy,
    drug_pg,
    implanted,
    lived,
    rules,
    sounding,
)
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.book_by import book_by
from thecal.care.residual import judge_residual
from thecal.findings import Severity
from thecal.mechanism.faults import OverDelivery
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS


def over_delivering(per_mille: int) -> Device:
    """An implant that gives so much more from its second hour on."""
    onset = OverDelivery(start_ms=NEW_YEAR_MS, full_ms=NEW_YEAR_MS + HOUR_MS, per_mille=per_mille)
    return implanted(faults=[onset])


def test_half_as_much_again_flows_and_the_pump_counts_what_it_was_told() -> None:
    """450 mcg a day instead of 300, and the same read-out as of a sound pump."""
    ill, out = lived(over_delivering(500), 10 * DAY_MS)
    sound, _ = lived(implanted(), 10 * DAY_MS)
    assert daily_pg(out, NEW_YEAR_MS + 5 * DAY_MS, 1)[0] == pytest.approx(DOSE * 15 // 10, rel=1e-6)
    assert machine.interrogate(ill.pump) == machine.interrogate(sound.pump)


def test_it_is_empty_and_silent() -> None:
    """Nothing flows on day 24, and the pump still counts 5.6 mL and has no alarm."""
    ill, _ = lived(over_delivering(500), 23 * DAY_MS)
    assert ill.metal.deliverable_nl == 0
    assert drug_pg(lived(ill, DAY_MS)[1]) == 0
    assert (ill.pump.reservoir_nl, sounding(ill.pump)) == (20 * ML - 23 * RATE, set())
    told, _ = lived(ill, 11 * DAY_MS)
    assert Alarm.EMPTY_RESERVOIR in sounding(told.pump)


@pytest.mark.parametrize(("per_mille", "shows"), [(50, False), (146, True), (300, True)])
def test_the_syringe_finds_it_at_the_refill(per_mille: int, shows: bool) -> None:
    """After twenty days: within the specification no word; beyond 14.5 % less is left than expected, a reason."""
    ill, _ = lived(over_delivering(per_mille), 20 * DAY_MS)
    now = discrepancy(ill, filled_nl=20 * ML)
    found = judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)
    assert rules(found) == ({"residual.less_left"} if shows else set())
    assert all(each.severity is Severity.REASON and "sooner" in each.remedy for each in found)


def test_less_than_the_limit_twice_running_is_a_trend() -> None:
    """12 % too much stays within the specification; the second refill in a row says so all the same."""
    ill, _ = lived(over_delivering(120), 14 * DAY_MS)
    now = discrepancy(ill, filled_nl=20 * ML)
    once = judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)
    twice = judge_residual(now=now, earlier=now, increases=False, restarts=False, explained=False)
    assert (rules(once), rules(twice)) == (set(), {"residual.less_left"})


def test_the_refill_is_booked_for_a_pump_that_gives_14_5_per_cent_too_much() -> None:
    """On the book-by date such a pump still gives its dose; by its own date it has long been dry."""
    ill = over_delivering(145)
    read = machine.interrogate(ill.pump)
    booked = book_by(
        at_ms=read.at_ms, reservoir_nl=read.reservoir_nl, rate_nl_per_day=RATE, low_reservoir_ms=read.low_reservoir_ms,
        filled_ms=read.at_ms, filled_nl=read.reservoir_nl, site_maximum_ms=None,
    )  # fmt: skip
    assert booked.at_ms is not None
    then, _ = lived(ill, booked.at_ms - read.at_ms)
    assert then.metal.deliverable_nl > 0
    assert read.empty_ms is not None
    assert lived(ill, read.empty_ms - read.at_ms)[0].metal.deliverable_nl == 0
