"""Solves in time proportional to the nodes, against dense ones."""

import numpy as np
import pytest
from tests.body.people import people

from thecal.body.anatomy import Floats, canal_grid
from thecal.body.eigenmodes import balance_weights, symmetrised
from thecal.body.regime import Regime
from thecal.body.solves import Symmetric
from thecal.body.transport import Network, canal

PATIENTS = 3
SHIFTS = np.array([0.0, 0.2, 30.0, 4e3])


def tree() -> tuple[Network, list[Floats], Symmetric]:
    """Some patients under a drain: their network, each one's dense S in order of places, and S by its few numbers."""
    cohort, regime = people(PATIENTS), Regime(drain_level="L3", drain_ml_per_h=25.0)
    network = canal(canal_grid(1.0, area_scale=cohort.of("area_scale")[:, None]), cohort, regime)
    dense = []
    for patient in range(PATIENTS):
        own = cohort.parameters_of(patient)
        dense.append(symmetrised(canal(canal_grid(1.0, area_scale=own.area_scale.value), own, regime))[0])
    operator = Symmetric.of(network)
    return network, [matrix[np.ix_(operator.order, operator.order)] for matrix in dense], operator


def test_shifted_systems_are_solved_as_dense_ones_are() -> None:
    """(S + σ) x = g for every patient and every shift, one g for all shifts or one for each, within 1e-11."""
    network, dense, operator = tree()
    chance = np.random.default_rng(2)
    for width in (1, len(SHIFTS)):
        right = chance.standard_normal((network.nodes, PATIENTS, width))
        found = operator.solve(SHIFTS, right)
        assert found.shape == (network.nodes, PATIENTS, len(SHIFTS))
        for patient, matrix in enumerate(dense):
            for column, shift in enumerate(SHIFTS):
                own = right[:, patient, min(column, width - 1)]
                expected = np.linalg.solve(matrix + shift * np.eye(network.nodes), own)
                assert np.abs(found[:, patient, column] - expected).max() < 1e-11 * np.abs(expected).max()


def test_shifts_may_differ_between_patients() -> None:
    """(patients, shifts) gives each their own."""
    network, _, operator = tree()
    right = np.ones((network.nodes, PATIENTS, 1))
    own = SHIFTS[None, 1:3] * np.array([[1.0], [2.0], [3.0]])
    together = operator.solve(own, right)
    for patient in range(PATIENTS):
        alone = operator.solve(own[patient], right)
        assert together[:, patient] == pytest.approx(alone[:, patient], rel=1e-13)


def test_the_operator_acts_as_the_dense_one_does() -> None:
    """S z for vectors (nodes, patients, any)."""
    network, dense, operator = tree()
    vectors = np.random.default_rng(3).standard_normal((network.nodes, PATIENTS, 2))
    acted = operator.times(vectors)
    for patient, matrix in enumerate(dense):
        assert acted[:, patient] == pytest.approx(matrix @ vectors[:, patient], rel=1e-9, abs=1e-9)


def test_the_weights_of_a_canal_are_those_of_any_tree() -> None:
    """Summed down the chain they are what walking the tree finds."""
    network, _, operator = tree()
    expected = np.exp(balance_weights(network) / 2) * np.sqrt(network.capacity_ml)
    scale = operator.scale.T
    assert scale == pytest.approx(expected[:, operator.order], rel=1e-12)
