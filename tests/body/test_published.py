"""What was measured in people, beside what the body computes. Ranges are the papers', not ours.

Conditions: one adult, tip at L1 and lumbar puncture at L3 for kinetics, tip at T10 elsewhere. Most of these numbers
took part in the fit, so agreement is no independent proof; `MISSES` are where the fit fails, kept here so that they
stay stated.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from thecal.body import Body, BodyState, Course, level_cm
from thecal.body.anatomy import Floats, level_range_cm
from thecal.body.response import reflex_residual, suppression

LUMBAR_SAMPLE_CM = level_range_cm("L3")[1]
NAIVE, CHRONIC = 1.0, 2.35


def still(body: Body, state: BodyState, rate: float = 0.0) -> Course:
    """One look at a state."""
    return body.course(state, [0.0, 1.0], [rate], [0.0])


def after_puncture(mass_mcg: float, times_h: Floats) -> Course:
    """A naive adult after a lumbar puncture's bolus at L3."""
    body = Body.adult()
    return body.course(body.injected(body.rest(), mass_mcg, "L3"), [0.0, times_h[-1]], [0.0], times_h)


def steadily(tip: str, dose_mcg_per_day: float) -> Course:
    """A steady infusion of years."""
    body = Body.adult(tip)
    return still(body, body.steady(dose_mcg_per_day / 24.0), dose_mcg_per_day / 24.0)


def half_life_and_volume() -> tuple[float, float]:
    """From a line through ln concentration over the first four hours after 75 mcg, sampled where it went in."""
    times = np.linspace(0.0, 4.0, 81)
    csf = after_puncture(75.0, times).csf_at(level_cm("L3"))
    slope, intercept = np.polyfit(times, np.log(csf), 1)
    return math.log(2.0) / -slope, 75.0 / math.exp(intercept)


def hours_to(share: float, tip: str) -> float:
    """When an infusion of 100 mcg/day in a naive adult reaches a share of its final suppression at the soleus."""
    body, times = Body.adult(tip), np.linspace(0.0, 120.0, 1201)
    course = body.course(body.rest(), [0.0, 120.0], [100.0 / 24.0], times)
    final = suppression(steadily(tip, 100.0).effect_ng_per_ml["soleus"], NAIVE)[0]
    reached = suppression(course.effect_ng_per_ml["soleus"], NAIVE) >= share * final
    return float(times[reached.argmax()])


def test_half_life_in_csf() -> None:
    """0.9–5 h after 50–100 mcg: Sallerin-Caute 1991; 1.5 h as commonly quoted of the US label."""
    assert 0.9 <= half_life_and_volume()[0] <= 5.0


def test_volume_of_distribution() -> None:
    """22–157 mL: Swiss label."""
    assert 22.0 <= half_life_and_volume()[1] <= 157.0


def test_clearance_after_a_bolus() -> None:
    """13–80 mL/h: Sallerin-Caute 1991; the US label, as commonly quoted, about 30."""
    times = np.linspace(0.0, 200.0, 20001)
    exposure = np.trapezoid(after_puncture(75.0, times).csf_at(level_cm("L3")), times)
    assert 13.0 <= 75.0 / exposure <= 80.0


def test_clearance_during_infusion() -> None:
    """16–40 mL/h from lumbar samples during 50–1200 mcg/day: Swiss label. Linear, so one dose stands for all."""
    assert 16.0 <= (300.0 / 24.0) / steadily("L1", 300.0).csf_at(LUMBAR_SAMPLE_CM)[0] <= 40.0


def test_lumbar_to_cisternal_ratio() -> None:
    """4:1 (1.8–8.7): touchneurology.com; the range as commonly quoted of the EU label."""
    course = steadily("L1", 300.0)
    assert 1.8 <= course.csf_at(LUMBAR_SAMPLE_CM)[0] / course.cisternal_mcg_per_ml[0] <= 8.7


def test_infusion_sets_in_and_settles_when_the_label_says() -> None:
    """Onset after 6–8 h, maximum after 24–48 h: half, and 95 %, of the final suppression at a starting dose, tip L1."""
    assert 6.0 <= hours_to(0.5, "L1") <= 8.0
    assert 24.0 <= hours_to(0.95, "L1") <= 48.0


@pytest.mark.parametrize(("dose", "residual"), [(30.0, 0.75), (70.0, 0.50), (110.0, 0.25)])
def test_reflex_during_chronic_infusion(dose: float, residual: float) -> None:
    """H/M residuals of 75, 50, 25 % at 30, 70, 110 mcg/day, within 10 points: Stokic 2006."""
    soleus = steadily("T10", dose).effect_ng_per_ml["soleus"]
    assert reflex_residual(soleus, CHRONIC)[0] == pytest.approx(residual, abs=0.1)


def test_reflex_plateau_during_chronic_infusion() -> None:
    """Below 30 % from 150 mcg/day up: Stokic 2006."""
    assert reflex_residual(steadily("T10", 150.0).effect_ng_per_ml["soleus"], CHRONIC)[0] < 0.30


@pytest.mark.parametrize(("hour", "suppressed"), [(4.0, 0.64), (6.0, 0.71)])
def test_tone_after_a_screening_bolus(hour: float, suppressed: float) -> None:
    """Fractions .64 at 4 h and .71 at 6 h after 50 mcg, within .15: Stokic & Yablon 2005."""
    soleus = after_puncture(50.0, np.array([hour, 24.0])).effect_ng_per_ml["soleus"]
    assert suppression(soleus, NAIVE)[0] == pytest.approx(suppressed, abs=0.15)


def test_reflex_after_a_bolus_through_the_catheter() -> None:
    """H/M residuals .37 at 1 h and .18 over 1–6 h after 50 mcg in ten minutes, within .06: Stokic 2012."""
    body, times = Body.adult("T10"), np.linspace(1.0, 6.0, 51)
    course = body.course(body.rest(), [0.0, 1.0 / 6.0, 6.0], [300.0, 0.0], times)
    residual = reflex_residual(course.effect_ng_per_ml["soleus"], NAIVE)
    assert residual[0] == pytest.approx(0.37, abs=0.06)
    assert residual.mean() == pytest.approx(0.18, abs=0.06)


def test_a_lumbar_bolus_spares_the_arms() -> None:
    """Legs well before arms: Kumru 2011 saw no suppression at flexor carpi radialis and biceps."""
    felt = after_puncture(50.0, np.linspace(0.0, 12.0, 121)).effect_ng_per_ml
    peaks = {target: suppression(effect, NAIVE).max() for target, effect in felt.items()}
    assert max(peaks["biceps"], peaks["flexor carpi radialis"]) < 0.2
    assert min(peaks["soleus"], peaks["quadriceps"]) > 0.6


def duration_h(mass_mcg: float) -> float:
    """How long a lumbar bolus suppresses at least 30 % of tone at the soleus."""
    times = np.linspace(0.0, 36.0, 3601)
    above = times[suppression(after_puncture(mass_mcg, times).effect_ng_per_ml["soleus"], NAIVE) >= 0.3]
    return float(above[-1] - above[0])


def mean_reflex(course: Course) -> float:
    """The mean H/M residual of the soleus over a course."""
    return float(reflex_residual(course.effect_ng_per_ml["soleus"], NAIVE).mean())


MISSES: dict[str, tuple[Callable[[], float], float]] = {
    "H/M one hour after 50 mcg by puncture: .23 measured": (
        lambda: mean_reflex(after_puncture(50.0, np.array([1.0]))),
        0.30,
    ),
    "H/M one to six hours after 50 mcg by puncture: .09 measured": (
        lambda: mean_reflex(after_puncture(50.0, np.linspace(1.0, 6.0, 51))),
        0.14,
    ),
    "hours above 30 % after 50 mcg: 4 to 8 on the label": (lambda: duration_h(50.0), 9.7),
    "hours above 30 % after 75 mcg: 4 to 8 on the label": (lambda: duration_h(75.0), 13.7),
    "onset of infusion with the tip at T10: 6 to 8 h on the label": (lambda: hours_to(0.5, "T10"), 8.3),
}


@pytest.mark.parametrize("miss", MISSES)
def test_what_the_body_misses_is_as_stated(miss: str) -> None:
    """Where the fit fails it fails by as much as we say: a change in either direction has to be told."""
    compute, stated = MISSES[miss]
    assert compute() == pytest.approx(stated, rel=0.03)
