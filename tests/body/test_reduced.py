"""A score of modes against all of them, and against what they say they cannot be wrong by."""

from functools import cache

import numpy as np
import pytest
from tests.body.people import people

from thecal.body import Body
from thecal.body.anatomy import Floats
from thecal.body.cohort import Cohort
from thecal.body.kinetics import POOLS
from thecal.body.modal import Modal
from thecal.body.reduced import CISTERNS, LEVELS, Reduced, reduce, reducible
from thecal.body.regime import REGIMES
from thecal.errors import BadInput, OurFault

PATIENTS = 6
TIMES = np.geomspace(1.0 / 60.0, 200.0, 80)
CELL_CM = 1.0


@cache
def bodies(tip: str) -> list[tuple[Body, Modal]]:
    """The same people, each as a body of their own."""
    found = []
    for patient in range(PATIENTS):
        body = Body.of(tip, parameters=people(PATIENTS).parameters_of(patient), cell_cm=CELL_CM)
        assert isinstance(body.propagator, Modal)
        found.append((body, body.propagator))
    return found


def risen(rates: Floats, drive: Floats, times: Floats) -> Floats:
    """Amplitudes (times, modes) after so long at 1 mcg/h."""
    return np.asarray(-np.expm1(-np.outer(np.maximum(times, 0.0), rates)) / rates * drive)


def seen(body: Body, nodes: Floats) -> Floats:
    """Outputs (times, outputs) of concentrations (times, nodes)."""
    csf = nodes[:, : body.network.cells]
    levels = [[np.interp(body.grid.level_cm(level), body.grid.centres_cm, row) for row in csf] for level in LEVELS]
    return np.column_stack([*levels, nodes[:, body.network.cisterns]])


def stepped(reduced: Reduced, patient: int, tip: str, width_h: float = np.inf) -> tuple[Floats, Floats]:
    """Outputs (times, outputs) after a step of 1 mcg/h, or a pulse of some width: by few modes, and by all."""
    body, modal = bodies(tip)[patient]
    rates, drive = reduced.rates_per_h[patient], reduced.drive[patient]
    few = risen(rates, drive, TIMES) - risen(rates, drive, TIMES - width_h)
    every = modal.eigenmodes.rates_per_h
    whole = risen(every, modal.drive, TIMES) - risen(every, modal.drive, TIMES - width_h)
    return few @ reduced.outputs[patient].T, seen(body, modal.concentrations(whole))


@pytest.mark.parametrize("tip", ["T10", "C5", "L3"])
def test_the_error_never_exceeds_its_bound_and_the_bound_fades(tip: str) -> None:
    """For each patient, output and time: |error| ≤ bound · e^(−λ₀t/2), for few modes and for many."""
    for modes in (6, 10, 20):
        reduced = reduce(people(PATIENTS), tip_level=tip, modes=modes, cell_cm=CELL_CM)
        for patient in range(PATIENTS):
            few, whole = stepped(reduced, patient, tip)
            faded = np.exp(-reduced.fading_per_h[patient] * TIMES[:, None] / 2.0)
            rounding = 1e-13 * whole.max()
            assert (np.abs(few - whole) <= reduced.bound[patient] * faded + rounding).all()


def test_the_bound_is_worth_having() -> None:
    """It falls with the error, twentyfold and more from 6 modes to 12 and again to 20, to below 1e-3 of the peak."""
    largest = []
    for modes in (6, 12, 20):
        reduced = reduce(people(PATIENTS), tip_level="T10", modes=modes, cell_cm=CELL_CM)
        peaks = [stepped(reduced, patient, "T10")[1].max() for patient in range(PATIENTS)]
        largest.append(float((reduced.bound.max(axis=1) / np.array(peaks)).max()))
    assert largest[1] < largest[0] / 20.0
    assert largest[2] < largest[1] / 20.0
    assert largest[2] < 1e-3


@pytest.mark.parametrize("tip", ["T10", "C5", "L3"])
def test_twenty_modes_are_right_to_a_millionth(tip: str) -> None:
    """A step of infusion within 1e-6 of the highest concentration, a ten-minute bolus within 5e-6 while it spreads."""
    reduced = reduce(people(PATIENTS), tip_level=tip, cell_cm=CELL_CM)
    for patient in range(PATIENTS):
        few, whole = stepped(reduced, patient, tip)
        assert np.abs(few - whole).max() < 1e-6 * whole.max()
        few, whole = stepped(reduced, patient, tip, width_h=1.0 / 6.0)
        assert np.abs(few - whole).max() < 5e-6 * whole.max()


def test_a_puncture_is_right_and_within_its_bound() -> None:
    """One mcg at L3, beside a tip at T10: within 1e-4 of the peak from the first minute on, and within the bound."""
    reduced = reduce(people(PATIENTS), tip_level="T10", puncture_level="L3", cell_cm=CELL_CM)
    assert reduced.rates_per_h.shape == (PATIENTS, 40)
    for patient, (body, modal) in enumerate(bodies("T10")):
        injected = modal.coordinates(np.array(body.injected(body.rest(), 1.0).concentrations_mcg_per_ml))
        whole = seen(body, modal.concentrations(np.exp(-np.outer(TIMES, modal.eigenmodes.rates_per_h)) * injected))
        fading = np.exp(-np.outer(TIMES, reduced.rates_per_h[patient])) * reduced.puncture[patient]
        error = np.abs(fading @ reduced.outputs[patient].T - whole)
        assert error.max() < 1e-4 * whole.max()
        assert (error <= reduced.puncture_bound[patient] + 1e-13 * whole.max()).all()


def test_steady_states_are_exact() -> None:
    """The shift of nought makes what endless infusion tends to right to rounding, pools and all, however few modes."""
    reduced = reduce(people(PATIENTS), tip_level="T10", modes=4, cell_cm=CELL_CM)
    for patient, (body, _) in enumerate(bodies("T10")):
        settled = reduced.drive[patient] / reduced.rates_per_h[patient]
        state = body.steady(1.0)
        nodes = np.array(state.concentrations_mcg_per_ml)[None]
        assert reduced.outputs[patient] @ settled == pytest.approx(seen(body, nodes)[0], rel=1e-9)
        assert reduced.pool_shapes[patient] @ settled == pytest.approx(state.effects_ng_per_ml, rel=1e-9)


def test_no_rate_is_slower_than_the_body_is() -> None:
    """Rates are real and positive, none below the slowest of the body, and λ₀ lies below that."""
    reduced = reduce(people(PATIENTS), tip_level="T10", cell_cm=CELL_CM)
    for patient, (_, modal) in enumerate(bodies("T10")):
        slowest = float(modal.eigenmodes.rates_per_h[0])
        assert reduced.rates_per_h[patient].min() >= slowest * (1.0 - 1e-9)
        assert 0.5 * slowest < reduced.fading_per_h[patient] <= slowest


def test_arrays_have_the_shapes_they_claim() -> None:
    """Patients, modes, outputs and pools; some of the patients are a reduction too."""
    reduced = reduce(people(PATIENTS), tip_level="T10", modes=8, levels=("C2", "L4"), cell_cm=CELL_CM)
    assert reduced.names == ("C2", "L4", CISTERNS)
    assert len(reduced) == PATIENTS
    assert reduced.drive.shape == reduced.puncture.shape == reduced.rates_per_h.shape == (PATIENTS, 8)
    assert reduced.outputs.shape == (PATIENTS, 3, 8)
    assert reduced.pool_shapes.shape == (PATIENTS, len(POOLS), 8)
    assert reduced.pool_rates_per_h.shape == (PATIENTS, len(POOLS))
    assert reduced.bound.shape == reduced.puncture_bound.shape == (PATIENTS, 3)
    assert not reduced.puncture.any()
    some = reduced.some(slice(2, 4))
    assert len(some) == 2
    assert some.outputs.tolist() == reduced.outputs[2:4].tolist()


def test_how_many_are_reduced_at_once_does_not_matter() -> None:
    """The last of many, in a block of its own, comes out as it does alone."""
    many = people(66)
    together = reduce(many, tip_level="T10", modes=6, cell_cm=4.0)
    alone = reduce(many.some(slice(65, 66)), tip_level="T10", modes=6, cell_cm=4.0)
    assert together.rates_per_h[65] == pytest.approx(alone.rates_per_h[0], rel=1e-9)
    assert together.bound[65] == pytest.approx(alone.bound[0], rel=1e-6)


def test_who_can_be_reduced_is_known_beforehand() -> None:
    """Of two people, one of whom stirs a thousandth as much, the other can; without him the cohort is reduced."""
    values = {"dispersion_floor": np.array([0.1, 1e-4]), "mixing_length": np.array([0.2, 1e-4])}
    cohort = Cohort(values=values)
    assert reducible(cohort, cell_cm=CELL_CM).tolist() == [True, False]
    with pytest.raises(OurFault):
        reduce(cohort, tip_level="T10", cell_cm=CELL_CM)
    assert len(reduce(cohort.some(slice(0, 1)), tip_level="T10", cell_cm=CELL_CM)) == 1


def test_what_modes_cannot_carry_is_refused() -> None:
    """Fluid that flows too fast for modes, a tip where none can be, and fewer modes than do anything."""
    with pytest.raises(OurFault, match="too fast"):
        reduce(people(PATIENTS), tip_level="T10", regime=REGIMES["anaesthetised"], cell_cm=CELL_CM)
    with pytest.raises(BadInput):
        reduce(people(PATIENTS), tip_level="S2", cell_cm=CELL_CM)
    with pytest.raises(OurFault, match="modes carry nothing"):
        reduce(people(PATIENTS), tip_level="T10", modes=1, cell_cm=CELL_CM)
