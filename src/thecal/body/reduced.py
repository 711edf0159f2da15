"""A dozen modes that carry what a pump delivers, for thousands of patients at once.

What comes from one tip stirs few of a body's modes. With S the symmetrised operator (`thecal.body.eigenmodes`) and g
the source in its coordinates, z' = −S z + g u, the solutions of

    (S + σ_1) v_1 = g, …, (S + σ_m) v_m = g                σ_1 = 0 and the others spread geometrically

span a space Q in which z is found by projection (rational Krylov, Galerkin): z ≈ Q y, y' = −QᵀSQ y + Qᵀg u. QᵀSQ is a
small symmetric matrix whose rates are real and positive; propagation stays exact in time, with no step size. σ = 0
makes every steady state and every mean exact.
"""

from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import Floats, Grid, canal_grid
from thecal.body.cohort import Cohort
from thecal.body.kinetics import pools
from thecal.body.regime import USUAL, Regime
from thecal.body.solves import Symmetric
from thecal.body.stature import ADULT, Stature
from thecal.body.transport import Network, canal, dispersion_cm2_per_h, spread

LEVELS = ("C5", "T4", "T10", "L1", "L3")
"""Where CSF is looked at unless other levels are asked for."""
CISTERNS = "cisterns"
MODES = 16
CELL_CM = 0.5
BLOCK = 64
"""Patients that are reduced in one go: their arrays stay within a processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reduced:
    """Patients by their modes: x' = −λ x + β u for a rate of delivery u (mcg/h), each amplitude on its own.

    `rates_per_h` λ, `drive` β and `puncture`, the amplitudes of one mcg by lumbar puncture, are (patients, modes);
    `outputs` (patients, outputs, modes) are mcg/mL of CSF at `names`, the levels asked for and then the cisterns;
    `pool_shapes` (patients, pools, modes) are ng/mL to each pool, `pool_rates_per_h` (patients, pools), and
    `slow_share` (patients,) is that of the slow pools in what muscles feel. Without a puncture, `puncture` is zero.
    """

    names: tuple[str, ...]
    rates_per_h: Floats
    drive: Floats
    puncture: Floats
    outputs: Floats
    pool_shapes: Floats
    pool_rates_per_h: Floats
    slow_share: Floats

    def __len__(self) -> int:
        return len(self.rates_per_h)

    def some(self, which: slice) -> "Reduced":
        """Some of the patients."""
        return Reduced(
            names=self.names,
            rates_per_h=self.rates_per_h[which],
            drive=self.drive[which],
            puncture=self.puncture[which],
            outputs=self.outputs[which],
            pool_shapes=self.pool_shapes[which],
            pool_rates_per_h=self.pool_rates_per_h[which],
            slow_share=self.slow_share[which],
        )


def reduce(
    cohort: Cohort,
    *,
    tip_level: str,
    stature: Stature = ADULT,
    regime: Regime = USUAL,
    levels: tuple[str, ...] = LEVELS,
    puncture_level: str | None = None,
    modes: int = MODES,
    cell_cm: float = CELL_CM,
) -> Reduced:
    """Every patient of a cohort, who share stature and tip. With a puncture there are twice as many modes.

    BadInput for a level that is none.
    """
    blocks = [
        _Block.of(cohort.some(slice(begin, begin + BLOCK)), stature, regime, cell_cm).reduced(
            tip_level, levels, puncture_level, modes
        )
        for begin in range(0, len(cohort), BLOCK)
    ]
    arrays = ("rates_per_h", "drive", "puncture", "outputs", "pool_shapes", "pool_rates_per_h", "slow_share")
    together = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in arrays}
    return Reduced(names=(*levels, CISTERNS), **together)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Block:
    """Some patients on their grid."""

    cohort: Cohort
    grid: Grid
    network: Network
    regime: Regime
    operator: Symmetric

    @staticmethod
    def of(cohort: Cohort, stature: Stature, regime: Regime, cell_cm: float) -> "_Block":
        grid = canal_grid(cell_cm, stature, cohort.of("area_scale")[:, None])
        network = canal(grid, cohort, regime)
        return _Block(cohort=cohort, grid=grid, network=network, regime=regime, operator=Symmetric.of(network))

    def reduced(self, tip_level: str, levels: tuple[str, ...], puncture_level: str | None, modes: int) -> Reduced:
        tip_cm = self.grid.tip_cm(tip_level)
        tip = self._source(tip_cm, "pump_spread")
        vectors = [self.operator.solve(self._shifts(tip_cm, "pump_spread", modes), tip)]
        puncture = np.zeros_like(tip)
        if puncture_level is not None:
            at_cm = self.grid.level_cm(puncture_level)
            puncture = self._source(at_cm, "lumbar_puncture_spread")
            vectors += [
                puncture[:, :, None],
                self.operator.solve(self._shifts(at_cm, "lumbar_puncture_spread", modes - 1), puncture),
            ]
        return self._projected(np.concatenate(vectors, axis=2), tip, puncture, levels)

    def _source(self, centre_cm: float, spread_name: str) -> Floats:
        """One mcg around a place, (nodes, patients), in the operator's coordinates."""
        shares = spread(self.grid, self.network, centre_cm, self.cohort.of(spread_name)[:, None])
        return self.operator.scale / self.operator.capacity_ml * shares.T

    def _shifts(self, centre_cm: float, spread_name: str, count: int) -> Floats:
        """σ (patients, count): 0, then from the clearance's rate to that at which the source's own width dissolves."""
        edge = round(centre_cm / self.grid.cell_cm)
        dispersion = dispersion_cm2_per_h(self.grid, self.cohort, self.regime)
        fastest = 2.0 * np.atleast_2d(dispersion)[:, edge] / self.cohort.of(spread_name) ** 2
        slowest = self.cohort.of("spinal_clearance")
        spaced = np.geomspace(slowest, np.maximum(fastest, 2.0 * slowest), count - 1, axis=1)
        return np.concatenate([np.zeros((len(self.cohort), 1)), spaced], axis=1)

    def _projected(self, vectors: Floats, tip: Floats, puncture: Floats, levels: tuple[str, ...]) -> Reduced:
        basis = np.linalg.qr((vectors / np.linalg.norm(vectors, axis=0)).transpose(1, 0, 2)).Q
        acted = self.operator.times(basis.transpose(1, 0, 2)).transpose(1, 0, 2)
        small = basis.transpose(0, 2, 1) @ acted
        rates, turned = np.linalg.eigh((small + small.transpose(0, 2, 1)) / 2)
        shapes = basis @ turned
        concentrations = shapes / self.operator.scale.T[:, :, None]
        into = pools(self.grid, self.network, self.cohort)
        return Reduced(
            names=(*levels, CISTERNS),
            rates_per_h=rates,
            drive=np.einsum("pnr,np->pr", shapes, tip),
            puncture=np.einsum("pnr,np->pr", shapes, puncture),
            outputs=self._looks(levels) @ concentrations,
            pool_shapes=into.weights @ concentrations,
            pool_rates_per_h=np.broadcast_to(into.rates_per_h, (len(rates), into.rates_per_h.shape[-1])),
            slow_share=self.cohort.of("slow_share"),
        )

    def _looks(self, levels: tuple[str, ...]) -> Floats:
        """What of each node is seen at each output, (outputs, nodes): lines between cells; the cisterns."""
        looks, last = np.zeros((len(levels) + 1, self.network.nodes)), self.network.cells - 1
        for row, level in enumerate(levels):
            after = int(np.clip(np.searchsorted(self.grid.centres_cm, self.grid.level_cm(level)), 1, last))
            share = (self.grid.level_cm(level) - self.grid.centres_cm[after - 1]) / self.grid.cell_cm
            looks[row, [after - 1, after]] = [1.0 - min(share, 1.0), min(share, 1.0)]
        looks[-1, self.network.cisterns] = 1.0
        return looks
