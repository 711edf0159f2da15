"""Where eigenmodes carry a body and where they may not: against the matrix exponential, and against conservation."""

from dataclasses import replace

import numpy as np
import pytest
from tests.body.helpers import relative_difference

from thecal.body import Body
from thecal.body.dense import Dense
from thecal.body.eigenmodes import MOST_PECLET, eigenmodes, has_eigenmodes, total_peclet
from thecal.body.modal import Modal
from thecal.body.regime import Regime
from thecal.body.transport import Links

EDGES = np.array([0.0, 0.1, 1.0, 5.0, 29.0, 100.0])
RATES = np.array([50.0, 0.0, 12.0, 20.0, 5.0])
CELL_CM = 2.0


def under(stirring: float, drain_ml_per_h: float) -> Body:
    """An adult whose fluid flows fast, on coarse cells."""
    regime = Regime(stirring=stirring, drain_level="L3", drain_ml_per_h=drain_ml_per_h)
    return Body.of("T10", regime=regime, cell_cm=CELL_CM)


def both(body: Body) -> tuple[Modal, Dense]:
    """The same body carried both ways."""
    modal = Modal.of(body.network, eigenmodes(body.network), body.source, body.pools)
    return modal, Dense.of(body.network, body.source, body.pools)


@pytest.mark.parametrize(("stirring", "drain"), [(1.0, 0.0), (1.0, 140.0), (1.0, 180.0), (0.1, 15.0), (0.016, 0.0)])
def test_eigenmodes_agree_with_the_matrix_exponential(stirring: float, drain: float) -> None:
    """At Péclet numbers from 0.6 to 19 concentrations agree within 1e-10 of the highest, pools 1e-9 of theirs."""
    body = under(stirring, drain)
    assert body.method == "eigenmodes"
    assert total_peclet(body.network) < MOST_PECLET
    modal, dense = both(body)
    begin, effects = dense.steady(5.0)
    expected, expected_effects = dense.march(begin, effects, EDGES, RATES)
    found, found_effects = modal.march(modal.coordinates(begin), effects, EDGES, RATES)
    assert np.abs(modal.concentrations(found) - expected).max() < 1e-10 * expected.max()
    assert (np.abs(found_effects - expected_effects).max(axis=0) < 1e-9 * expected_effects.max(axis=0)).all()


@pytest.mark.parametrize(("stirring", "drain"), [(1.0, 300.0), (0.0095, 0.0)])
def test_a_little_beyond_the_limit_eigenmodes_still_agree(stirring: float, drain: float) -> None:
    """At Péclet numbers of 29, where they are not used, they lose digits, not their way: 1e-7 of the highest."""
    body = under(stirring, drain)
    assert body.method == "expm"
    assert 27.0 < total_peclet(body.network) < 31.0
    modal, dense = both(body)
    begin, effects = dense.steady(5.0)
    expected, _ = dense.march(begin, effects, EDGES, RATES)
    found, _ = modal.march(modal.coordinates(begin), effects, EDGES, RATES)
    assert np.abs(modal.concentrations(found) - expected).max() < 1e-7 * expected.max()


def test_both_ways_find_the_same_fixed_points_and_exposure() -> None:
    """What never changes, what repeats daily, and the integral over time are the same by either."""
    modal, dense = both(under(1.0, 70.0))
    for one, other in (
        (modal.steady(9.0), dense.steady(9.0)),
        (modal.periodic(EDGES, RATES), dense.periodic(EDGES, RATES)),
    ):
        assert modal.concentrations(one[0]) == pytest.approx(other[0], rel=1e-10)
        assert one[1] == pytest.approx(other[1], rel=1e-9)
    begin, _ = dense.steady(5.0)
    exposed = dense.exposure(begin, EDGES, RATES)
    assert modal.exposure(modal.coordinates(begin), EDGES, RATES) == pytest.approx(exposed, rel=1e-9)


@pytest.mark.parametrize(("stirring", "drain"), [(1.0, 400.0), (0.008, 0.0), (0.008, 70.0)])
def test_beyond_the_limit_the_exponential_takes_over_and_conserves(stirring: float, drain: float) -> None:
    """Péclet numbers of 22 to some 600: what was given is held, eliminated or drained, and nothing falls below zero."""
    body = under(stirring, drain)
    assert body.method == "expm"
    begin = body.steady(5.0)
    end = body.advance(begin, EDGES, RATES)
    exposure = body.exposure(begin, EDGES, RATES)
    left_mcg = body.eliminated_mcg(begin, EDGES, RATES) + float(body.network.drain_ml_per_h @ exposure)
    given_mcg = body.held_mcg(begin) + float(RATES @ np.diff(EDGES))
    assert body.held_mcg(end) + left_mcg == pytest.approx(given_mcg, rel=1e-10)
    assert min(end.concentrations_mcg_per_ml) > -1e-13 * max(end.concentrations_mcg_per_ml)
    assert relative_difference(body.advance(begin, [0.0, 9.0], [5.0]), begin) < 1e-10


def test_a_loop_has_no_eigenmodes_of_ours() -> None:
    """One more link, from the first cell to the last, and the premise is gone: the exponential still conserves."""
    body = under(1.0, 0.0)
    network = body.network
    links = Links(
        i=np.append(network.links.i, 0),
        j=np.append(network.links.j, network.cells - 1),
        conductance_ml_per_h=np.append(network.links.conductance_ml_per_h, 5.0),
        flow_ml_per_h=np.append(network.links.flow_ml_per_h, 0.0),
    )
    looped = replace(network, links=links)
    assert has_eigenmodes(network)
    assert not has_eigenmodes(looped)
    dense = Dense.of(looped, body.source, body.pools)
    begin, effects = dense.steady(5.0)
    assert float(looped.loss_ml_per_h @ begin) == pytest.approx(5.0, rel=1e-12)
    assert dense.march(begin, effects, EDGES, np.full(5, 5.0))[0][-1] == pytest.approx(begin, rel=1e-10)


def test_a_needle_takes_what_passes_it() -> None:
    """A drain adds its own flow from the head down to it, and none below; cells there keep the fluid's balance."""
    usual, drained = under(1.0, 0.0).network, under(1.0, 40.0).network
    added = drained.links.flow_ml_per_h - usual.links.flow_ml_per_h
    needle = int(np.flatnonzero(drained.drain_ml_per_h)[0])
    assert drained.drain_ml_per_h[needle] == 40.0
    assert added[: needle + 2] == pytest.approx(np.full(needle + 2, 40.0))
    assert np.abs(added[needle + 2 :]).max() == 0.0
    assert drained.loss_ml_per_h == pytest.approx(usual.loss_ml_per_h)
