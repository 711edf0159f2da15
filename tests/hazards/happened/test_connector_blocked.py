"""A connector that shut, and one that came off.

Between pump and catheter, sutureless connectors were joined askew and let nothing through (pumps' catheters made from
2006 to 2012; class I, June 2013; fda.gov, ucm359126), and in 2014 a retaining ring let catheters come off. Two deaths
by blockage are counted. The patient is in withdrawal beside a pump that works.

No pump here has a sensor for it: motor, count and reservoir are as they should be. A blockage shows when the reservoir
is emptied, for more is left; a disconnection does not even there. Then the patient's need is the only sign, and the
search goes to the pictures and the access port.
"""

import pytest
from tests.hazards.happened.replay import ML, RATE, discrepancy, drug_pg, implanted, lived, rules, sounding
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.need import Need, NeedCase, judge_need
from thecal.care.residual import judge_residual
from thecal.care.restart import Interruption, RestartCase, judge_restart
from thecal.care.search import SEARCH, Result, StepResult, next_step
from thecal.care.titration import Phase
from thecal.catheter.faults import CatheterFault, Disconnection, Occlusion
from thecal.pump import machine
from thecal.pump.devices import TUBING
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS

BLOCKED = Occlusion(start_ms=NEW_YEAR_MS + DAY_MS, place_nl=TUBING.whole(), compliance_nl=10_000)
OFF = Disconnection(start_ms=NEW_YEAR_MS + DAY_MS, place_nl=TUBING.whole())


def ill(fault: CatheterFault, days: int = 20) -> Device:
    """An implant that long after New Year, its path failed on the second day."""
    return lived(implanted(ways=[fault]), days * DAY_MS)[0]


@pytest.mark.parametrize("fault", [BLOCKED, OFF])
def test_nothing_reaches_the_spine_and_the_pump_is_content(fault: CatheterFault) -> None:
    """One day of drug, then none; the read-out is that of a sound pump, to the last field."""
    device = ill(fault)
    assert device.account.tip_pg == RATE * 500
    assert drug_pg(lived(device, DAY_MS)[1]) == 0
    sound, _ = lived(implanted(), 20 * DAY_MS)
    assert machine.interrogate(device.pump) == machine.interrogate(sound.pump)
    assert sounding(device.pump) == set()


def test_a_blockage_is_found_by_the_syringe() -> None:
    """19.4 mL but for a hundredth where 8 were expected: more left, and no increase before somebody knows why."""
    now = discrepancy(ill(BLOCKED), filled_nl=20 * ML)
    assert now.withdrawn_nl == 20 * ML - RATE - 10_000
    found = judge_residual(now=now, earlier=None, increases=True, restarts=False, explained=False)
    assert rules(found) == {"residual.more_left", "residual.increase"}


def test_a_disconnection_leaves_no_trace_in_the_reservoir() -> None:
    """All the drug has left it, into the tissue: the syringe agrees with the pump."""
    device = ill(OFF)
    assert device.account.leaked_pg == 19 * RATE * 500
    now = discrepancy(device, filled_nl=20 * ML)
    assert now.less_left_nl == 0
    assert judge_residual(now=now, earlier=None, increases=True, restarts=False, explained=False) == []


def test_increases_that_did_nothing_ask_about_the_catheter() -> None:
    """Twice raised without an answer: pump and catheter are looked at before a third time."""
    need = Need(without_response=2, since_start_ms=200 * DAY_MS)
    found = judge_need(NeedCase(need=need, old_pg_per_day=400, new_pg_per_day=480, phase=Phase.MAINTENANCE))
    assert "titration.no_response" in rules(found)
    assert any("catheter" in each.remedy.lower() + each.says.lower() for each in found)


@pytest.mark.parametrize("fault", [BLOCKED, OFF])
def test_nothing_comes_from_the_access_port(fault: CatheterFault) -> None:
    """A syringe there draws no spinal fluid: the search's ninth step, and no contrast after it."""
    _, came_nl = hands.aspirate(ill(fault), volume_nl=500_000)
    assert came_nl == 0
    sound, _ = lived(implanted(), DAY_MS)
    assert hands.aspirate(sound, volume_nl=500_000)[1] == 500_000
    tried = tuple(StepResult(step=each.number, result=Result.SOUND) for each in SEARCH[:9])
    then = next_step((*tried, StepResult(step=9, result=Result.NOT_POSSIBLE)))
    assert then is not None
    assert "contrast" not in then.do.lower()


def test_after_the_repair_the_restart_is_low() -> None:
    """Drug arrives that did not arrive before: the dose that did nothing would now be too much."""
    raised = RestartCase(
        new_pg_per_day=480, before_pg_per_day=480, stopped_for_ms=DAY_MS, interruption=Interruption.REPAIR
    )
    assert "restart.start_low" in rules(judge_restart(raised))
