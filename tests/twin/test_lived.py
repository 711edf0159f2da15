"""A body through punctures, drains and postures: linear in what was given, whole when cut, and no drug lost."""

from dataclasses import replace

import numpy as np
import pytest

from thecal.body import Body, Course
from thecal.body.episodes import Episode, drainage, eliminated_mcg
from thecal.body.regime import REGIMES, USUAL
from thecal.twin.lived import Dose, Exposure, drained, live

BODY = Body.of("T10", cell_cm=2.0)
TIMES = np.arange(0.0, 49.0, 1.0)
INFUSED = Exposure(edges_h=np.array([0.0, 10.0, 48.0]), rates_mcg_per_h=np.array([12.0, 3.0]), times_h=TIMES)
DOSE = Dose(at_h=6.0, mass_mcg=50.0, level="L3")
LYING = (Episode(at_h=0.0, regime=USUAL), Episode(at_h=12.0, regime=REGIMES["lying"]))


def course(exposure: Exposure) -> Course:
    """The body from rest."""
    found, _ = live(BODY, BODY.rest(), exposure)
    return found


def test_infusion_and_puncture_add_up() -> None:
    """Both together are each alone, added: the body is linear."""
    both = course(replace(INFUSED, doses=(DOSE,)))
    alone = course(replace(INFUSED, rates_mcg_per_h=np.zeros(2), doses=(DOSE,)))
    added = course(INFUSED).csf_mcg_per_ml + alone.csf_mcg_per_ml
    assert np.allclose(both.csf_mcg_per_ml, added, atol=1e-12)


def test_a_puncture_shows_at_its_own_instant() -> None:
    """The sample at six hours is the body just after the needle, the one before it knows nothing of it."""
    seen, plain = course(replace(INFUSED, doses=(DOSE,))), course(INFUSED)
    level_cm = BODY.grid.level_cm("L3")
    assert seen.csf_at(level_cm)[5] == pytest.approx(plain.csf_at(level_cm)[5])
    assert seen.csf_at(level_cm)[6] > plain.csf_at(level_cm)[6] + 0.5


def test_two_needles_at_one_instant_are_one_of_the_sum() -> None:
    """Also where they come at the very beginning."""
    half = replace(DOSE, at_h=0.0, mass_mcg=25.0)
    two = course(replace(INFUSED, doses=(half, half)))
    one = course(replace(INFUSED, doses=(replace(DOSE, at_h=0.0),)))
    assert np.allclose(two.csf_mcg_per_ml, one.csf_mcg_per_ml, atol=1e-13)


def test_a_life_cut_in_two_is_the_same_life() -> None:
    """The state at 20 h, lived on from there, ends as the whole does."""
    whole = replace(INFUSED, doses=(DOSE,), episodes=LYING)
    _, end = live(BODY, BODY.rest(), whole)
    first = replace(whole, edges_h=np.array([0.0, 10.0, 20.0]), times_h=np.array([20.0]))
    _, middle = live(BODY, BODY.rest(), first)
    rest = Exposure(
        edges_h=np.array([20.0, 48.0]), rates_mcg_per_h=np.array([3.0]), times_h=np.array([48.0]), episodes=LYING
    )
    _, ended = live(BODY, middle, rest)
    assert np.allclose(ended.to_floats(), end.to_floats(), rtol=1e-9, atol=1e-13)


def test_what_was_given_is_held_eliminated_or_drained() -> None:
    """500 mcg by puncture, 35 mL let out two hours later: nothing is lost to the cut."""
    given = replace(DOSE, at_h=0.0, mass_mcg=500.0)
    exposure = Exposure(
        edges_h=np.array([0.0, 24.0]),
        rates_mcg_per_h=np.array([2.0]),
        times_h=np.array([0.0, 24.0]),
        doses=(given,),
        episodes=drainage(volume_ml=35.0, over_h=0.75, at_h=2.0),
    )
    _, end = live(BODY, BODY.rest(), exposure)
    after = BODY.injected(BODY.rest(), 500.0, "L3")
    lost = eliminated_mcg(BODY, after, exposure.edges_h, exposure.rates_mcg_per_h, exposure.episodes)
    out = drained(BODY, BODY.rest(), exposure)
    assert out > 30.0
    assert BODY.held_mcg(end) + lost + out == pytest.approx(500.0 + 48.0, rel=1e-10)


def test_fewer_looks_keep_both_ends() -> None:
    """No more than asked for, in order, from the first to the last; few enough are left as they are."""
    looked = INFUSED.looked_at(10)
    assert len(looked.times_h) == 10
    assert (looked.times_h[0], looked.times_h[-1]) == (0.0, 48.0)
    assert (np.diff(looked.times_h) > 0).all()
    assert INFUSED.looked_at(100) is INFUSED
