"""Drug along the canal as a tree of well-mixed nodes: M c' = −K c + b u.

The nodes are, in this order: the CSF cells from the foramen magnum down, one cord cell beside each CSF cell that has
cord, the cisterns, the rest of the cranial CSF. Units: cm, mL, h, mcg; concentrations in mcg/mL.

    cranial ── cisterns ── C1 ── … ── S2        CSF made in the head flows down a little and is absorbed on the way
                            │          │
                           cord       (none below L2)

A link between i and j carries the flux G (B(−Pe) c_i − B(Pe) c_j) with B(x) = x/(eˣ − 1) and Pe = q/G, which is exact
for constant G and q (Scharfetter and Gummel 1969) and never makes a concentration negative.

Fluid drained through a needle comes from the head: it flows from the cranial CSF through the cisterns down the canal to
the needle's cell, and fresh fluid takes its place in the cranial CSF. Volumes stay what they were.

Every array may have a leading axis of patients, where the numbers that went in had one.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thecal.body.anatomy import Floats, Grid
from thecal.body.cohort import Cohort, Numbers, numbers_of
from thecal.body.parameters import Parameters
from thecal.body.regime import USUAL, Regime

SECONDS_PER_HOUR = 3600.0
Whole = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """Exchange between the nodes `i` and `j` (links,).

    `conductance_ml_per_h` and, of bulk flow from i to j, `flow_ml_per_h` are (..., links).
    """

    i: Whole
    j: Whole
    conductance_ml_per_h: Floats
    flow_ml_per_h: Floats

    @property
    def peclet(self) -> Floats:
        """Bulk flow over conductance, (..., links)."""
        return self.flow_ml_per_h / self.conductance_ml_per_h

    @property
    def forward_ml_per_h(self) -> Floats:
        """What the concentration at i sends to j, (..., links)."""
        return self.conductance_ml_per_h * bernoulli(-self.peclet)

    @property
    def backward_ml_per_h(self) -> Floats:
        """What the concentration at j sends to i, (..., links)."""
        return self.conductance_ml_per_h * bernoulli(self.peclet)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """The tree. `capacity_ml` (..., nodes) is M, cord counted by its partition.

    `loss_ml_per_h` (..., nodes) leaves for good, into blood or brain; `drain_ml_per_h` (nodes,) leaves through a
    needle. `cord_of[k]` is the CSF cell beside the k-th cord cell; `cells` counts the CSF cells. `canal` lists the
    links along the canal first, from the cranial CSF down, then one for each cord cell.
    """

    cells: int
    cord_of: tuple[int, ...]
    capacity_ml: Floats
    loss_ml_per_h: Floats
    drain_ml_per_h: Floats
    links: Links

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return int(self.capacity_ml.shape[-1])

    @property
    def cisterns(self) -> int:
        """The index of the cisterns."""
        return self.cells + len(self.cord_of)

    def exchange(self) -> Floats:
        """K (..., nodes, nodes), mL/h: losses on the diagonal, and every link's two fluxes."""
        links, node = self.links, np.arange(self.nodes)
        matrix = np.zeros((*self.capacity_ml.shape, self.nodes))
        matrix[..., node, node] = self.leaving_ml_per_h()
        matrix[..., links.j, links.i] = -links.forward_ml_per_h
        matrix[..., links.i, links.j] = -links.backward_ml_per_h
        return matrix

    def leaving_ml_per_h(self) -> Floats:
        """All that a node's concentration sends elsewhere, by links, loss and drain: K's diagonal (..., nodes)."""
        links, at = self.links, np.eye(self.nodes)
        by_links = links.forward_ml_per_h @ at[links.i] + links.backward_ml_per_h @ at[links.j]
        return self.loss_ml_per_h + self.drain_ml_per_h + by_links


def bernoulli(x: Floats) -> Floats:
    """B(x) = x/(eˣ − 1), (...) for `x` (...), 1 at zero, by |x| so that neither side overflows."""
    size = np.abs(x)
    even = np.where(size == 0.0, 1.0, size / np.where(size == 0.0, 1.0, -np.expm1(-size)))
    return np.asarray(even * np.exp(-np.maximum(x, 0.0)))


def canal(grid: Grid, whose: Parameters | Cohort, regime: Regime = USUAL) -> Network:
    """The canal, cord and head of one patient or of a cohort as one tree, under a regime.

    For a cohort the grid is that of its area scales, `canal_grid(..., area_scale=(patients, 1))`.
    """
    number = numbers_of(whose)
    cells = len(grid.centres_cm)
    cord_of = tuple(int(cell) for cell in np.flatnonzero(grid.cord_ml.reshape(-1, cells)[0] > 0.0))
    cord_ml = grid.cord_ml[..., list(cord_of)] * number["cord_partition"]
    drain = _drain_ml_per_h(grid, regime)
    absorbed = -np.diff(_absorbed_ml_per_h(grid, number), axis=-1)
    cranial = number["brain_uptake"] * number["cranial_volume"] + _cranial_flow_ml_per_h(number)
    return Network(
        cells=cells,
        cord_of=cord_of,
        capacity_ml=beside(grid.csf_ml, cord_ml, number["cisternal_volume"], number["cranial_volume"]),
        loss_ml_per_h=beside(
            grid.csf_ml * number["spinal_clearance"] + absorbed, cord_ml * number["cord_clearance"], 0.0, cranial
        ),
        drain_ml_per_h=np.concatenate([drain, np.zeros(len(cord_of) + 2)]),
        links=_links(grid, number, regime, cord_of, cord_ml),
    )


def spread(grid: Grid, network: Network, centre_cm: float, sigma_cm: float | Floats) -> Floats:
    """Each node's part b (..., nodes) of one mcg that enters around `centre_cm`. The parts sum to one.

    They are a normal curve's of `sigma_cm`, () or (patients, 1).
    """
    reach = _erf((grid.edges_cm - centre_cm) / (np.asarray(sigma_cm) * math.sqrt(2.0)))
    shares = np.zeros((*reach.shape[:-1], network.nodes))
    shares[..., : network.cells] = np.diff(reach, axis=-1) / (reach[..., -1:] - reach[..., :1])
    return shares


def dispersion_cm2_per_h(grid: Grid, whose: Parameters | Cohort, regime: Regime = USUAL) -> Floats:
    """At every edge, (..., cells + 1): the floor, and what heartbeat and breathing add.

    Each adds the square of stroke over area, times its frequency, times the mixing length.
    """
    return _dispersion_cm2_per_h(grid, numbers_of(whose), regime)


def _dispersion_cm2_per_h(grid: Grid, number: Numbers, regime: Regime) -> Floats:
    left = 1.0 - grid.edges_cm / grid.length_cm
    ml_to_cm = grid.stature.stroke_factor / grid.face_cm2
    heart_cm = number["cardiac_stroke"] * left ** number["cardiac_taper"] * ml_to_cm
    breath_cm = number["respiratory_stroke"] * left ** number["respiratory_taper"] * ml_to_cm
    stirring = number["cardiac_frequency"] * heart_cm**2 + number["respiratory_frequency"] * breath_cm**2
    unstirred = number["dispersion_floor"] + number["mixing_length"] * stirring
    return np.asarray(unstirred * regime.stirring * SECONDS_PER_HOUR)


def _absorbed_ml_per_h(grid: Grid, number: Numbers) -> Floats:
    """CSF flowing down the canal at every edge: what the spine absorbs below it, evenly along its length."""
    absorbed = number["spinal_absorption"] * number["csf_production"]
    return np.asarray(absorbed * (1.0 - grid.edges_cm / grid.length_cm))


def _drain_ml_per_h(grid: Grid, regime: Regime) -> Floats:
    """What a needle takes from each CSF cell, (cells,)."""
    taken = np.zeros(len(grid.centres_cm))
    if regime.drain_level is not None:
        needle_cm = grid.level_cm(regime.drain_level)
        taken[np.searchsorted(grid.edges_cm, needle_cm, side="right") - 1] = regime.drain_ml_per_h
    return taken


def _flow_ml_per_h(grid: Grid, number: Numbers, regime: Regime) -> Floats:
    """All CSF flowing down at every edge (..., cells + 1): towards the spine's absorption, and towards a needle."""
    below = np.cumsum(_drain_ml_per_h(grid, regime)[::-1])[::-1]
    return np.asarray(_absorbed_ml_per_h(grid, number) + np.append(below, 0.0))


def _cranial_flow_ml_per_h(number: Numbers) -> float | Floats:
    """CSF that leaves through the head instead of the spine."""
    return (1.0 - number["spinal_absorption"]) * number["csf_production"]


def _links(grid: Grid, number: Numbers, regime: Regime, cord_of: tuple[int, ...], cord_ml: Floats) -> Links:
    """Cranial CSF to cisterns, cisterns to the first cell, each cell to the next one down, each cell to its cord.

    The first cell's middle is half a cell away from the foramen magnum.
    """
    cells, cisterns = len(grid.centres_cm), len(grid.centres_cm) + len(cord_of)
    canal_g = grid.face_cm2 * _dispersion_cm2_per_h(grid, number, regime) / grid.cell_cm
    canal_g[..., 0] *= 2.0
    canal_q = _flow_ml_per_h(grid, number, regime)
    from_cranial = regime.drain_ml_per_h - _cranial_flow_ml_per_h(number)
    chain = np.array([cisterns + 1, cisterns, *range(cells)])
    return Links(
        i=np.concatenate([chain[:-1], cord_of]).astype(np.intp),
        j=np.concatenate([chain[1:], np.arange(cells, cisterns)]).astype(np.intp),
        conductance_ml_per_h=beside(number["cranial_exchange"], canal_g[..., :-1], number["cord_exchange"] * cord_ml),
        flow_ml_per_h=beside(from_cranial, canal_q[..., :-1], np.zeros(len(cord_of))),
    )


def beside(*parts: float | Floats) -> Floats:
    """Parts along the last axis, (..., n), one after another, for as many patients as any has; a float is one wide."""
    arrays = [np.atleast_1d(np.asarray(part, dtype=np.float64)) for part in parts]
    patients = np.broadcast_shapes(*(array.shape[:-1] for array in arrays))
    return np.concatenate([np.broadcast_to(array, (*patients, array.shape[-1])) for array in arrays], axis=-1)


def _erf(x: Floats) -> Floats:
    return np.asarray(np.frompyfunc(math.erf, 1, 1)(x), dtype=np.float64)
