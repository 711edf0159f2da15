"""Contrast pushed into a catheter that lay beside the spinal fluid.

Soon after an implant a catheter's tip lay in a subdural pocket; contrast was pushed through the access port to picture
it, and drug that had gathered came free: an overdose (Lew 2005, fcd.mcw.edu
publication 38263).

To the pump nothing happened, and its read-out shows nothing before or after. The catch is a rule of the hand: the
catheter is aspirated first, and where nothing comes, nothing is injected. The review and the page show how many
micrograms a catheter holds.
"""

import pytest
from tests.hazards.happened.replay import DOSE, drug_pg, implanted, lived, sounding
from tests.twin.helpers import NEW_YEAR_MS, PATH_NL

from thecal.care.path import Holds, Part
from thecal.care.prime import in_path_pg
from thecal.care.trouble import ContrastCase, judge_contrast
from thecal.catheter.faults import Migration, Space, TipPlace
from thecal.findings import Severity
from thecal.pump import machine
from thecal.pump.devices import TUBING
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS, MINUTE_MS

CATHETER_NL = PATH_NL - TUBING.whole()
SUBDURAL = Migration(at_ms=NEW_YEAR_MS, tip=TipPlace(space=Space.SUBDURAL))
DYE_NL = 2 * CATHETER_NL


def pushed(device: Device) -> tuple[Device, int]:
    """(the implant after twice its volume of dye in a minute, the drug that reached the fluid around the cord)."""
    after, out = hands.inject(device, volume_nl=DYE_NL, over_ms=MINUTE_MS, concentration_pg_per_nl=0)
    return after, drug_pg(out)


def test_beside_the_fluid_the_dose_does_not_arrive_and_the_pump_knows_nothing() -> None:
    """Ten days of drug go astray; the read-out is that of a sound implant."""
    device, out = lived(implanted(ways=[SUBDURAL]), 10 * DAY_MS)
    assert (drug_pg(out), device.account.astray_pg) == (0, 10 * DOSE)
    assert machine.interrogate(device.pump) == machine.interrogate(lived(implanted(), 10 * DAY_MS)[0].pump)


def test_a_push_without_drawing_first_is_all_the_catheter_holds_in_a_minute() -> None:
    """97.9 mcg at once of 500 mcg/mL, a third of a day's dose; of 2000 mcg/mL 391.6, more than a day's."""
    for concentration, mcg in ((500, 97.9), (2_000, 391.6)):
        device, _ = lived(implanted(concentration=concentration), DAY_MS)
        after, freed_pg = pushed(device)
        assert freed_pg == CATHETER_NL * concentration == round(mcg * 1_000_000)
        assert sounding(after.pump) == set()


def test_in_the_pocket_it_adds_to_what_gathered_there() -> None:
    """All of it goes astray again: what a pocket then frees into the fluid is ten days' drug and this."""
    device, _ = lived(implanted(ways=[SUBDURAL]), 10 * DAY_MS)
    after, freed_pg = pushed(device)
    assert freed_pg == 0
    assert after.account.astray_pg == 10 * DOSE + CATHETER_NL * 500


def test_drawn_first_nothing_is_left_to_free() -> None:
    """The syringe takes the catheter's drug, fluid follows at the tip, and the dye pushes no drug at all."""
    device, _ = lived(implanted(), DAY_MS)
    drawn, came_nl = hands.aspirate(device, volume_nl=CATHETER_NL)
    assert (came_nl, drawn.account.drawn_pg) == (CATHETER_NL, CATHETER_NL * 500)
    assert pushed(drawn)[1] == 0


@pytest.mark.parametrize("aspirated", [False, None])
def test_the_rule_says_no_before_it(aspirated: bool | None) -> None:
    """Not aspirated, or nobody knows: two people, and where nothing comes inject nothing."""
    (found,) = judge_contrast(ContrastCase(injects=True, aspirated=aspirated))
    assert (found.rule, found.severity) == ("trouble.contrast", Severity.TWO_PEOPLE)
    assert "inject nothing" in found.remedy


def test_what_the_path_holds_is_said_in_micrograms() -> None:
    """Tubing and catheter of 500 mcg/mL: 167.9 mcg."""
    parts = (Part(name="path", volume_nl=PATH_NL, holds=Holds.DRUG),)
    assert in_path_pg(parts=parts, concentration_pg_per_nl=500) == 167_900_000
