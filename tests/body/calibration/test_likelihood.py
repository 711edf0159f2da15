"""How likely readings are, and what tone without drug is when it was read."""

import numpy as np
import pytest

from thecal.body.calibration.errors import FLUID_LOG_SD, GRADES, REFLEX_LOG_SD, grade_log_odds, log_normal
from thecal.body.calibration.likelihood import Odds, baseline_of, imagined
from thecal.body.calibration.observed import Ashworth, Case, Fluid, Given, Occasion, Reflex
from thecal.errors import BadInput

READINGS = (
    Ashworth(muscle="soleus", at_h=1.0, grade="2"),
    Reflex(at_h=1.0, residual=0.3),
    Fluid(level="L3", at_h=2.0, mcg_per_ml=0.4),
)


def test_readings_err_independently() -> None:
    """The likelihood of several readings is the product of theirs."""
    expected = np.array([[2.2, 0.25, 0.5], [1.0, 0.6, 0.2]])
    together = Odds.of(expected).log_likelihood(READINGS)
    for draw in range(2):
        mas, residual, fluid = expected[draw]
        alone = grade_log_odds(mas)[GRADES.index("2")]
        alone += log_normal(0.3, residual, REFLEX_LOG_SD.value) + log_normal(0.4, fluid, FLUID_LOG_SD.value)
        assert together[draw] == pytest.approx(float(alone))


def test_a_reflex_that_is_gone_is_not_infinitely_unlikely() -> None:
    """None found where little was expected is likely; and no drug yet where some was found stays a number."""
    gone = (Reflex(at_h=1.0, residual=0.0),)
    little, much = Odds.of(np.array([[0.01], [0.8]])).log_likelihood(gone)
    assert little > much
    assert np.isfinite(Odds.of(np.zeros((1, 1))).log_likelihood((Fluid(level="L3", at_h=0.0, mcg_per_ml=0.4),))).all()


def test_imagined_readings_lie_around_what_is_expected() -> None:
    """Made up a thousand times, readings have the stated spread around what they are made from."""
    many = [imagined(READINGS, np.array([2.0, 0.3, 0.4]), str(person)) for person in range(1_000)]
    reflexes = np.log([each[1].residual for each in many if isinstance(each[1], Reflex)])
    assert reflexes.mean() == pytest.approx(np.log(0.3), abs=4 * REFLEX_LOG_SD.value / np.sqrt(1_000))
    assert reflexes.std() == pytest.approx(REFLEX_LOG_SD.value, rel=0.1)
    grades = [each[0].grade for each in many if isinstance(each[0], Ashworth)]
    assert max(set(grades), key=grades.count) == "2"
    assert imagined(READINGS, np.array([2.0, 0.3, 0.4]), "7") == many[7]


def test_tone_without_drug_is_what_was_read_within_its_error() -> None:
    """Read as 3 twice, it lies near 3, nearer than after one reading, and never outside the scale."""
    z = np.random.default_rng(4).normal(size=4_000)
    once, twice = baseline_of(z, ("3",)), baseline_of(z, ("3", "3"))
    assert np.median(twice) == pytest.approx(3.0, abs=0.1)
    assert twice.std() < once.std()
    top = baseline_of(z, ("4",))
    assert top.max() <= 4.0
    assert np.median(top) > 3.4
    assert (np.diff(baseline_of(np.sort(z), ("2",))) >= 0.0).all()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Ashworth(muscle="calf", at_h=1.0, grade="2"), "muscle"),
        (lambda: Ashworth(muscle="soleus", at_h=1.0, grade="2.5"), "grade"),
        (lambda: Reflex(at_h=1.0, residual=-0.1), "residual"),
        (lambda: Fluid(level="L9", at_h=1.0, mcg_per_ml=0.3), "level"),
        (lambda: Fluid(level="L3", at_h=1.0, mcg_per_ml=0.0), "concentration"),
        (lambda: Occasion(says="none", given=Given(), readings=()), "readings"),
        (lambda: Occasion(says="early", given=Given(), readings=(Reflex(at_h=-1.0, residual=1.0),)), "at"),
        (lambda: Case(tip_level="T10", baseline={"soleus": ("3",)}, occasions=()), "occasions"),
        (
            lambda: Case(
                tip_level="T10", baseline={}, occasions=(Occasion(says="a", given=Given(), readings=READINGS[:1]),)
            ),
            "baseline",
        ),
    ],
)
def test_what_cannot_have_been_found_is_refused(make: object, says: str) -> None:
    """BadInput names the field."""
    assert callable(make)
    with pytest.raises(BadInput) as refused:
        make()
    assert refused.value.field == says
