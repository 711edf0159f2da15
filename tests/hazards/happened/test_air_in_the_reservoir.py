"""Air in a reservoir.

Air that came in with the fill, or was left in the kit, made one pump deliver more than it should: slow heart, low
pressure, unconsciousness, death. Pumps and refill kits sold from 2010 to 2013 were called back (class I;
medicallawperspectives.com, air in implantable pump).

The pump has no sensor for air and counts it as drug: too much while it drives the flow, and an empty reservoir before
the date, for a bubble's volume holds nothing. The syringe draws it: who looks at what comes sees air, and who only
reads the scale finds less or more fluid than expected. Getting the air out is a step of the hand that fills.
"""

import pytest
from tests.hazards.happened.replay import (
    DOSE,
    ML,
    daily_pg,
    discrepancy,
    drug_pg,
    implanted,
    lived,
    refilled,
    rules,
    sounding,
)
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.residual import judge_residual
from thecal.mechanism.faults import Air, OverDelivery
from thecal.pump.devices import REFERENCE_20
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

REFILL_MS = NEW_YEAR_MS + 28 * DAY_MS
BUBBLE = Air(at_ms=REFILL_MS, volume_nl=4 * ML)
DRIVES = OverDelivery(start_ms=REFILL_MS, full_ms=REFILL_MS + HOUR_MS, per_mille=300)


def aired() -> Device:
    """An implant just refilled with 16 mL of drug and 4 mL of air that speeds the flow."""
    device, _ = lived(implanted(REFERENCE_20, faults=[BUBBLE, DRIVES]), 28 * DAY_MS)
    return refilled(device)[0]


def test_too_much_flows_and_the_pump_is_content() -> None:
    """390 mcg a day instead of 300; the count and the alarms are those of a sound pump."""
    device = aired()
    later, out = lived(device, 3 * DAY_MS)
    assert daily_pg(out, REFILL_MS + DAY_MS, 1)[0] == pytest.approx(DOSE * 13 // 10, rel=1e-4)
    assert (device.metal.reservoir_nl, device.metal.air_nl) == (16 * ML, 4 * ML)
    assert sounding(later.pump) == set()


def test_it_is_empty_ten_days_before_its_date() -> None:
    """16 mL at 0.78 mL/day last 20.5 days; at that moment 7.7 mL are still counted."""
    device, _ = lived(aired(), 21 * DAY_MS)
    assert drug_pg(lived(device, DAY_MS)[1]) == 0
    assert device.pump.reservoir_nl > 7 * ML
    assert sounding(device.pump) == set()


def test_the_syringe_draws_the_bubble_and_the_fluid_is_less_than_expected() -> None:
    """After two weeks 5.1 mL of drug and 4 of air come: read as fluid alone, far less left than expected."""
    device, _ = lived(aired(), 14 * DAY_MS)
    now = discrepancy(device, filled_nl=20 * ML)
    assert now.withdrawn_nl == device.metal.deliverable_nl + 4 * ML
    found = judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)
    assert rules(found) == {"residual.less_left"}
    emptied, drawn_nl = refilled(device)
    assert drawn_nl == now.withdrawn_nl
    assert emptied.metal.air_nl == 0
