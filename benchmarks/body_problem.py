"""What is computed: one patient on a four-step flex schedule, CSF at five levels and what four muscles feel, hourly.

The system y' = A y + b u(t) is what a general solver gets: cells of fluid and cord, cisterns, cranial fluid and two
effect pools for each muscle. Its order keeps neighbours together, so that A is a band. `reference` steps it by SciPy's
matrix exponential, which shares nothing with the eigenmodes and has no step error.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.sparse import csr_array

from thecal.body.anatomy import TARGETS, canal_grid
from thecal.body.kinetics import POOLS, pools
from thecal.body.parameters import TWO_POOL
from thecal.body.reduced import CELL_CM, LEVELS
from thecal.body.transport import canal, spread

Floats = NDArray[np.float64]
STARTS_H = (0.0, 6.0, 9.0, 21.0, 24.0)
RATES_MCG_PER_H = (8.0, 20.0, 12.0, 16.0)
TIP = "T10"
MUSCLE_POOLS = 2 * len(TARGETS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule:
    """`edges_h` and `rates_mcg_per_h` of so many days, and the hours at which output is wanted."""

    days: int
    edges_h: Floats
    rates_mcg_per_h: Floats
    hours: Floats

    @staticmethod
    def of(days: int) -> "Schedule":
        """The same four steps every day."""
        starts = [24.0 * day + start for day in range(days) for start in STARTS_H[:-1]]
        return Schedule(
            days=days,
            edges_h=np.array([*starts, 24.0 * days]),
            rates_mcg_per_h=np.array(RATES_MCG_PER_H * days),
            hours=np.arange(24.0 * days + 1.0),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """`matrix` A (n, n), `source` b (n,), and `outputs` (levels + muscles, n) of what is looked at."""

    matrix: Floats
    source: Floats
    outputs: Floats

    @staticmethod
    def assemble() -> "System":
        """From parameters: geometry, links, losses, pools. The part that a general solver cannot be spared."""
        grid = canal_grid(CELL_CM)
        network = canal(grid, TWO_POOL)
        into = pools(grid, network, TWO_POOL)
        nodes, rates = network.nodes, into.rates_per_h[:MUSCLE_POOLS]
        matrix = np.zeros((nodes + MUSCLE_POOLS, nodes + MUSCLE_POOLS))
        matrix[:nodes, :nodes] = -network.exchange() / network.capacity_ml[:, None]
        matrix[nodes:, :nodes] = rates[:, None] * into.weights[:MUSCLE_POOLS]
        matrix[nodes:, nodes:] = -np.diag(rates)
        source = np.zeros(len(matrix))
        source[:nodes] = spread(grid, network, grid.tip_cm(TIP), TWO_POOL.pump_spread.value) / network.capacity_ml
        outputs = np.zeros((len(LEVELS) + len(TARGETS), len(matrix)))
        cells = np.eye(len(grid.centres_cm))
        for row, level in enumerate(LEVELS):
            z_cm = grid.level_cm(level)
            outputs[row, : network.cells] = [np.interp(z_cm, grid.centres_cm, cell) for cell in cells]
        share = TWO_POOL.slow_share.value
        for muscle in range(len(TARGETS)):
            outputs[len(LEVELS) + muscle, nodes + muscle] = 1.0 - share
            outputs[len(LEVELS) + muscle, nodes + len(TARGETS) + muscle] = share
        order = banded(network.cells, network.cord_of, into.weights[:MUSCLE_POOLS])
        return System(matrix=matrix[np.ix_(order, order)], source=source[order], outputs=outputs[:, order])

    @property
    def sparse(self) -> csr_array:
        """A as most solvers like it best."""
        return csr_array(self.matrix)

    @property
    def bands(self) -> tuple[int, int]:
        """How far A reaches below and above its diagonal."""
        rows, columns = np.nonzero(self.matrix)
        return int((rows - columns).max()), int((columns - rows).max())


def banded(cells: int, cord_of: tuple[int, ...], weights: Floats) -> list[int]:
    """Head first, then each cell with the cord beside it; a muscle's pools after the last cord that they feel."""
    nodes, beside = weights.shape[1], dict(zip(cord_of, range(cells, cells + len(cord_of)), strict=True))
    order = [nodes - 1, nodes - 2]
    for cell in range(cells):
        order.append(cell)
        if cell in beside:
            order.append(beside[cell])
            felt_last = [int(np.flatnonzero(row)[-1]) == beside[cell] for row in weights]
            order += [nodes + pool for pool, here in enumerate(felt_last) if here]
    assert sorted(order) == list(range(nodes + len(weights))), "every state has a place"
    return order


def reference(system: System, schedule: Schedule) -> tuple[Floats, Floats]:
    """(outputs (hours, outputs), the largest value of each state (n,)), by the exponential of one hour."""
    n = len(system.source)
    extended = np.zeros((n + 1, n + 1))
    extended[:n, :n], extended[:n, n] = system.matrix, system.source
    step = expm(extended)
    y, seen = np.zeros(n), np.empty((len(schedule.hours), n))
    seen[0] = y
    for (begin, end), rate in zip(pairwise(schedule.edges_h.astype(int)), schedule.rates_mcg_per_h, strict=True):
        for hour in range(begin, end):
            y = step[:n, :n] @ y + rate * step[:n, n]
            seen[hour + 1] = y
    return seen @ system.outputs.T, seen.max(axis=0)


def apart(one: Floats, other: Floats) -> float:
    """The largest difference of any output against its own peak in `other`."""
    return float((np.abs(one - other).max(axis=0) / np.abs(other).max(axis=0)).max())


assert POOLS[:MUSCLE_POOLS] == (*(f"{each}, fast" for each in TARGETS), *(f"{each}, slow" for each in TARGETS))
