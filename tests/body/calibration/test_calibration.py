"""Calibration recovers what is known, is right as often as it says, and says when the model cannot be right."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from thecal.body.calibration.check import FORECAST, Checked, check
from thecal.body.calibration.observed import Ashworth, Case, Dosing, Fluid, Given, Occasion, Reading
from thecal.body.calibration.posterior import Posterior, calibrate, prior
from thecal.body.calibration.predict import BASELINE, Bodies
from thecal.body.cohort import Cohort
from thecal.body.parameters import TWO_POOL
from thecal.body.stature import Stature
from thecal.scenario.reading import read_assessments

ROOT = Path(__file__).parents[3]
BOLUS = Given(infused=Dosing(edges_h=(0.0, 0.2), rates_mcg_per_h=(250.0,)))


def _soleus(*found: tuple[float, str]) -> tuple[Ashworth, ...]:
    return tuple(Ashworth(muscle="soleus", at_h=at_h, grade=grade) for at_h, grade in found)


def _case(readings: tuple[Reading, ...], *, placebo: bool = False, given: Given = BOLUS) -> Case:
    occasion = Occasion(says="50 mcg through the catheter", given=given, placebo=placebo, readings=readings)
    return Case(tip_level="T10", baseline={"soleus": ("3", "3")}, occasions=(occasion,))


MARKED = _soleus((1.0, "2"), (2.0, "1"), (4.0, "0"), (6.0, "0"), (8.0, "0"), (24.0, "1"))
SLIGHT = _soleus((1.0, "3"), (2.0, "3"), (4.0, "2"), (6.0, "3"), (8.0, "3"), (24.0, "3"))


@cache
def _found(readings: tuple[Reading, ...]) -> Posterior:
    return calibrate(_case(readings), "test")


def _learned(found: Posterior, name: str) -> tuple[float, float, float]:
    return next(each.posterior for each in found.learned() if each.name == name)


def test_a_marked_response_teaches_sensitivity() -> None:
    """Who responds more is found more sensitive, and either teaches more of sensitivity than of anything but tone."""
    assert _learned(_found(MARKED), "sensitivity")[0] > _learned(_found(SLIGHT), "sensitivity")[1]
    for readings in (MARKED, SLIGHT):
        shares = {each.name: each.share for each in _found(readings).learned() if not each.name.startswith(BASELINE)}
        assert max(shares, key=shares.__getitem__) == "sensitivity"


def test_the_same_readings_and_key_give_the_same_posterior() -> None:
    """Nothing depends on the moment or on what was calibrated before."""
    one, again = calibrate(_case(SLIGHT), "k"), calibrate(_case(SLIGHT), "k", known=prior(_case(SLIGHT), "k"))
    np.testing.assert_array_equal(one.found.weights, again.found.weights)
    assert one.learned() == again.learned()


def test_a_sample_of_fluid_teaches_what_carries_the_drug() -> None:
    """Much or little drug in the fluid is put down to transport, and not to sensitivity."""
    high, low = (
        calibrate(_case(tuple(Fluid(level="L3", at_h=at_h, mcg_per_ml=found) for at_h, found in sampled)), "k")
        for sampled in (((4.0, 1.6), (8.0, 0.8)), ((4.0, 0.1), (8.0, 0.02)))
    )
    assert _learned(low, "spinal clearance")[1] > 1.3 * _learned(high, "spinal clearance")[1]
    assert _learned(high, "sensitivity") == pytest.approx(_learned(low, "sensitivity"), rel=0.15)


def test_one_sample_teaches_more_of_clearance_than_ten_grades() -> None:
    """The manual says so; and a sample alone says nothing of sensitivity."""
    grades = _soleus(*((at_h, "1") for at_h in (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0)), (24.0, "3"))
    sample = (Fluid(level="L3", at_h=4.0, mcg_per_ml=0.25),)
    by_grades, by_sample = (
        {each.name: each.share for each in calibrate(_case(readings), "k").learned()} for readings in (grades, sample)
    )
    assert by_sample["spinal clearance"] > by_grades["spinal clearance"]
    assert by_sample["sensitivity"] < 0.05 < by_grades["sensitivity"]


def test_tolerance_is_learned_on_chronic_therapy_only() -> None:
    """A screening test says nothing of tolerance; a follow-up on a program does."""
    assert "tolerance" not in {each.name for each in _found(SLIGHT).learned()}
    rate = Dosing(edges_h=(0.0, 24.0), rates_mcg_per_h=(12.5,))
    later = Occasion(says="later", given=Given(settled=rate, infused=rate), chronic=True, readings=_soleus((12.0, "3")))
    both = replace(_case(MARKED), occasions=(*_case(MARKED).occasions, later))
    assert _learned(calibrate(both, "k"), "tolerance")[1] > 1.1


def test_placebo_takes_its_share() -> None:
    """Where expectation may have helped, the same readings need less of the drug."""
    without = _learned(_found(MARKED), "sensitivity")[1]
    assert _learned(calibrate(_case(MARKED, placebo=True), "test"), "sensitivity")[1] < without


def test_readings_that_no_patient_shows_are_called_so() -> None:
    """Tone that is gone before the drug, back at its peak and gone again next day contradicts the model."""
    poles = (("L3", 8.0), ("T4", 1e-6), ("T4", 1e-6), ("C2", 1e-7), ("C2", 1e-7))
    sampled = tuple(Fluid(level=level, at_h=4.0, mcg_per_ml=found) for level, found in poles)
    assert calibrate(_case(sampled), "k").contradicted
    absurd = _soleus((0.1, "0"), (0.2, "0"), (3.0, "4"), (4.0, "4"), (6.0, "4"), (48.0, "0"), (72.0, "0"))
    assert calibrate(_case(absurd), "k").contradicted
    assert _found(MARKED).usable
    assert _found(SLIGHT).usable


def test_somebody_whose_flow_is_too_strong_for_modes_stands_aside() -> None:
    """One such draw is marked and replaced by the usual person; nobody else is touched."""
    case, still = _case(SLIGHT), {"dispersion_floor": np.array([0.1, 1e-5]), "mixing_length": np.array([0.25, 1e-5])}
    bodies = Bodies.of(case, Cohort(values=still))
    alone = Bodies.of(case, Cohort(values={name: values[:1] for name, values in still.items()}))
    assert bodies.carried.tolist() == [True, False]
    assert bodies.cohort.of("dispersion_floor")[1] == TWO_POOL.dispersion_floor.value
    tone = np.full((2, 4), 3.0)
    np.testing.assert_allclose(bodies.expected(case, tone)[:1], alone.expected(case, tone[:1]), rtol=1e-9)


def test_a_posterior_of_few_draws_is_not_used() -> None:
    """Where a handful of draws carries all of the weight there is no forecast, surprising or not."""
    found = _found(SLIGHT)
    weights = np.zeros(len(found.found.z))
    weights[:50] = 1 / 50
    few = replace(found, found=replace(found.found, weights=weights))
    assert few.thin
    assert not few.usable
    assert not few.contradicted


def test_a_posterior_forecasts_with_a_narrower_band() -> None:
    """The next bolus's band is narrower than for people in general, and lies where this person is."""
    general, own = _found(MARKED).ahead(BOLUS, [1.0, 4.0, 12.0], chronic=False)
    wide, narrow = (each.band("suppressed", muscle="soleus") for each in (general, own))
    assert (narrow.high - narrow.low < wide.high - wide.low).all()
    assert (narrow.median > wide.median).all()
    assert narrow.median[1] > 0.85


def test_every_reading_stands_beside_what_is_expected() -> None:
    """The posterior expects what it was told, within the errors."""
    fitted = _found(SLIGHT).fitted()
    assert [each.reading for each in fitted] == list(SLIGHT)
    assert all(low <= 3.6 and high >= 1.7 for low, _, high in (each.expected for each in fitted))


def test_a_measured_canal_is_not_learned() -> None:
    """Who had the lumbar fluid measured has a canal that readings do not move."""
    found = calibrate(replace(_case(SLIGHT), stature=Stature(lumbar_ml=40.0)), "k")
    assert "canal area" not in {each.name for each in found.learned()}


@cache
def _small_check() -> Checked:
    """Sixty people, one bolus through the catheter, five grades and a sample of fluid."""
    case = _case((*SLIGHT[:5], Fluid(level="L3", at_h=2.0, mcg_per_ml=0.5)))
    asked = Occasion(says="twice as much", given=replace(BOLUS, puncture_mcg=0.0), readings=_soleus((12.0, "2")))
    return check(case, asked, 60, "small check")


@pytest.mark.parametrize("name", ["sensitivity", "spinal clearance", f"{BASELINE}soleus", FORECAST])
def test_a_ninety_per_cent_interval_is_right_nine_times_in_ten(name: str) -> None:
    """Of sixty invented people, their truth lies in its interval as often as said, within three binomial SDs."""
    for share in (0.5, 0.9):
        assert _small_check().covered(name, share) == pytest.approx(share, abs=3 * np.sqrt(share * (1 - share) / 60))


def test_where_the_truth_lies_is_uniform() -> None:
    """Ranks of the truth follow a uniform distribution (Kolmogorov and Smirnov, one in a thousand), surprises too."""
    found = _small_check()
    for ranks in (*found.ranks.values(), found.surprises):
        steps = np.arange(1, 61) / 60
        apart = np.maximum(steps - np.sort(ranks), np.sort(ranks) - steps + 1 / 60).max()
        assert apart < 1.95 / np.sqrt(60)


@pytest.mark.long
def test_a_screening_test_and_a_follow_up_are_calibrated_as_said() -> None:
    """Three hundred people, every parameter: 50 % and 90 % intervals within three and a half binomial SDs."""
    told = read_assessments(ROOT / "examples/assessments/screening_test.json")
    assert told.asked is not None
    found = check(told.case(), told.asked.occasion(), 300, "long check")
    for name in found.ranks:
        for share in (0.5, 0.9):
            noise = 3.5 * np.sqrt(share * (1 - share) / 300)
            assert found.covered(name, share) == pytest.approx(share, abs=noise), name
