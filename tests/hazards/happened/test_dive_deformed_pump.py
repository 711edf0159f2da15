"""A dive, and a chamber of compressed air.

After a dive to thirty metres the shield of a 40 mL pump was pressed in; at the next refill it took 27 mL
(lirias.kuleuven.be/handle/123456789/397860). In a pressure chamber spinal fluid leaked back into a reservoir, and more
was found than the pump had counted (nature.com/articles/sc199449). Makers allow ten metres, and a full reservoir.

The pump learns of neither: whoever fills feels that no more goes in, and must enter what went in and not what the
label of the pump says. What came back from the spine shows as more left than expected, and as a weaker drug, which
nobody sees.
"""

import pytest
from tests.hazards.happened.replay import ML, RATE, discrepancy, drug_pg, implanted, lived, refilled, rules, sounding
from tests.pump.helpers import program
from tests.twin.helpers import NEW_YEAR_MS, committed

from thecal.care.residual import judge_post_fill, judge_residual
from thecal.findings import Finding
from thecal.mechanism.faults import Deformation, HighPressure, ReverseLeak
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Update
from thecal.pump.devices import SYNCHROMED_40
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

DIVE_MS = NEW_YEAR_MS + 30 * DAY_MS


def dived(days: int = 60) -> Device:
    """An implant whose reservoir was bent on its thirtieth day, so many days after New Year."""
    return lived(implanted(SYNCHROMED_40, faults=[Deformation(at_ms=DIVE_MS)]), days * DAY_MS)[0]


def on_residual(device: Device, filled_nl: int) -> list[Finding]:
    """What the syringe makes of it."""
    now = discrepancy(device, filled_nl=filled_nl)
    return judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)


def test_the_bent_reservoir_takes_27_of_40_ml() -> None:
    """Thirteen stay in the syringe; told of forty, the pump counts what is not there."""
    device, _ = refilled(dived())
    assert (device.metal.reservoir_nl, device.pump.reservoir_nl) == (27 * ML, 40 * ML)
    later, _ = lived(device, 45 * DAY_MS)
    dry, out = lived(later, 5 * DAY_MS)
    assert (drug_pg(out), sounding(dry.pump)) == (0, set())


def test_told_of_what_went_in_it_sounds_in_time() -> None:
    """The entry is the syringe's loss and not the pump's label: then its alarm comes with 2 mL left."""
    device, _ = hands.refill(dived(), volume_nl=40 * ML, concentration_pg_per_nl=500)
    device = committed(device, Update(program=program(), reservoir_nl=27 * ML), "t2")
    low, _ = lived(device, 25 * ML * DAY_MS // RATE)
    assert sounding(low.pump) == {Alarm.LOW_RESERVOIR}
    assert low.metal.reservoir_nl == pytest.approx(2 * ML, abs=SYNCHROMED_40.pulse_nl)


def test_what_is_found_again_after_the_fill_and_at_the_next_refill_says_so() -> None:
    """27 mL drawn back where 40 were entered; or, three weeks later, thirteen too few."""
    device, _ = refilled(dived())
    assert rules(judge_post_fill(put_in_nl=40 * ML, found_nl=27 * ML, capacity_nl=40 * ML)) == {"post_fill.discrepancy"}
    later, _ = lived(device, 21 * DAY_MS)
    assert rules(on_residual(later, 40 * ML)) == {"residual.less_left"}


def test_in_the_chamber_less_flows_and_the_pump_counts_all_of_it() -> None:
    """A fifth less for two hours: nothing to notice, and nothing caught up."""
    slow = HighPressure(start_ms=DIVE_MS, end_ms=DIVE_MS + 2 * HOUR_MS, per_mille=200)
    device, _ = lived(implanted(SYNCHROMED_40, faults=[slow]), 31 * DAY_MS)
    missing_nl = device.metal.reservoir_nl - device.pump.reservoir_nl
    assert missing_nl == pytest.approx(RATE * 2 // 24 // 5, abs=2 * SYNCHROMED_40.pulse_nl)


def test_spinal_fluid_that_ran_back_is_found_as_more_left_and_weaker() -> None:
    """4 mL in half a day: the syringe draws more than is counted, and what is in the reservoir is no 500 any more."""
    leak = ReverseLeak(start_ms=DIVE_MS, end_ms=DIVE_MS + 12 * HOUR_MS, rate_nl_per_day=8 * ML)
    device, _ = lived(implanted(SYNCHROMED_40, faults=[leak]), 31 * DAY_MS)
    assert sounding(device.pump) == set()
    assert rules(on_residual(device, 40 * ML)) == {"residual.more_left"}
    assert device.metal.reservoir_pg < 480 * device.metal.reservoir_nl
