"""Experiments do what they say: checked where the answer is known, or can be had another way."""

import math

import numpy as np
import pytest

from thecal.body import TWO_POOL, Body, level_cm
from thecal.body.parameters import DTPA, PIG
from thecal.body.response import reflex_residual, suppression
from thecal.body.signs import Stage
from thecal.body.validation import experiments as run
from thecal.body.validation import long_term as later
from thecal.body.validation.experiments import Subject, first
from thecal.body.validation.fit import with_values

WHO = Subject()


@pytest.mark.parametrize(("wanted", "when"), [(0.0, 0.0), (1.0, 0.5), (3.0, 1.5), (5.0, math.inf)])
def test_the_first_time_lies_on_a_straight_line(wanted: float, when: float) -> None:
    """Between samples the value runs straight; what is there at once is there at the first sample."""
    assert first(np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 4.0]), wanted) == when


def test_fluid_numbers_do_not_depend_on_the_dose() -> None:
    """The fluid is linear: half-life, volume and clearances are the same for any mass."""
    for experiment in (run.half_life_h, run.volume_ml, run.clearance_of_bolus_ml_per_h):
        assert experiment(WHO, 50.0) == pytest.approx(experiment(WHO, 100.0), rel=1e-9)
    assert run.clearance_of_infusion_ml_per_h(WHO, 50.0) == pytest.approx(
        run.clearance_of_infusion_ml_per_h(WHO, 1200.0), rel=1e-9
    )


def test_half_life_and_volume_are_those_of_a_line() -> None:
    """With both, the line through the first four hours comes back, and the fluid lies near it at two hours."""
    half_life, volume = run.half_life_h(WHO), run.volume_ml(WHO)
    course = run.after_puncture(WHO, 75.0, np.array([2.0, 4.0]))
    at_two = 75.0 / volume * 0.5 ** (2.0 / half_life)
    assert course.csf_at(level_cm("L3"))[0] == pytest.approx(at_two, rel=0.15)


def test_dose_over_area_agrees_with_the_exact_integral() -> None:
    """The area under the samples is within a few thousandths of the integral that the body gives in closed form."""
    body = Body.adult("T10")
    exposure = body.exposure(body.injected(body.rest(), 75.0, "L3"), [0.0, 240.0], [0.0])[: body.network.cells]
    at_site = np.interp(level_cm("L3"), body.grid.centres_cm, exposure)
    assert run.clearance_of_bolus_ml_per_h(WHO) == pytest.approx(75.0 / at_site, rel=5e-3)


def test_the_dose_that_leaves_a_residual_leaves_it() -> None:
    """The inverse goes back, forwards."""
    for left in (0.9, 0.5, 0.1):
        assert run.reflex_in_therapy(WHO, run.dose_that_leaves(WHO, left)) == pytest.approx(left, rel=1e-9)


def test_onset_and_end_are_where_tone_crosses_the_threshold() -> None:
    """Thirty per cent is suppressed at the onset and at the end, and more in between."""
    onset, lasts = run.onset_h(WHO, 75.0), run.duration_h(WHO, 75.0)
    for hour in (onset, onset + lasts):
        assert run.tone_after_puncture(WHO, hour, 75.0) == pytest.approx(0.3, abs=2e-3)
    assert run.tone_after_puncture(WHO, run.peak_h(WHO, 75.0), 75.0) > 0.3
    assert run.duration_h(WHO, 5.0) == 0.0
    assert run.onset_h(WHO, 5.0) == math.inf


def test_a_pump_s_bolus_finds_somebody_used_to_baclofen() -> None:
    """Long before it works, what is left is what the continuous dose leaves, with chronic tolerance."""
    before = run.reflex_after_pump_bolus(WHO, np.array([0.0, 0.2]))
    assert before == pytest.approx(run.reflex_in_therapy(WHO, 62.5), abs=0.05)


def test_another_tracer_keeps_what_was_changed_in_everything_else() -> None:
    """DTPA in a subject with another dispersion: its own clearance, the subject's dispersion."""
    stirred = Subject(parameters=with_values({"dispersion_floor": 0.2}))
    given = stirred.given(DTPA).parameters
    assert given.dispersion_floor.value == 0.2
    assert given.spinal_clearance == DTPA.spinal_clearance
    assert WHO.given(DTPA).parameters == DTPA


def test_a_titrated_dose_does_what_the_first_one_did() -> None:
    """The dose that holds the effect of 83 mcg/day has it, at the tolerance that its occupancy brings in the end."""
    at_first = suppression(run.steadily(WHO, "T10", 83.0).effect_ng_per_ml["soleus"], 1.0)[0]
    dose = later.held_dose(WHO, 83.0, 36500.0)
    tolerance = 1.0 + at_first * (TWO_POOL.fast_tolerance.value + TWO_POOL.slow_tolerance.value)
    then = suppression(run.steadily(WHO, "T10", dose).effect_ng_per_ml["soleus"], tolerance)[0]
    assert then == pytest.approx(at_first, rel=1e-9)
    assert later.held_dose(WHO, 83.0, 0.0) == 83.0


def test_withdrawal_goes_through_its_stages_in_order() -> None:
    """Early before severe."""
    assert 0.0 < later.stage_h(WHO, Stage.EARLY) < later.stage_h(WHO, Stage.SEVERE)


def test_a_pig_s_drug_stays_near_the_tip_and_a_person_s_does_not() -> None:
    """The same experiment on the default set spreads over the canal."""
    assert later.near_the_tip(WHO.given(PIG)) > 0.8
    assert later.near_the_tip(WHO) < 0.4
    assert later.reach_of_a_tenth_cm(WHO) == math.inf


def test_a_tracer_in_blood_comes_after_the_tracer_in_fluid() -> None:
    """What is given by puncture is highest in plasma hours later, and not at the end of what was looked at."""
    assert 0.5 < later.blood_peaks_h(WHO) < 72.0


def test_a_reflex_is_judged_by_the_reflex_s_curve() -> None:
    """The quadriceps' residual when it first counts as seen is three quarters."""
    hour = run.reflex_falls_h(WHO, "quadriceps")
    felt = run.after_puncture(WHO, 50.0, np.array([hour, 3.0])).effect_ng_per_ml["quadriceps"]
    assert reflex_residual(felt, 1.0)[0] == pytest.approx(0.75, abs=0.01)
