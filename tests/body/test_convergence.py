"""Correctness as a slope: how fast the cells' answers come nearer to the truth as cells shrink, and to which truth.

Uniform tubes have solutions in closed form. A person has none, so there a grid much finer than any other stands for it.
Orders are slopes of log error over log cell length, fitted over all grids. The second order holds at every place, for
areas are continuous along the canal; where a needle drains, the flow is not, and the order is the first.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from thecal.body import TWO_POOL, Body
from thecal.body.anatomy import CANAL_CM, Floats
from thecal.body.eigenmodes import eigenmodes
from thecal.body.episodes import course_through, drainage
from thecal.body.parameters import PIG, Parameters
from thecal.body.person import CELL_CM
from thecal.body.transport import Links, Network

LENGTH_CM, AREA_CM2, SPREAD_CM2_PER_H, CLEARED_PER_H = 60.0, 1.5, 4.0, 0.3
TUBES = (60, 120, 240, 480)
CANALS = (62, 124, 248)


def tube(cells: int, flow_ml_per_h: float = 0.0, cord_per_h: tuple[float, float] | None = None) -> Network:
    """A closed uniform tube that loses drug evenly; with (exchange, clearance) as much cord lies beside each cell."""
    cell_cm, along = LENGTH_CM / cells, np.arange(cells - 1)
    beside, beside_ml = (np.arange(cells), cell_cm * AREA_CM2) if cord_per_h else (np.arange(0), 0.0)
    exchange, cleared = cord_per_h or (0.0, 0.0)
    volumes = np.full(cells, cell_cm * AREA_CM2)
    conductance = SPREAD_CM2_PER_H * AREA_CM2 / cell_cm
    return Network(
        cells=cells,
        cord_of=tuple(beside.tolist()),
        capacity_ml=np.concatenate([volumes, np.full(len(beside), beside_ml)]),
        loss_ml_per_h=np.concatenate([CLEARED_PER_H * volumes, np.full(len(beside), cleared * beside_ml)]),
        drain_ml_per_h=np.zeros(cells + len(beside)),
        links=Links(
            i=np.concatenate([along, beside]).astype(np.intp),
            j=np.concatenate([along + 1, beside + cells]).astype(np.intp),
            conductance_ml_per_h=np.concatenate(
                [np.full(cells - 1, conductance), np.full(len(beside), exchange * beside_ml)]
            ),
            flow_ml_per_h=np.concatenate([np.full(cells - 1, flow_ml_per_h), np.zeros(len(beside))]),
        ),
    )


def later(network: Network, before: Floats, hours: float) -> Floats:
    """Concentrations after a while without input."""
    found = eigenmodes(network)
    return np.asarray(found.shapes @ (np.exp(-found.rates_per_h * hours) * (found.projection @ before)))


def gaussian(cells: int, middle_cm: float, variance_cm2: float) -> Floats:
    """The mean over each cell of one mcg spread as a Gaussian along the tube (mcg/mL)."""
    edges = np.linspace(0.0, LENGTH_CM, cells + 1)
    reach = [math.erf((edge - middle_cm) / math.sqrt(2.0 * variance_cm2)) / 2.0 for edge in edges]
    return np.diff(reach) / (LENGTH_CM / cells * AREA_CM2)


def order(error: Callable[[int], float], grids: Sequence[int]) -> float:
    """The slope of log error over log cell length."""
    errors = [error(cells) for cells in grids]
    return -float(np.polyfit(np.log(grids), np.log(errors), 1)[0])


@pytest.mark.parametrize("flow_ml_per_h", [0.0, 3.0])
def test_a_point_spreads_as_a_gaussian(flow_ml_per_h: float) -> None:
    """In a long tube: variance grows by 2Dt, the middle moves with the flow, all of it decays; second order."""
    hours, middle_cm, variance_cm2 = 2.0, 28.0, 4.0
    moved_cm = flow_ml_per_h / AREA_CM2 * hours

    def error(cells: int) -> float:
        found = later(tube(cells, flow_ml_per_h), gaussian(cells, middle_cm, variance_cm2), hours)
        spread_cm2 = variance_cm2 + 2.0 * SPREAD_CM2_PER_H * hours
        expected = math.exp(-CLEARED_PER_H * hours) * gaussian(cells, middle_cm + moved_cm, spread_cm2)
        return float(np.abs(found - expected).max() / expected.max())

    assert order(error, TUBES) == pytest.approx(2.0, abs=0.1)
    assert error(TUBES[-1]) < 5e-4


def test_uniform_drug_decays_exactly() -> None:
    """On any grid e^(−kt), to round-off: nothing flows where nothing differs."""
    for cells in TUBES[:2]:
        found = later(tube(cells), np.full(cells, 5.0), 7.0)
        assert found == pytest.approx(np.full(cells, 5.0 * math.exp(-CLEARED_PER_H * 7.0)), rel=1e-13)


def test_a_steady_infusion_into_a_closed_tube_is_a_hyperbolic_cosine() -> None:
    """At one end: c = r cosh(m(L − z)) / (A D m sinh(mL)) with m = √(k/D), at the middles of cells; second order."""
    m = math.sqrt(CLEARED_PER_H / SPREAD_CM2_PER_H)

    def error(cells: int) -> float:
        network, cell_cm = tube(cells), LENGTH_CM / cells
        found = eigenmodes(network)
        source = np.zeros(cells)
        source[0] = 10.0 / network.capacity_ml[0]
        steady = found.shapes @ (found.projection @ source / found.rates_per_h)
        away_cm = LENGTH_CM - (np.arange(cells) + 0.5) * cell_cm
        height = 10.0 / (AREA_CM2 * SPREAD_CM2_PER_H * m * math.sinh(m * LENGTH_CM))
        expected = height * np.cosh(m * away_cm)
        return float(np.abs(steady - expected).max() / expected.max())

    assert order(error, TUBES) == pytest.approx(2.0, abs=0.1)
    assert error(TUBES[-1]) < 1e-3


def test_uniform_fluid_and_cord_follow_two_exponentials() -> None:
    """Fluid that exchanges with as much cord: the 2 × 2 equations in closed form, to round-off, on any grid."""
    exchange, cleared, hours = 0.35, 0.05, 3.0
    both = np.array([[-CLEARED_PER_H - exchange, exchange], [exchange, -exchange - cleared]])
    middle, apart = np.trace(both) / 2.0, math.sqrt(((both[0, 0] - both[1, 1]) / 2.0) ** 2 + exchange**2)
    about = (both - middle * np.eye(2)) / apart
    whole = math.exp(middle * hours) * (math.cosh(apart * hours) * np.eye(2) + math.sinh(apart * hours) * about)
    expected = whole @ [2.0, 0.0]
    for cells in TUBES[:2]:
        network = tube(cells, cord_per_h=(exchange, cleared))
        found = later(network, np.repeat([2.0, 0.0], cells), hours)
        assert found == pytest.approx(np.repeat(expected, cells), rel=1e-12)


@pytest.mark.parametrize("flow_ml_per_h", [0.0, 3.0])
def test_mass_is_conserved_to_round_off(flow_ml_per_h: float) -> None:
    """In a closed tube that clears evenly, what is left of a point of drug is e^(−kt) of it, wherever it went."""
    for cells in TUBES[:3]:
        network, before = tube(cells, flow_ml_per_h), np.zeros(cells)
        before[cells // 3] = 1.0 / network.capacity_ml[0]
        left = network.capacity_ml @ later(network, before, 30.0)
        assert left == pytest.approx(math.exp(-CLEARED_PER_H * 30.0), rel=1e-12)


def bolus(cells: int, time_h: float, parameters: Parameters) -> tuple[Floats, Floats]:
    """CSF of a person some time after a ten-minute bolus of 25 mcg began, and the volumes of the cells."""
    body = Body.adult("T10", parameters, CANAL_CM / cells)
    course = body.course(body.steady(5.0), [0.0, 1.0 / 6.0, 2.0], [150.0, 0.0], [time_h])
    return course.csf_mcg_per_ml[0], body.grid.csf_ml


def drained(cells: int) -> tuple[Floats, Floats]:
    """CSF of a person when 35 mL have been drained from L3, and the volumes of the cells."""
    body = Body.adult("T10", cell_cm=CANAL_CM / cells)
    episodes = drainage(volume_ml=35.0, over_h=0.5, level="L3", at_h=1.0)
    course = course_through(body, body.rest(), [0.0, 0.1, 2.0], [500.0, 0.0], [1.5], episodes)
    return course.csf_mcg_per_ml[0], body.grid.csf_ml


def apart(person: Callable[[int], tuple[Floats, Floats]]) -> Callable[[int], float]:
    """The largest difference from a fine grid's means over the same cells, over the fine grid's largest value."""
    fine, fine_ml = person(4 * CANALS[-1])

    def error(cells: int) -> float:
        csf, volumes = person(cells)
        expected = (fine * fine_ml).reshape(cells, -1).sum(axis=1) / volumes
        return float(np.abs(csf - expected).max() / fine.max())

    return error


@pytest.mark.parametrize("time_h", [1.0 / 6.0, 1.0])
def test_a_persons_cells_converge_at_the_second_order(time_h: float) -> None:
    """As a bolus ends and an hour later, all along the canal, against a grid four times finer than the finest."""
    assert order(apart(lambda cells: bolus(cells, time_h, TWO_POOL)), CANALS) == pytest.approx(2.0, abs=0.2)


def test_a_pigs_cells_converge_at_the_second_order_too() -> None:
    """A hundredth of the dispersion needs smaller cells for the same error, at the same order."""
    assert order(apart(lambda cells: bolus(cells, 1.0, PIG)), CANALS) == pytest.approx(2.0, abs=0.2)


def test_the_usual_cell_is_small_enough() -> None:
    """Half a centimetre: within two thousandths of the peak as a bolus ends, a twenty-thousandth an hour later."""
    usual = round(CANAL_CM / CELL_CM)
    assert usual == 125
    assert apart(lambda cells: bolus(cells, 1.0 / 6.0, TWO_POOL))(CANALS[1]) < 2e-3
    assert apart(lambda cells: bolus(cells, 1.0, TWO_POOL))(CANALS[1]) < 5e-5


def test_where_a_needle_drains_the_order_is_the_first() -> None:
    """The needle stands in the cell that holds it: the error is below a third of the peak over the number of cells."""
    error = apart(drained)
    assert all(error(cells) < 0.33 / cells for cells in CANALS)
