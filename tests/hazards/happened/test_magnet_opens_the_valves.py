"""A magnet that opened a pump's valves, and a safety valve that stayed shut.

A pump that doses by valves, and not by a motor, can be opened by a scanner's field: the gas pushes reservoir and
catheter out into the spine. Europe re-labelled that model as unsafe in the scanner (field notice, October 2019,
dokumen.tips). Its successor has a valve that closes in a strong field, after 0.01 mL at most, and then stays closed
until a hand resets it: no drug at all (instructions for use, manualshive.com, 13827; FDA communication on MR, 2017).

Neither pump notices. So the reservoir is emptied before the scan, and afterwards the valve is reset and the reservoir
drawn: the syringe knows what the count does not.
"""

import pytest
from tests.hazards.happened.replay import ML, RATE, discrepancy, drug_pg, implanted, lived, rules, sounding
from tests.twin.helpers import NEW_YEAR_MS, PATH_NL

from thecal.care.residual import judge_residual
from thecal.findings import Finding
from thecal.mechanism.faults import FreeFlow, SafetyValveShut
from thecal.pump import machine
from thecal.pump.devices import PROMETRA_20
from thecal.pump.memory import Interrogation
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

SCAN_MS = NEW_YEAR_MS + DAY_MS
OPENS = FreeFlow(start_ms=SCAN_MS, end_ms=SCAN_MS + 30 * MINUTE_MS, rate_nl_per_day=24 * 60 * ML)
"""A millilitre a minute."""
SHUTS = SafetyValveShut(start_ms=SCAN_MS)


def before_scan(fault: FreeFlow | SafetyValveShut, *, emptied: bool = False) -> Device:
    """An implant on the second day, at the scanner's door."""
    device, _ = lived(implanted(PROMETRA_20, faults=[fault]), DAY_MS)
    return hands.withdraw(device)[0] if emptied else device


def sound_read() -> Interrogation:
    """The read-out of a pump without a fault, two days after New Year."""
    return machine.interrogate(lived(implanted(PROMETRA_20), 2 * DAY_MS)[0].pump)


def found_on(device: Device) -> list[Finding]:
    """What a syringe in the port makes of it."""
    now = discrepancy(device, filled_nl=20 * ML)
    return judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)


def test_half_an_hour_empties_reservoir_and_catheter_into_the_spine() -> None:
    """Some 9.7 mg of baclofen, a month's dose; the pump's read-out is that of a sound one."""
    device, out = lived(before_scan(OPENS), HOUR_MS)
    assert device.metal.reservoir_nl == 0
    assert drug_pg(out) == pytest.approx((20 * ML - RATE) * 500, rel=1e-3)
    next_day, _ = lived(device, 23 * HOUR_MS)
    assert machine.interrogate(next_day.pump) == sound_read()
    assert sounding(next_day.pump) == set()


def test_emptied_before_the_scan_there_is_nothing_to_push() -> None:
    """What little is in the path stays there: no flow, no drug."""
    device, out = lived(before_scan(OPENS, emptied=True), HOUR_MS)
    assert drug_pg(out) == 0
    assert device.held_pg == PATH_NL * 500


def test_the_syringe_finds_it_after_the_scan() -> None:
    """19 mL are counted and nothing is there: less left, beyond every limit."""
    device, _ = lived(before_scan(OPENS), HOUR_MS)
    assert rules(found_on(device)) == {"residual.less_left"}


def test_the_safety_valve_keeps_the_drug_in_and_then_gives_none() -> None:
    """0.01 mL, and after it nothing for as long as nobody resets it; again the pump knows nothing."""
    device, out = lived(before_scan(SHUTS), 10 * DAY_MS)
    assert drug_pg(out) <= 10_000 * 500
    assert machine.interrogate(lived(before_scan(SHUTS), DAY_MS)[0].pump) == sound_read()
    assert rules(found_on(device)) == {"residual.more_left"}


def test_a_hand_on_the_valve_brings_the_dose_back_and_no_more() -> None:
    """From the reset on the program's rate; what was missed is not given."""
    shut, _ = lived(before_scan(SHUTS), 2 * DAY_MS)
    _, out = lived(hands.reset_valves(shut), DAY_MS)
    assert drug_pg(out) == pytest.approx(RATE * 500, abs=PROMETRA_20.pulse_nl * 500)


def test_the_pump_s_own_class_says_to_empty_it_first() -> None:
    """It stands in the table that every page reads."""
    assert "emptied first" in PROMETRA_20.mri
