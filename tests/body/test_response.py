"""Concentration to tone: the Hill curve, the score, its label, and the band."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.body.response import MAS_LABELS, band, mas_label, modified_ashworth, reflex_residual, suppression
from thecal.errors import OurFault

effects = st.floats(0.0, 5_000.0)
factors = st.floats(0.2, 5.0)


def test_no_drug_suppresses_nothing() -> None:
    """Zero concentration is zero effect, and leaves the reflex and the score as they were."""
    assert suppression(0.0, 1.0) == 0.0
    assert reflex_residual(0.0, 1.0) == 1.0
    assert modified_ashworth(0.0, 3.0) == 3.0


def test_the_half_effect_concentration_halves_tone() -> None:
    """66 ng/mL halves tone in a naive person; with tolerance 2.35 it takes 155.1 ng/mL."""
    assert suppression(66.0, 1.0) == pytest.approx(0.5)
    assert suppression(155.1, 2.35) == pytest.approx(0.5)
    assert reflex_residual(32.0, 1.0) == pytest.approx(0.5)


def test_twice_the_half_effect_concentration_is_on_the_fitted_slopes() -> None:
    """Worked by hand: 2^2.26 = 4.790 gives 4.790/5.790 on tone; 2^1.58 = 2.990 leaves 1/3.990 of the reflex."""
    assert suppression(132.0, 1.0) == pytest.approx(0.8273, abs=1e-4)
    assert reflex_residual(64.0, 1.0) == pytest.approx(0.2506, abs=1e-4)


def test_a_rounding_error_below_zero_is_no_drug() -> None:
    """A hair below zero gives zero, not a missing number."""
    assert suppression(-1e-15, 1.0) == 0.0


@given(effects, effects, factors)
def test_more_drug_never_suppresses_less(one: float, other: float, tolerance: float) -> None:
    """Suppression rises with concentration and stays within 0 and 1."""
    low, high = suppression([min(one, other), max(one, other)], tolerance)
    assert 0.0 <= low <= high <= 1.0


@given(effects, factors, factors)
def test_tolerance_and_sensitivity_undo_each_other(effect: float, factor: float, tolerance: float) -> None:
    """Twice as tolerant and twice as sensitive is neither."""
    once = suppression(effect, tolerance)
    assert suppression(effect, tolerance * factor, factor) == pytest.approx(float(once), abs=1e-12)


@given(st.floats(1.0, 2_000.0), factors)
def test_the_band_holds_the_middle_and_has_the_stated_width(effect: float, tolerance: float) -> None:
    """Its edges are the same person with half-effect concentrations e^0.6 higher and e^0.6 lower."""
    low, high = band(effect, tolerance)
    assert low < suppression(effect, tolerance) < high
    assert low == pytest.approx(float(suppression(effect, tolerance * np.exp(0.6))))
    assert high == pytest.approx(float(suppression(effect, tolerance * np.exp(-0.6))))


@given(st.floats(0.0, 1.0), st.floats(0.0, 4.0))
def test_the_score_stays_on_its_scale(suppressed: float, baseline: float) -> None:
    """Never below 0, never above where it began."""
    assert 0.0 <= modified_ashworth(suppressed, baseline) <= baseline


def test_the_score_is_the_fitted_scale_less_one() -> None:
    """Ashworth 4.0 of 5, 64 % suppressed: 4 − 3 · 0.64 = 2.08, shown as 1.08."""
    assert modified_ashworth(0.64, 3.0) == pytest.approx(2.08 - 1.0)


@pytest.mark.parametrize(("label", "drawn_at"), MAS_LABELS)
def test_a_grade_is_labelled_where_it_is_drawn(label: str, drawn_at: float) -> None:
    """Every grade's own height gives its name; 1+ is drawn at 1.5."""
    assert mas_label(drawn_at) == label
    assert dict(MAS_LABELS)["1+"] == 1.5


@pytest.mark.parametrize(
    ("value", "label"),
    [(0.49, "0"), (0.5, "1"), (1.24, "1"), (1.26, "1+"), (1.74, "1+"), (1.76, "2"), (2.49, "2"), (3.5, "4")],
)
def test_between_two_grades_the_nearer_one_is_named(value: float, label: str) -> None:
    """Halfway goes up."""
    assert mas_label(value) == label


def test_factors_and_scores_off_their_scale_are_refused() -> None:
    """A tolerance of zero, a negative sensitivity and a score of 5 are the caller's fault."""
    for tolerance, sensitivity in ((0.0, 1.0), (-1.0, 1.0), (1.0, 0.0), (float("nan"), 1.0), (1.0, float("inf"))):
        with pytest.raises(OurFault):
            suppression(50.0, tolerance, sensitivity)
    with pytest.raises(OurFault):
        modified_ashworth(0.5, 5.0)
