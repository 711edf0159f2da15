"""Drug along the canal as a tree of well-mixed nodes: M c' = −K c + b u.

The nodes are, in this order: the CSF cells from the foramen magnum down, one cord cell beside each CSF cell that has
cord, the cisterns, the rest of the cranial CSF. Units: cm, mL, h, mcg; concentrations in mcg/mL.

    cranial ── cisterns ── C1 ── … ── S2        CSF made in the head flows down a little and is absorbed on the way
                            │          │
                           cord       (none below L2)

A link between i and j carries the flux G (B(−Pe) c_i − B(Pe) c_j) with B(x) = x/(eˣ − 1) and Pe = q/G, which is exact
for constant G and q (Scharfetter and Gummel 1969) and never makes a concentration negative.
"""

import math
from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import Floats, Grid
from thecal.body.parameters import Parameters
from thecal.body.regime import USUAL, Regime

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Exchange between nodes `i` and `j`: conductance (mL/h), and bulk flow (mL/h) from i to j."""

    i: int
    j: int
    conductance_ml_per_h: float
    flow_ml_per_h: float = 0.0

    @property
    def peclet(self) -> float:
        """Bulk flow over conductance."""
        return self.flow_ml_per_h / self.conductance_ml_per_h

    @property
    def forward_ml_per_h(self) -> float:
        """What the concentration at i sends to j."""
        return self.conductance_ml_per_h * bernoulli(-self.peclet)

    @property
    def backward_ml_per_h(self) -> float:
        """What the concentration at j sends to i."""
        return self.conductance_ml_per_h * bernoulli(self.peclet)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """The tree. `capacity_ml` (nodes,) is M, cord counted by its partition; `loss_ml_per_h` (nodes,) leaves for good.

    `cord_of[k]` is the CSF cell beside the k-th cord cell; `cells` counts the CSF cells.
    """

    cells: int
    cord_of: tuple[int, ...]
    capacity_ml: Floats
    loss_ml_per_h: Floats
    links: tuple[Link, ...]

    @property
    def cisterns(self) -> int:
        """The index of the cisterns."""
        return len(self.capacity_ml) - 2

    def exchange(self) -> Floats:
        """K (nodes, nodes), mL/h: losses on the diagonal, and every link's two fluxes."""
        matrix = np.diag(self.loss_ml_per_h)
        for link in self.links:
            matrix[link.i, link.i] += link.forward_ml_per_h
            matrix[link.j, link.i] -= link.forward_ml_per_h
            matrix[link.j, link.j] += link.backward_ml_per_h
            matrix[link.i, link.j] -= link.backward_ml_per_h
        return matrix


def bernoulli(x: float) -> float:
    """x/(eˣ − 1), 1 at zero; written twice so that neither side overflows."""
    if x > 0.0:
        return x * math.exp(-x) / -math.expm1(-x)
    return x / math.expm1(x) if x else 1.0


def canal(grid: Grid, parameters: Parameters, regime: Regime = USUAL) -> Network:
    """A person's canal, cord and head as one tree, under a regime."""
    cells = len(grid.centres_cm)
    cord_of = tuple(int(cell) for cell in np.flatnonzero(grid.cord_ml > 0.0))
    cord_ml = grid.cord_ml[list(cord_of)] * parameters.cord_partition.value
    head_ml = [parameters.cisternal_volume.value, parameters.cranial_volume.value]
    return Network(
        cells=cells,
        cord_of=cord_of,
        capacity_ml=np.concatenate([grid.csf_ml, cord_ml, head_ml]),
        loss_ml_per_h=np.concatenate(
            [
                grid.csf_ml * parameters.spinal_clearance.value - np.diff(_flow_ml_per_h(grid, parameters)),
                cord_ml * parameters.cord_clearance.value,
                [0.0, _cranial_loss_ml_per_h(parameters)],
            ]
        ),
        links=(
            *_canal_links(grid, parameters, regime),
            *_cord_links(cells, cord_of, cord_ml, parameters),
            *_head_links(grid, cells + len(cord_of), parameters, regime),
        ),
    )


def spread(grid: Grid, network: Network, centre_cm: float, sigma_cm: float) -> Floats:
    """Each node's part b (nodes,) of one mcg that enters around `centre_cm`. The parts sum to one."""
    reach = np.array([math.erf((edge - centre_cm) / (sigma_cm * math.sqrt(2.0))) for edge in grid.edges_cm])
    shares = np.zeros(len(network.capacity_ml))
    shares[: network.cells] = np.diff(reach) / (reach[-1] - reach[0])
    return shares


def dispersion_cm2_per_h(grid: Grid, parameters: Parameters, regime: Regime = USUAL) -> Floats:
    """At every edge: the floor, and what heartbeat and breathing add, stroke over area, squared, times frequency."""
    left, area_cm2 = 1.0 - grid.edges_cm / grid.length_cm, grid.face_cm2
    heart_cm = parameters.cardiac_stroke.value * left**parameters.cardiac_taper.value / area_cm2
    breath_cm = parameters.respiratory_stroke.value * left**parameters.respiratory_taper.value / area_cm2
    stirring = parameters.cardiac_frequency.value * heart_cm**2 + parameters.respiratory_frequency.value * breath_cm**2
    floor = parameters.dispersion_floor.value
    return np.asarray((floor + parameters.mixing_length.value * stirring) * regime.stirring * SECONDS_PER_HOUR)


def _flow_ml_per_h(grid: Grid, parameters: Parameters) -> Floats:
    """CSF flowing down the canal at every edge: what the spine absorbs below it, evenly along its length."""
    absorbed = parameters.spinal_absorption.value * parameters.csf_production.value
    return np.asarray(absorbed * (1.0 - grid.edges_cm / grid.length_cm))


def _cranial_flow_ml_per_h(parameters: Parameters) -> float:
    """CSF that leaves through the head instead of the spine."""
    return (1.0 - parameters.spinal_absorption.value) * parameters.csf_production.value


def _cranial_loss_ml_per_h(parameters: Parameters) -> float:
    """Absorbed with the fluid, and taken up by the brain."""
    return _cranial_flow_ml_per_h(parameters) + parameters.brain_uptake.value * parameters.cranial_volume.value


def _face_conductances(grid: Grid, parameters: Parameters, regime: Regime) -> Floats:
    """Area times dispersion over one cell length, at every edge (mL/h)."""
    return grid.face_cm2 * dispersion_cm2_per_h(grid, parameters, regime) / grid.cell_cm


def _canal_links(grid: Grid, parameters: Parameters, regime: Regime) -> list[Link]:
    """Each CSF cell to the next one down."""
    conductances = _face_conductances(grid, parameters, regime)[1:-1]
    flows = _flow_ml_per_h(grid, parameters)[1:-1]
    return [
        Link(i=cell, j=cell + 1, conductance_ml_per_h=float(conductance), flow_ml_per_h=float(flow))
        for cell, (conductance, flow) in enumerate(zip(conductances, flows, strict=True))
    ]


def _cord_links(cells: int, cord_of: tuple[int, ...], cord_ml: Floats, parameters: Parameters) -> list[Link]:
    """Each CSF cell to the cord beside it."""
    return [
        Link(i=cell, j=cells + k, conductance_ml_per_h=float(parameters.cord_exchange.value * volume_ml))
        for k, (cell, volume_ml) in enumerate(zip(cord_of, cord_ml, strict=True))
    ]


def _head_links(grid: Grid, cisterns: int, parameters: Parameters, regime: Regime) -> list[Link]:
    """Cisterns to the first cell, half a cell away from the foramen magnum, and to the cranial CSF."""
    return [
        Link(
            i=cisterns,
            j=0,
            conductance_ml_per_h=2.0 * float(_face_conductances(grid, parameters, regime)[0]),
            flow_ml_per_h=float(_flow_ml_per_h(grid, parameters)[0]),
        ),
        Link(
            i=cisterns,
            j=cisterns + 1,
            conductance_ml_per_h=float(parameters.cranial_exchange.value),
            flow_ml_per_h=_cranial_flow_ml_per_h(parameters),
        ),
    ]
