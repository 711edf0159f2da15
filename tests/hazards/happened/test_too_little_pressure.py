"""Pumps that were made without the gas that drives them.

In May 2008 a batch of pumps was called back by its serial numbers; the reason is not told on the page that could be
read, and is remembered as missing propellant: without its pressure the reservoir hands on less than the rotor is told
to take (ismyproductrecalled.com, SynchroMed II, May 2008).

The pump counts what it commands and finds nothing amiss. The syringe finds more left than expected at the very first
refill, and by how much. Whether this implant is of the batch stands on a list that this version does not hold: its
serial number is looked up by hand.
"""

import pytest
from tests.hazards.happened.replay import DOSE, ML, daily_pg, discrepancy, implanted, lived, rules, sounding
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.residual import judge_residual
from thecal.findings import Severity
from thecal.mechanism.faults import UnderDelivery
from thecal.pump import machine
from thecal.twin.device import Device
from thecal.units import DAY_MS


def weak(per_mille: int) -> Device:
    """An implant that gives so much less, from the first day."""
    return implanted(faults=[UnderDelivery(start_ms=NEW_YEAR_MS, per_mille=per_mille)])


def test_a_third_is_missing_and_the_read_out_is_that_of_a_sound_pump() -> None:
    """200 mcg a day instead of 300, from a pump that says 300."""
    ill, out = lived(weak(333), 20 * DAY_MS)
    assert daily_pg(out, NEW_YEAR_MS, 1)[0] == pytest.approx(DOSE * 667 // 1_000, rel=1e-4)
    assert machine.interrogate(ill.pump) == machine.interrogate(lived(implanted(), 20 * DAY_MS)[0].pump)
    assert sounding(ill.pump) == set()


@pytest.mark.parametrize(("per_mille", "shows"), [(100, False), (146, True), (333, True), (1_000, True)])
def test_the_first_refill_shows_it(per_mille: int, shows: bool) -> None:
    """Beyond the specification after twenty days: more left; filling goes on, an increase waits."""
    now = discrepancy(lived(weak(per_mille), 20 * DAY_MS)[0], filled_nl=20 * ML)
    assert now.more_left
    found = judge_residual(now=now, earlier=None, increases=True, restarts=False, explained=False)
    assert rules(found) == ({"residual.more_left", "residual.increase"} if shows else set())
    filling = judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)
    assert all(each.severity is Severity.REASON for each in filling)
