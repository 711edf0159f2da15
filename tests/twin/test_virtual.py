"""Virtual patients are the same people in every run, near enough in coarse cells, and a band around the typical one."""

from dataclasses import replace

import numpy as np
import pytest

from thecal.body import TARGETS, Body, Stature
from thecal.body.regime import USUAL
from thecal.twin.lived import Dose, Exposure, live
from thecal.twin.virtual import CELL_CM, PATIENTS, Felt, band_along, crowd, people, spread

EXPOSURE = Exposure(
    edges_h=np.array([0.0, 24.0, 72.0]),
    rates_mcg_per_h=np.array([10.0, 0.0]),
    times_h=np.arange(0.0, 73.0, 3.0),
    doses=(Dose(at_h=12.0, mass_mcg=50.0, level="L3"),),
)
PUNCTURED = replace(EXPOSURE, doses=(Dose(at_h=10.0, mass_mcg=50.0, level="L3"),))
BOLUS = Exposure(
    edges_h=np.array([0.0, 1 / 12, 48.0]), rates_mcg_per_h=np.array([600.0, 0.0]), times_h=np.arange(0.0, 48.0, 0.25)
)
LEVELS = ("C2", "T10", "L3")
FINE = Body.of("T10")


@pytest.mark.parametrize("tip_level", ["T10", "C1"])
@pytest.mark.parametrize("stature", [Stature(), Stature(height_cm=92.0, age_years=4.0)], ids=["adult", "child"])
@pytest.mark.parametrize("exposure", [PUNCTURED, BOLUS], ids=["infusion and puncture", "bolus at the tip"])
def test_coarse_cells_cost_two_thousandths(tip_level: str, stature: Stature, exposure: Exposure) -> None:
    """Of what muscles and brainstem feel and fluid holds, against cells a quarter as long, whoever it is."""
    felt = []
    for cell_cm in (CELL_CM, CELL_CM / 4):
        body = Body.of(tip_level, stature=stature, cell_cm=cell_cm * stature.taller)
        course, _ = live(body, body.rest(), exposure)
        felt.append(Felt.of(course, body, ("C2", tip_level, "L3")))
    for name in ("effect_ng_per_ml", "brainstem_ng_per_ml", "csf_mcg_per_ml"):
        rough, fine = (getattr(each, name) for each in felt)
        assert np.abs(fine - rough).max() < 2e-3 * np.abs(fine).max(), name


def test_the_same_people_come_to_every_run() -> None:
    """Whoever is first is first again, and one more hour of drug changes nobody's parameters."""
    assert len(people(FINE)) == PATIENTS
    one, other = people(FINE), people(Body.of("C5", regime=USUAL))
    assert all((one.of(name) == other.of(name)).all() for name in one.values)
    few = one.some(slice(0, 3))
    longer = replace(EXPOSURE, rates_mcg_per_h=np.array([10.0, 1.0]))
    before, after = crowd(few, FINE, lambda body: body.rest(), [EXPOSURE, longer], levels=LEVELS)
    assert (before.effect_ng_per_ml[:, 8] == after.effect_ng_per_ml[:, 8]).all()
    assert (before.effect_ng_per_ml[:, -1] < after.effect_ng_per_ml[:, -1]).all()


def test_a_crowd_has_the_shapes_it_says_and_tells_how_far_it_is() -> None:
    """(patients, times, levels) and (patients, times, targets); each patient done is told of."""
    told: list[tuple[int, int]] = []
    few = people(FINE).some(slice(0, 4))
    (felt,) = crowd(
        few, FINE, lambda body: body.rest(), [EXPOSURE], levels=LEVELS, seen=lambda done, of: told.append((done, of))
    )
    times = len(EXPOSURE.times_h)
    assert felt.csf_mcg_per_ml.shape == (4, times, len(LEVELS))
    assert felt.effect_ng_per_ml.shape == (4, times, len(TARGETS))
    assert felt.brainstem_ng_per_ml.shape == (4, times)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_spread_leaves_a_tenth_outside() -> None:
    """Of 1 to 101 the middle nine tenths are 6 to 96."""
    low, high = spread(np.arange(1.0, 102.0)[:, None])
    assert (low[0], high[0]) == (6.0, 96.0)
    many = np.random.default_rng(3).normal(size=(200, 7))
    assert np.allclose(spread(many), np.quantile(many, (0.05, 0.95), axis=0))


def test_a_band_that_is_looked_at_now_and_then_follows_the_line_s_jumps() -> None:
    """Everybody has a tenth to twice the line's fluid: so it is between two looks, at a peak and where nothing is."""
    times_h = np.arange(0.0, 49.0)
    line = np.where(times_h % 12 == 5, 4.0, 0.5) * (times_h < 40)
    many = np.linspace(0.1, 2.0, 96)[:, None] * line[::6]
    low, high = band_along(times_h, times_h[::6], line, many)
    assert np.allclose(low[:37], (0.1 + 0.05 * 1.9) * line[:37], rtol=1e-4)
    assert np.allclose(high[:37], (0.1 + 0.95 * 1.9) * line[:37], rtol=1e-4)
    assert (low <= line).all()
    assert (line <= high).all()
    assert high[40:].max() < 1e-5
