"""An ensemble of virtual patients: the same numbers as their own bodies, bands that hold, and blame that adds up."""

from functools import cache

import numpy as np
import pytest
from tests.body.helpers import flex

from thecal.body import TARGETS, Body
from thecal.body.anatomy import Floats
from thecal.body.blame import TOGETHER
from thecal.body.ensemble import Ensemble, Forecast, band
from thecal.body.response import modified_ashworth, suppression
from thecal.body.stature import Stature
from thecal.body.variability import draw
from thecal.errors import BadInput, OurFault

EDGES_H, RATES = flex(3)
TIMES_H = np.arange(0.0, 72.5, 2.0)
MUSCLES = tuple(TARGETS)


@cache
def _forecast(n: int = 200, key: str = "people") -> Forecast:
    """Three days of a flex program after a settled simple continuous one, chronic therapy."""
    people = Ensemble.people("T10", n=n, key=key)
    start = people.settled([0.0, 24.0], [10.0])
    return people.forecast(
        EDGES_H, RATES, TIMES_H, start=start, baseline_mas=3.0, baseline_penn=3.0, tolerance=people.held(chronic=True)
    )


def test_a_patient_of_an_ensemble_is_that_patient_s_own_body() -> None:
    """CSF, what muscles feel and the brainstem agree with the full operator within 1e-5 of their peak."""
    cohort = draw(3, "few")
    people = Ensemble.of(cohort, "L1", levels=("L1", "C5"))
    found = people.exposure(people.settled([0.0, 24.0], [10.0]), EDGES_H, RATES, TIMES_H)
    assert found.csf_mcg_per_ml.shape == (3, len(TIMES_H), 3)
    assert found.levels == ("L1", "C5", "cisterns")
    assert found.effect_ng_per_ml.shape == (3, len(TIMES_H), len(TARGETS))
    assert found.brainstem_ng_per_ml.shape == (3, len(TIMES_H))
    for patient in range(3):
        body = Body.of("L1", parameters=cohort.parameters_of(patient))
        own = body.course(body.periodic([0.0, 24.0], [10.0]), EDGES_H, RATES, TIMES_H)
        _close(found.csf_mcg_per_ml[patient, :, 1], own.csf_at(body.grid.level_cm("C5")))
        _close(found.brainstem_ng_per_ml[patient], own.brainstem_ng_per_ml)
        for column, muscle in enumerate(MUSCLES):
            _close(found.effect_ng_per_ml[patient, :, column], own.effect_ng_per_ml[muscle])


def _close(one: Floats, other: Floats) -> None:
    np.testing.assert_allclose(one, other, atol=1e-5 * np.abs(other).max(), rtol=0.0)


def test_a_puncture_is_felt_by_everybody() -> None:
    """A bolus by lumbar puncture agrees with each patient's own body; without a puncture level it is refused."""
    cohort = draw(2, "puncture")
    people = Ensemble.of(cohort, "T10", puncture_level="L3")
    found = people.exposure(people.injected(people.rest(), 50.0), [0.0, 24.0], [0.0], [1.0, 4.0, 24.0])
    for patient in range(2):
        body = Body.of("T10", parameters=cohort.parameters_of(patient))
        own = body.course(body.injected(body.rest(), 50.0, "L3"), [0.0, 24.0], [0.0], [1.0, 4.0, 24.0])
        _close(found.effect_ng_per_ml[patient, :, 0], own.effect_ng_per_ml[MUSCLES[0]])
    without = Ensemble.of(cohort, "T10")
    with pytest.raises(OurFault, match="puncture"):
        without.injected(without.rest(), 50.0)


def test_what_they_show_follows_from_what_they_feel() -> None:
    """Tone is the Hill curve of each patient's own half-effect concentration and chronic tolerance."""
    found = _forecast()
    patient, muscle = 7, 1
    own = found.cohort.parameters_of(patient)
    felt = found.exposure.effect_ng_per_ml[patient, :, muscle]
    expected = modified_ashworth(suppression(felt, own.tolerance_chronic.value, parameters=own), 3.0)
    np.testing.assert_allclose(found.of("mas", muscle=MUSCLES[muscle])[patient], expected, rtol=1e-9)


def test_a_settled_ensemble_stays_settled() -> None:
    """Going on with the program that everybody is in balance with changes nothing from day to day."""
    people = Ensemble.people("T10", n=40)
    start = people.settled(EDGES_H[:5], RATES[:4])
    found = people.exposure(start, EDGES_H, RATES, [0.0, 24.0, 48.0, 72.0])
    np.testing.assert_allclose(found.effect_ng_per_ml[:, 1:], found.effect_ng_per_ml[:, :-1], rtol=1e-8)
    np.testing.assert_allclose(found.csf_mcg_per_ml[:, 3], found.csf_mcg_per_ml[:, 0], rtol=1e-8)


def test_a_forecast_in_two_parts_is_the_forecast() -> None:
    """Advancing to the first midnight and going on from there gives the same as going through."""
    people = Ensemble.people("T10", n=40)
    whole = people.exposure(people.rest(), EDGES_H, RATES, [60.0])
    part = people.exposure(people.advance(people.rest(), EDGES_H[:5], RATES[:4]), EDGES_H[4:], RATES[4:], [60.0])
    np.testing.assert_allclose(part.effect_ng_per_ml, whole.effect_ng_per_ml, rtol=1e-9)


def test_a_band_is_made_of_quantiles() -> None:
    """The five lines are NumPy's quantiles, in order, at each time."""
    courses = np.random.default_rng(3).normal(size=(37, 5))
    found = band(courses)
    lines = np.stack([found.low, found.quarter, found.median, found.three_quarters, found.high])
    np.testing.assert_allclose(lines, np.quantile(courses, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0))
    assert (np.diff(lines, axis=0) >= 0).all()


def test_two_hundred_are_enough() -> None:
    """Two thousand others: ends of the band of tone within three twentieths of its width, the median within a tenth."""
    few, many = _forecast(), _forecast(2_000, "others")
    for muscle in MUSCLES:
        one, other = few.band("mas", muscle=muscle), many.band("mas", muscle=muscle)
        width = other.high - other.low
        assert (np.abs(one.median - other.median) < 0.1 * width).all()
        assert (np.abs(one.low - other.low) < 0.15 * width).all()
        assert (np.abs(one.high - other.high) < 0.15 * width).all()


def test_blame_falls_on_what_decides() -> None:
    """CSF does not depend on sensitivity, tone mostly does; shares add up to one, what is left stands last."""
    found = _forecast()
    tone, fluid = found.blame("mas", muscle="soleus", at=-1), found.blame("csf", level="L1", at=-1)
    assert tone[0][0] == "sensitivity"
    assert fluid[0][0] == "spinal clearance"
    assert "sensitivity" not in dict(fluid)
    for shares in (tone, fluid):
        assert sum(share for _, share in shares) == pytest.approx(1.0)
        assert shares[-1][0] == TOGETHER


def test_every_quantity_has_a_band() -> None:
    """By muscle, by level, and of the whole person; what is not followed is refused by name."""
    found = _forecast()
    for quantity in ("mas", "suppressed", "weakness", "felt"):
        assert found.band(quantity, muscle="biceps").median.shape == TIMES_H.shape
    for quantity in ("reflex_residual", "penn", "drowsiness", "breathing_risk", "brainstem"):
        assert found.band(quantity).high.shape == TIMES_H.shape  # type: ignore[arg-type] # a loop
    assert found.band("csf", level="cisterns").low.shape == TIMES_H.shape
    with pytest.raises(OurFault, match="'calf' is not followed"):
        found.band("mas", muscle="calf")


def test_spasms_of_somebody_whose_score_nobody_knows_are_not_made_up() -> None:
    """Without a Penn score before drug there is no band of spasms: not known is not none."""
    people = Ensemble.people("T10", n=40)
    found = people.forecast([0.0, 24.0], [10.0], [12.0], baseline_mas=3.0, tolerance=1.0)
    with pytest.raises(OurFault, match="Penn"):
        found.band("penn")


def test_the_same_people_are_prepared_once() -> None:
    """Asking again for the same ensemble costs nothing; a level that is none is refused."""
    assert Ensemble.people("T10") is Ensemble.people("T10")
    with pytest.raises(BadInput, match="T13"):
        Ensemble.people("T13")


def test_a_measured_canal_narrows_the_band() -> None:
    """Who had the lumbar fluid measured does not differ in canal area: it is not to blame, and CSF varies less."""
    measured = Ensemble.people("T10", stature=Stature(lumbar_ml=43.7))
    guessed = Ensemble.people("T10")
    assert "area_scale" not in measured.cohort.values
    one, other = (
        band(each.exposure(each.settled([0, 24], [10.0]), [0, 24], [10.0], [12.0]).csf_mcg_per_ml[:, :, 3])
        for each in (measured, guessed)
    )
    assert (one.high - one.low < other.high - other.low).all()
