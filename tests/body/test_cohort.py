"""Many patients as arrays: the same equations as for one."""

import numpy as np
import pytest
from tests.body.people import people

from thecal.body import TWO_POOL
from thecal.body.anatomy import canal_grid
from thecal.body.cohort import Cohort
from thecal.body.eigenmodes import balance_weights, total_peclet
from thecal.body.kinetics import PLASMA, POOLS, pools
from thecal.body.regime import Regime
from thecal.body.transport import canal, spread
from thecal.errors import OurFault

DRAINED = Regime(stirring=0.7, drain_level="L3", drain_ml_per_h=30.0)


def test_a_cohorts_tree_is_each_patients_own() -> None:
    """Every array of the network, with patients in front, holds for each what `canal` finds for that one alone."""
    cohort = people(3)
    network = canal(canal_grid(1.0, area_scale=cohort.of("area_scale")[:, None]), cohort, DRAINED)
    for patient in range(3):
        own = cohort.parameters_of(patient)
        alone = canal(canal_grid(1.0, area_scale=own.area_scale.value), own, DRAINED)
        assert network.capacity_ml[patient] == pytest.approx(alone.capacity_ml, rel=1e-14)
        assert network.loss_ml_per_h[patient] == pytest.approx(alone.loss_ml_per_h, rel=1e-12)
        assert network.exchange()[patient] == pytest.approx(alone.exchange(), rel=1e-12)
        assert balance_weights(network)[patient] == pytest.approx(balance_weights(alone), rel=1e-12)
        assert total_peclet(network)[patient] == pytest.approx(float(total_peclet(alone)), rel=1e-12)


def test_a_cohorts_pools_are_each_patients_own() -> None:
    """Rates (patients, pools) and weights (patients, pools, nodes), plasma's after each one's own losses."""
    cohort = people(2)
    grid = canal_grid(2.0, area_scale=cohort.of("area_scale")[:, None])
    network = canal(grid, cohort)
    together = pools(grid, network, cohort)
    assert together.rates_per_h.shape == (2, len(POOLS))
    assert together.weights.shape == (2, len(POOLS), network.nodes)
    own = cohort.parameters_of(1)
    alone_grid = canal_grid(2.0, area_scale=own.area_scale.value)
    alone = pools(alone_grid, canal(alone_grid, own), own)
    assert together.rates_per_h[1] == pytest.approx(alone.rates_per_h, rel=1e-14)
    assert together.weights[1] == pytest.approx(alone.weights, rel=1e-12)
    assert together.weights[0, PLASMA] != pytest.approx(together.weights[1, PLASMA])


def test_a_cohorts_spread_at_the_tip_is_each_patients_own() -> None:
    """One mcg for each, wider where a patient's spread is wider."""
    cohort = people(2)
    grid = canal_grid(1.0)
    shares = spread(grid, canal(grid, TWO_POOL), 30.0, cohort.of("pump_spread")[:, None])
    assert shares.sum(axis=1) == pytest.approx([1.0, 1.0])
    alone = spread(grid, canal(grid, TWO_POOL), 30.0, float(cohort.of("pump_spread")[1]))
    assert shares[1] == pytest.approx(alone, rel=1e-12)


def test_what_a_cohort_does_not_say_is_as_in_its_set() -> None:
    """A number that nobody differs in is everybody's; some of the patients are patients too."""
    cohort = people(4)
    assert cohort.of("cisternal_volume").tolist() == [TWO_POOL.cisternal_volume.value] * 4
    assert cohort.numbers()["cisternal_volume"] == TWO_POOL.cisternal_volume.value
    assert len(cohort.some(slice(1, 3))) == 2
    assert cohort.some(slice(1, 3)).of("slow_rate").tolist() == cohort.of("slow_rate")[1:3].tolist()
    odd = cohort.some(np.array([False, True, False, True]))
    assert odd.of("slow_rate").tolist() == cohort.of("slow_rate")[1::2].tolist()
    assert cohort.parameters_of(2).slow_rate.value == cohort.of("slow_rate")[2]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"no_such_number": np.ones(2)},
        {"slow_rate": np.ones(2), "fast_rate": np.ones(3)},
        {"slow_rate": np.ones((2, 1))},
    ],
)
def test_what_is_no_cohort_is_our_fault(values: dict[str, np.ndarray]) -> None:
    """Nobody, a number that does not exist, arrays of unequal length or of two axes."""
    with pytest.raises(OurFault):
        Cohort(values=values)
