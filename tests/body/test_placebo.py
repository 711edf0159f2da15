"""Placebo: a term of its own, of a size and a time that are assumed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.body import TWO_POOL
from thecal.body.placebo import Placebo
from thecal.errors import OurFault

BY_HAND = Placebo(given_h=(2.0,), size_mas=0.8, rise_h=1.0, fade_h=3.0)


def test_nothing_comes_before_the_injection() -> None:
    """Up to the moment of giving it takes no grade off."""
    assert not BY_HAND.relief_mas([0.0, 1.0, 2.0]).any()


def test_its_size_is_its_largest_value() -> None:
    """With rise 1 h and fade 3 h it is largest ln 4 = 1.386 h after, where it is 0.8."""
    hours = np.linspace(2.0, 20.0, 18_001)
    relief = BY_HAND.relief_mas(hours)
    assert relief.max() == pytest.approx(0.8)
    assert hours[relief.argmax()] - 2.0 == pytest.approx(np.log(4.0), abs=1e-3)


def test_its_course_by_hand() -> None:
    """Three hours after: (1 − e⁻³) e⁻¹ = 0.3496 against (3/4) 4^(−1/3) = 0.4725 at the peak, of 0.8: 0.5919."""
    assert BY_HAND.relief_mas(5.0) == pytest.approx(0.5919, abs=1e-4)


@given(st.floats(0.0, 60.0), st.floats(0.0, 60.0), st.floats(0.0, 90.0))
def test_of_two_injections_the_stronger_counts(one: float, other: float, at: float) -> None:
    """Two are the larger of the two alone, and never their sum."""
    alone = [Placebo.after(given_h).relief_mas(at) for given_h in (one, other)]
    assert Placebo.after(one, other).relief_mas(at) == max(alone)


def test_the_usual_size_is_the_parameters() -> None:
    """It never takes off more than `placebo_relief`, which is called assumed."""
    relief = Placebo.after(0.0).relief_mas(np.linspace(0.0, 48.0, 481).reshape(37, 13))
    assert relief.shape == (37, 13)
    assert 0.95 * TWO_POOL.placebo_relief.value < relief.max() <= TWO_POOL.placebo_relief.value
    for number in (TWO_POOL.placebo_relief, TWO_POOL.placebo_rise, TWO_POOL.placebo_fade):
        assert number.grade == "assumed"


def test_placebo_that_harms_or_never_ends_is_refused() -> None:
    """Fewer than no grades, and times of zero."""
    for size, rise, fade in ((-0.1, 1.0, 1.0), (0.5, 0.0, 1.0), (0.5, 1.0, 0.0)):
        with pytest.raises(OurFault):
            Placebo(given_h=(0.0,), size_mas=size, rise_h=rise, fade_h=fade)
