"""What must hold for every person: short or tall, young or old, however much fluid there is and however it moves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.body.helpers import flex

from thecal.body import REGIMES, TIP_LEVELS, Body, Regime, Stature
from thecal.body.kinetics import POOLS
from thecal.errors import BadInput

ADULT = Stature()


@st.composite
def people(draw: st.DrawFn) -> Stature:
    """Anybody whom the model knows, with or without a measured lumbar volume."""
    height_cm = draw(st.floats(90.0, 220.0))
    least_ml = 10.0 * (height_cm / 170.0) ** 3
    return Stature(
        height_cm=height_cm,
        age_years=draw(st.none() | st.floats(4.0, 120.0)),
        lumbar_ml=draw(st.none() | st.floats(1.001 * least_ml, 9.99 * least_ml)),
        weight_kg=draw(st.none() | st.floats(8.0, 350.0)),
    )


@settings(max_examples=25, deadline=None)
@given(people(), st.sampled_from(TIP_LEVELS), st.sampled_from(["usual", "lying", "walking"]))
def test_everybody_conserves_drug(person: Stature, tip_level: str, regime: str) -> None:
    """Two days of a flex schedule: what was given is held or gone, to 1e-10, and no concentration is negative."""
    body = Body.of(tip_level, stature=person, regime=REGIMES[regime], cell_cm=1.0)
    edges, rates = flex(2)
    end = body.advance(body.rest(), edges, rates)
    gone = body.eliminated_mcg(body.rest(), edges, rates)
    assert body.held_mcg(end) + gone == pytest.approx(np.diff(edges) @ rates, rel=1e-10)
    assert min(end.concentrations_mcg_per_ml) > -1e-12 * max(end.concentrations_mcg_per_ml)


def steady(person: Stature, regime: Regime = REGIMES["usual"]) -> tuple[float, float, float]:
    """At 300 mcg/day with the tip at T10: CSF at L3 and in the cisterns (mcg/mL), and plasma (ng/mL)."""
    body = Body.of("T10", stature=person, regime=regime)
    state = body.steady(12.5)
    course = body.course(state, [0.0, 1.0], [12.5], [0.0])
    plasma = state.effects_ng_per_ml[POOLS.index("plasma")]
    return course.csf_at(body.grid.level_cm("L3"))[0], course.cisternal_mcg_per_ml[0], plasma


def test_the_same_dose_stands_higher_in_a_child() -> None:
    """There is less fluid to hold it, and less of it to clear it."""
    assert steady(Stature(height_cm=115.0))[0] > 1.5 * steady(ADULT)[0]


def test_less_lumbar_fluid_holds_more_concentrated_drug() -> None:
    """20, 40 and 80 mL below T11/12, in this order."""
    lumbar = [steady(Stature(lumbar_ml=lumbar_ml))[0] for lumbar_ml in (80.0, 40.0, 20.0)]
    assert lumbar == sorted(set(lumbar))


def test_less_drug_reaches_the_head_of_the_old() -> None:
    """Strokes fade with age, and lying still stirs less: both raise the ratio of lumbar to cisternal drug."""
    ratios = [lumbar / head for lumbar, head, _ in (steady(Stature(age_years=age)) for age in (20.0, 50.0, 80.0))]
    assert ratios == sorted(set(ratios))
    walking, lying = (steady(ADULT, REGIMES[name]) for name in ("walking", "lying"))
    assert walking[0] / walking[1] < lying[0] / lying[1]


@pytest.mark.parametrize("weight_kg", [15.0, 70.0, 120.0])
def test_plasma_holds_what_the_kidneys_clear(weight_kg: float) -> None:
    """For ever at 12.5 mcg/h all of it passes through plasma: 12.5 mcg/h over 0.2 L/h for each kilogram."""
    assert steady(Stature(weight_kg=weight_kg))[2] == pytest.approx(12.5 / (0.2 * weight_kg), rel=1e-9)


def test_no_tip_stands_at_s2() -> None:
    """A body is built for a tip from C1 to S1."""
    with pytest.raises(BadInput, match="C1 to S1"):
        Body.of("S2", stature=Stature(height_cm=150.0))
