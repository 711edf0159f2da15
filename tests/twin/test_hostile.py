"""What broken copies of the twin got away with: whose bodies the virtual patients have, and whose tolerance."""

from dataclasses import replace

import numpy as np
from tests.twin.helpers import NEW_YEAR_MS, PATH_NL, implanted, with_stalls
from tests.twin.test_asked import NOW_MS, question, read_out
from tests.twin.test_outlook import WHO, predicted

from thecal.body import Body, Stature
from thecal.body.cohort import Cohort
from thecal.body.ensemble import Ensemble
from thecal.mechanism import Stall
from thecal.pump import machine
from thecal.pump.infusion import PeriodicBolus
from thecal.twin import device as implant
from thecal.twin.asked import Bolus, Stop
from thecal.twin.explore import explore
from thecal.twin.forecast import Forecast, Person, all_settled, forecast
from thecal.twin.lived import Exposure, live
from thecal.twin.virtual import Felt, crowd, people, spread
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

CHILD = Stature(height_cm=110.0, age_years=5.0)
INFUSION = Exposure(edges_h=np.array([0.0, 24.0]), rates_mcg_per_h=np.array([5.0]), times_h=np.array([6.0, 24.0]))


def test_a_childs_virtual_patients_are_children() -> None:
    """Somebody of the default set in a child's crowd feels what that child's own body does."""
    body = Body.of("T10", stature=CHILD)
    default = Cohort(values={"rebound": np.array([body.parameters.rebound.value])})
    (felt,) = crowd(default, body, lambda each: each.rest(), [INFUSION], levels=("T10",))
    alone = Felt.of(live(body, body.rest(), INFUSION)[0], body, ("T10",))
    np.testing.assert_allclose(felt.effect_ng_per_ml[0], alone.effect_ng_per_ml, rtol=1e-2)
    np.testing.assert_allclose(felt.csf_mcg_per_ml[0], alone.csf_mcg_per_ml, rtol=1e-2)


def test_a_canal_that_was_measured_is_everybodys() -> None:
    """Virtual patients do not differ in a volume that is known."""
    measured = people(Body.of("T10", stature=Stature(lumbar_ml=40.0)))
    assert np.ptp(measured.of("area_scale")) == 0.0
    assert np.ptp(people(Body.of("T10")).of("area_scale")) > 0.0


def test_on_chronic_therapy_each_has_their_own_tolerance() -> None:
    """It has its share in the band then."""
    found = predicted(implanted(), replace(WHO, tolerance="chronic"), days=1)
    assert dict(found.blames["soleus"])["tolerance"] > 0.05


def test_a_note_looks_at_the_upper_end_where_it_says_so() -> None:
    """Breathing and withdrawal are those of the most sensitive, not of the typical person, who may show nothing."""
    overdose = explore(question(Bolus(mass_pg=300_000_000, by_puncture=True), days=1))
    assert overdose.foreseen.breathing_per_mille == round(1000 * float(overdose.breathing.high.max()))
    assert overdose.breathing.high.max() > 2.0 * overdose.breathing.line.max() > 0.0
    assert overdose.foreseen.drowsy_per_mille == round(1000 * float(overdose.drowsiness.line.max()))
    stopped = explore(question(Stop(), days=2, read=read_out()))
    assert stopped.foreseen.withdrawal_stage == stopped.withdrawal.high.max() > stopped.withdrawal.line.max()


def test_a_pump_that_was_read_as_stalled_goes_on_giving_nothing() -> None:
    """What would go on under the current program is then no drug, however much the program says."""
    standing = with_stalls(implanted(), Stall(start_ms=NOW_MS - 6 * HOUR_MS, sensed_after_ms=0))
    device, _ = implant.advance(standing, NOW_MS)
    goes_on = question(Stop(), read=replace(machine.interrogate(device.pump), revision=2)).current()
    assert goes_on is not None
    assert not goes_on[1].any()


def test_a_month_of_boluses_has_its_band_at_every_hour() -> None:
    """The ends of the band are virtual patients' own at each hour, at the peaks as between them."""
    mode = PeriodicBolus(
        basal_rate_nl_per_day=48_000,
        bolus_rate_nl_per_day=2_400_000,
        lasts_ms=30 * MINUTE_MS,
        every_ms=6 * HOUR_MS,
        first_ms=2 * HOUR_MS,
    )
    read = machine.interrogate(implanted(mode).pump)
    person = Person(tip_level="T10", path_nl=PATH_NL, tolerance=2.9, baseline_mas=3.0)
    seen = forecast(read, person, until_ms=NEW_YEAR_MS + 30 * DAY_MS, every_ms=HOUR_MS)
    assert isinstance(seen, Forecast)
    everybody, given = Ensemble.people("T10", levels=("L3",)), seen.run.exposure
    begin = all_settled(read, everybody)
    lived = everybody.exposure(begin, given.edges_h, given.rates_mcg_per_h, given.times_h).csf_mcg_per_ml[..., 0]
    for shown, own in zip(seen.fluid["L3"], spread(lived), strict=True):
        np.testing.assert_allclose(shown, own, rtol=1e-6, atol=1e-9)
