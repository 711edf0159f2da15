"""What broken copies of the twin got away with: whose bodies the virtual patients have, and whose tolerance."""

from dataclasses import replace

import numpy as np
from tests.twin.helpers import implanted
from tests.twin.test_outlook import WHO, predicted

from thecal.body import Body, Stature
from thecal.body.cohort import Cohort
from thecal.twin.lived import Exposure, live
from thecal.twin.virtual import Felt, crowd, people

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
