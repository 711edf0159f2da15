"""The tree of canal, cord and head: its balances, its symmetry, and how fast it converges as cells shrink."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.body.oracle import Oracle

from thecal.body import TWO_POOL, Body, level_cm
from thecal.body.anatomy import CANAL_CM, Floats, canal_grid
from thecal.body.eigenmodes import eigenmodes, symmetrised
from thecal.body.kinetics import lagged_build_up, lagged_decay
from thecal.body.transport import Links, bernoulli, canal, spread


@pytest.mark.parametrize("cell_cm", [0.25, 0.5, 2.0])
def test_the_scaled_operator_is_symmetric(cell_cm: float) -> None:
    """Bulk flow or not, S differs from its transpose by less than 1e-12 of itself."""
    matrix, _ = symmetrised(canal(canal_grid(cell_cm), TWO_POOL))
    assert np.abs(matrix - matrix.T).max() < 1e-12 * np.abs(matrix).max()


def test_the_unscaled_operator_is_not_symmetric() -> None:
    """Bulk flow makes the exchange matrix lopsided: the scaling has work to do."""
    exchange = canal(canal_grid(0.5), TWO_POOL).exchange()
    assert np.abs(exchange - exchange.T).max() > 1.0


def test_shapes_and_projection_undo_each_other() -> None:
    """V V⁻¹ is the identity, and V diag(λ) V⁻¹ is M⁻¹K."""
    network = canal(canal_grid(0.5), TWO_POOL)
    found = eigenmodes(network)
    assert np.abs(found.shapes @ found.projection - np.eye(len(found.rates_per_h))).max() < 1e-12
    operator = network.exchange() / network.capacity_ml[:, None]
    rebuilt = (found.shapes * found.rates_per_h) @ found.projection
    assert np.abs(rebuilt - operator).max() < 1e-11 * np.abs(operator).max()


def test_every_link_takes_from_one_what_it_gives_to_the_other() -> None:
    """The exchange matrix's columns sum to the losses: the links themselves neither make nor lose drug."""
    network = canal(canal_grid(0.5), TWO_POOL)
    assert network.exchange().sum(axis=0) == pytest.approx(network.loss_ml_per_h, abs=1e-9)


def test_csf_flows_as_much_out_as_in() -> None:
    """Uniform drug is carried by bulk flow alone: what all nodes gain and lose is the CSF made, drug-free, in the head.

    With K acting on a uniform concentration of one, links cancel but for flow; the total must be the losses to
    clearance, cord and brain plus the whole production.
    """
    network, grid = canal(canal_grid(0.5), TWO_POOL), canal_grid(0.5)
    cleared = 0.222 * grid.csf_ml.sum() + 0.05 * grid.cord_ml.sum() + 0.02 * 120.0
    change = network.exchange() @ np.ones(len(network.capacity_ml))
    assert change.sum() == pytest.approx(cleared + 21.0, rel=1e-12)
    assert change[network.cisterns] == pytest.approx(21.0, rel=1e-12)


@given(st.floats(0.1, 1e5), st.floats(0.0, 100.0), st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_a_link_carries_the_flow_and_never_takes_from_nothing(
    conductance: float, flow: float, here: float, there: float
) -> None:
    """Equal concentrations pass exactly the flow; both coefficients are at least zero."""
    ends = {"i": np.array([0]), "j": np.array([1])}
    link = Links(**ends, conductance_ml_per_h=np.array([conductance]), flow_ml_per_h=np.array([flow]))
    forward, backward = float(link.forward_ml_per_h[0]), float(link.backward_ml_per_h[0])
    assert forward >= backward >= 0.0
    assert forward - backward == pytest.approx(flow, rel=1e-9, abs=1e-9 * conductance)


@given(st.floats(-1e4, 1e4))
def test_the_bernoulli_function_mirrors(x: float) -> None:
    """B(−x) = B(x) + x, the relation that makes flow balance; B(0) = 1."""
    here, mirrored, zero = bernoulli(np.array([x, -x, 0.0]))
    assert mirrored == pytest.approx(here + x, rel=1e-12, abs=1e-12)
    assert zero == 1.0


@pytest.mark.parametrize("level", ["C1", "T10", "S2"])
def test_what_enters_is_shared_out_whole(level: str) -> None:
    """One mcg in, one mcg shared, even where the spread would reach past the canal's end; most of it near the tip."""
    grid = canal_grid(0.5)
    network = canal(grid, TWO_POOL)
    shares = spread(grid, network, level_cm(level), 1.25)
    near = np.abs(grid.centres_cm - level_cm(level)) < 2.5
    assert shares.sum() == pytest.approx(1.0, rel=1e-14)
    assert shares.min() >= 0.0
    assert shares[: network.cells][near].sum() > 0.9


def test_the_operator_is_the_oracles() -> None:
    """Against the equations assembled a second time: every entry of M⁻¹K and of the source, within 1e-10."""
    body = Body.adult("T10")
    oracle = Oracle(cells=body.network.cells, tip=level_cm("T10"))
    nodes = len(body.network.capacity_ml)
    operator = -body.network.exchange() / body.network.capacity_ml[:, None]
    expected = oracle.matrix()[:nodes, :nodes]
    assert np.abs(operator - expected).max() < 1e-10 * np.abs(expected).max()
    assert body.source / body.network.capacity_ml == pytest.approx(oracle.source()[:nodes], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("pool_rate", [0.05, 0.4, 1.8])
@pytest.mark.parametrize("rate", [0.05, 0.05 + 1e-9, 0.4, 7000.0])
@pytest.mark.parametrize("time", [1e-3, 1.0, 1000.0])
def test_the_lag_of_a_pool_is_its_convolution(pool_rate: float, rate: float, time: float) -> None:
    """The closed forms g and h equal their integrals by Gauss quadrature, also where both rates coincide."""
    fastest = max(rate, pool_rate)
    finer_towards_zero = np.concatenate([[0.0], np.geomspace(min(time, 1e-3 / fastest), time, 60)])
    stops = np.union1d(finer_towards_zero, time - finer_towards_zero)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    at = np.concatenate([(b - a) / 2 * nodes + (a + b) / 2 for a, b in pairwise(stops)])
    weight = np.concatenate([(b - a) / 2 * weights for a, b in pairwise(stops)])
    g = float(weight @ (np.exp(-pool_rate * at) * np.exp(-rate * (time - at))))
    h = float(weight @ (np.exp(-pool_rate * at) * -np.expm1(-rate * (time - at)) / rate))
    rates, times = np.array([rate]), np.array([time])
    assert lagged_decay(rates, pool_rate, times)[0, 0] == pytest.approx(g, rel=1e-8, abs=1e-14)
    assert lagged_build_up(rates, pool_rate, times)[0, 0] == pytest.approx(h, rel=1e-6, abs=1e-14)


def after_a_bolus(cells: int) -> tuple[Floats, Floats]:
    """CSF an hour into a 150 mcg bolus, on so many cells, and the cells' volumes."""
    body = Body.adult("T10", cell_cm=CANAL_CM / cells)
    course = body.course(body.steady(5.0), [0.0, 1.0], [150.0], [1.0])
    return course.csf_mcg_per_ml[0], body.grid.csf_ml


def test_halving_the_cells_quarters_the_error() -> None:
    """Against a grid four times finer than the finest here, the error falls with the second power of the cell."""
    fine, volumes = after_a_bolus(496)
    errors = []
    for cells in (31, 62, 124):
        csf, _ = after_a_bolus(cells)
        expected = (fine * volumes).reshape(cells, -1).sum(axis=1) / volumes.reshape(cells, -1).sum(axis=1)
        errors.append(float(np.sqrt(np.mean((csf - expected) ** 2)) / fine.max()))
    slopes = [math.log2(coarse / finer) for coarse, finer in pairwise(errors)]
    assert slopes == pytest.approx([2.0, 2.0], abs=0.2)
    assert errors[-1] < 5e-4
