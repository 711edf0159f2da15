"""A single bolus that ended in a stopped pump.

The programmer of an older generation listed the single bolus as a mode of its own: one dose over a stated time, and
then the pump reverts to stopped. Whoever gave a dose and programmed nothing after it left the patient without drug
(functionalneuro.surgery, programming of intrathecal pumps, table of infusion modes).

One class of pump here still does so, and its only word is the alarm after 48 hours. Its catch is the read-back: state
stopped, dose zero. Every other pump returns to what ran before, and no command of it can be told to do otherwise.
"""

import pytest
from tests.hazards.happened.replay import DOSE, drug_pg, implanted, lived, sounding
from tests.pump.helpers import program
from tests.twin.helpers import committed

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import SingleBolus
from thecal.pump.commands import Update
from thecal.pump.devices import PUMP_MODELS, SYNCHROMED_EL, PumpModel
from thecal.pump.states import State
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

BOLUS = SingleBolus(volume_nl=100_000, rate_nl_per_day=2_400_000)
"""50 mcg of 500 mcg/mL in one hour."""
OTHERS = [model for model in PUMP_MODELS.values() if model is not SYNCHROMED_EL]


def given(model: PumpModel) -> Device:
    """An implant that runs 300 mcg/day and was told to give the dose now."""
    return committed(implanted(model), Update(program=program(), bolus=BOLUS), "t2")


def test_the_old_class_gives_the_dose_and_then_nothing() -> None:
    """50 mcg in the hour, and after it not a picogram; for two days the pump is silent."""
    dosed, _ = lived(given(SYNCHROMED_EL), 2 * HOUR_MS)
    later, out = lived(dosed, DAY_MS)
    assert dosed.pump.delivered_nl == BOLUS.volume_nl
    assert (later.pump.state, drug_pg(out), sounding(later.pump)) == (State.STOPPED, 0, set())
    nags, _ = lived(later, DAY_MS)
    assert sounding(nags.pump) == {Alarm.STOPPED_TOO_LONG}


def test_the_read_back_shows_it_at_once() -> None:
    """Read after the dose, the pump says stopped and 0 mcg/day: the visit does not end on that unseen."""
    dosed, _ = lived(given(SYNCHROMED_EL), HOUR_MS)
    read = machine.interrogate(dosed.pump)
    assert (read.state, read.dose_pg_per_day, read.rate_now_nl_per_day) == (State.STOPPED, 0, 0)
    assert read.program is not None


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.name)
def test_every_other_pump_returns_to_what_it_ran(model: PumpModel) -> None:
    """The day after the dose has the whole daily dose again, give or take two strokes."""
    dosed, _ = lived(given(model), HOUR_MS)
    assert dosed.pump.state is State.INFUSING
    _, out = lived(dosed, DAY_MS)
    assert abs(drug_pg(out) - DOSE) <= 2 * model.pulse_nl * 500
