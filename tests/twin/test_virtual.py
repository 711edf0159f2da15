"""Virtual patients are the same people in every run, near enough in coarse cells, and a band around the typical one."""

from dataclasses import replace

import numpy as np

from thecal.body import TARGETS, Body
from thecal.body.regime import USUAL
from thecal.twin.lived import Dose, Exposure, live
from thecal.twin.virtual import CELL_CM, PATIENTS, Felt, crowd, people, spread

EXPOSURE = Exposure(
    edges_h=np.array([0.0, 24.0, 72.0]),
    rates_mcg_per_h=np.array([10.0, 0.0]),
    times_h=np.arange(0.0, 73.0, 3.0),
    doses=(Dose(at_h=12.0, mass_mcg=50.0, level="L3"),),
)
PUNCTURED = 4
LEVELS = ("C2", "T10", "L3")
FINE = Body.of("T10")


def test_coarse_cells_move_no_muscle_by_more_than_a_thousandth() -> None:
    """Infusion, a puncture and the days after it, against cells a quarter as long.

    Fluid comes within a hundredth, but at the instant of the puncture itself: a cell is as wide as what was injected.
    """
    coarse = Body.of("T10", cell_cm=CELL_CM)
    fine_felt, coarse_felt = (Felt.of(live(body, body.rest(), EXPOSURE)[0], body, LEVELS) for body in (FINE, coarse))
    for name, most in (("effect_ng_per_ml", 1e-3), ("brainstem_ng_per_ml", 1e-3), ("csf_mcg_per_ml", 1e-2)):
        fine, rough = (np.delete(getattr(felt, name), PUNCTURED, axis=0) for felt in (fine_felt, coarse_felt))
        assert np.abs(fine - rough).max() < most * np.abs(fine).max(), name


def test_the_same_people_come_to_every_run() -> None:
    """Whoever is first is first again, and one more hour of drug changes nobody's parameters."""
    assert len(people(FINE)) == PATIENTS
    one, other = people(FINE), people(Body.of("C5", regime=USUAL))
    assert all((one.of(name) == other.of(name)).all() for name in one.values)
    few = one.some(slice(0, 3))
    longer = replace(EXPOSURE, rates_mcg_per_h=np.array([10.0, 1.0]))
    before, after = (crowd(few, FINE, lambda body: body.rest(), each, levels=LEVELS) for each in (EXPOSURE, longer))
    assert (before.effect_ng_per_ml[:, 8] == after.effect_ng_per_ml[:, 8]).all()
    assert (before.effect_ng_per_ml[:, -1] < after.effect_ng_per_ml[:, -1]).all()


def test_a_crowd_has_the_shapes_it_says_and_tells_how_far_it_is() -> None:
    """(patients, times, levels) and (patients, times, targets); each patient done is told of."""
    told: list[tuple[int, int]] = []
    few = people(FINE).some(slice(0, 4))
    felt = crowd(
        few, FINE, lambda body: body.rest(), EXPOSURE, levels=LEVELS, seen=lambda done, of: told.append((done, of))
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
