"""Nineteen millilitres left, twice, and then a restart that nearly killed.

At two refills running the reservoir was found all but full: the drug had not flowed. The pump was stopped and started
again, and it then gave so much that the patient was found in coma (Sgouros 2010). In another case refills by two
different people were each followed by an overdose (J Neurosurg Pediatr 2015).

A pump that delivers nothing and counts everything sounds no alarm. The syringe shows it the first time: no increase,
no restart by one person, and a search for the cause. What a failing motor does after that no rule can foresee; a
limiter that looks at the rotor itself cuts the current, and it can do so only once the sensor has spoken.
"""

import pytest
from tests.hazards.happened.replay import (
    DOSE,
    ML,
    RATE,
    discrepancy,
    drug_pg,
    implanted,
    lived,
    refilled,
    sounding,
)
from tests.programmer.reviews import asked, order, reviewed, stopped
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.residual import Discrepancy, judge_residual
from thecal.findings import Severity
from thecal.mechanism.faults import Runaway, UnderDelivery
from thecal.programmer.review import Circumstances, LastFill, Refill, Verdict
from thecal.pump.alarms import Alarm
from thecal.pump.states import State
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

INTERVAL_MS = 30 * DAY_MS
RESTART_MS = NEW_YEAR_MS + 2 * INTERVAL_MS
HARDLY = UnderDelivery(start_ms=NEW_YEAR_MS, end_ms=RESTART_MS, per_mille=950)
"""One part in twenty of what is commanded."""


def runs_away(sensed_after_ms: int) -> Runaway:
    """From the restart on a motor that turns by itself, 10 mL/day: 5 mg."""
    return Runaway(start_ms=RESTART_MS, rate_nl_per_day=10 * ML, sensed_after_ms=sensed_after_ms)


def interval(device: Device) -> tuple[Device, Discrepancy]:
    """(a month later, what the syringe finds)."""
    later, _ = lived(device, INTERVAL_MS)
    return later, discrepancy(later, filled_nl=20 * ML)


def test_the_pump_says_nothing_while_hardly_a_drop_flows() -> None:
    """15 mcg a day instead of 300 for a month; the count is as programmed and no alarm but the low reservoir's."""
    device, _ = interval(implanted(faults=[HARDLY]))
    assert device.account.tip_pg == pytest.approx(30 * DOSE // 20, rel=1e-6)
    assert device.pump.reservoir_nl == 20 * ML - 30 * RATE
    assert sounding(device.pump) == {Alarm.LOW_RESERVOIR}


def test_nineteen_millilitres_are_found_twice() -> None:
    """Each time two were expected: more left, beyond every limit, and the second time a trend as well."""
    first_device, first = interval(implanted(faults=[HARDLY]))
    _, second = interval(refilled(first_device)[0])
    for now in (first, second):
        assert now.withdrawn_nl == pytest.approx(19 * ML, abs=ML // 5)
    (found,) = judge_residual(now=second, earlier=first, increases=False, restarts=False, explained=False)
    assert found.rule == "residual.more_left"
    assert {number.name for number in found.numbers} == {"residual_volume", "residual_share", "residual_trend"}


def test_an_increase_is_blocked_and_a_restart_takes_two() -> None:
    """More drug on top of drug that did not flow waits for an explanation; nobody restarts alone."""
    _, now = interval(implanted(faults=[HARDLY]))
    raised = judge_residual(now=now, earlier=None, increases=True, restarts=False, explained=False)
    assert {each.rule: each.severity for each in raised}["residual.increase"] is Severity.BLOCK
    restarted = judge_residual(now=now, earlier=None, increases=False, restarts=True, explained=False)
    assert {each.rule: each.severity for each in restarted}["residual.restart"] is Severity.TWO_PEOPLE


def test_the_review_of_that_restart_is_not_clear() -> None:
    """The very visit: 19 mL drawn, the pump stopped for five minutes and to be started with the dose before."""
    device, now = interval(implanted(faults=[HARDLY]))
    circumstances = Circumstances(
        catheter_length_mm=890,
        last_fill=LastFill(at_ms=NEW_YEAR_MS, filled_nl=20 * ML),
        refill=Refill(filled_nl=20 * ML, withdrawn_nl=now.withdrawn_nl),
    )
    done = reviewed(stopped(device.pump), order(), circumstances)
    assert {"residual.more_left", "residual.restart", "restart.cause_unknown"} <= set(asked(done))
    assert done.verdict is Verdict.WANTS_SIGNATURE
    assert "a second person" in done.missing


@pytest.mark.parametrize("hours", [0, 6])
def test_the_motor_that_then_runs_away_is_cut_when_the_sensor_speaks(hours: int) -> None:
    """5 mg a day on top of the dose until it is sensed; from then on nothing, and the most urgent alarm there is."""
    device, _ = interval(implanted(faults=[HARDLY, runs_away(hours * HOUR_MS)]))
    device, _ = lived(refilled(device)[0], INTERVAL_MS)
    device, _ = refilled(device)
    ran, out = lived(device, hours * HOUR_MS) if hours else (device, ())
    assert drug_pg(out) == pytest.approx((10 * ML + RATE) * 500 * hours // 24, rel=1e-3)
    cut, out = lived(ran, DAY_MS)
    assert drug_pg(out) <= 2 * 500
    assert cut.pump.state is State.STOPPED
    assert Alarm.LIMITER_CUT in sounding(cut.pump)
