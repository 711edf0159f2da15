"""A score of modes that carry what a pump delivers, for thousands of patients at once.

What comes from one tip stirs few of a body's modes. With S the symmetrised operator (`thecal.body.eigenmodes`) and g
the source in its coordinates, z' = −S z + g u, the solutions of

    (S + σ_1) v_1 = g, …, (S + σ_m) v_m = g                σ_1 = 0 and the others spread geometrically

span a space Q in which z is found by projection (rational Krylov, Galerkin): z ≈ Q y, y' = −QᵀSQ y + Qᵀg u. QᵀSQ is a
small symmetric matrix whose rates are real and positive; propagation stays exact in time, with no step size. σ = 0
makes every steady state and every mean exact.

How wrong it can be. The error e = z − Q y obeys e' = −S e + ρ with ρ the residual, which is orthogonal to Q and lies in
the span of what S adds to Q, one vector for each source. With a rate λ₀ no greater than the slowest of S,

    d/dt |e|² = −2 e·Se + 2 e·ρ ≤ −λ₀ |e|² + ρ·S⁻¹ρ        (Young's inequality, half of the dissipation each)

so after one step of delivery |e(t)|² ≤ e^(−λ₀t) ∫ e^(λ₀s) ρ·S⁻¹ρ ds: exponentials, summed in closed form. An output
l·z is off by no more than |l| |e|. λ₀ is one over the longest residence, max of S⁻¹d over d, with d the scaling. The
bound is rigorous but for rounding; it is some hundreds of times what the error turns out to be, since it knows no
place. With twenty modes it is 2e-5 of the peak in most people, and 2e-4 in the worst of sixty.

What the error is, as measured against all modes on forty people drawn more widely than published, the largest of all
outputs and times from a minute on, against the highest concentration anywhere, for a tip at T10 (at C5 three times as
much):

    modes                             8        12       16       20       24
    a step of infusion                3e-3     8e-5     1e-5     4e-7     6e-8
    a bolus over ten minutes          2e-2     6e-4     1e-5     4e-6     4e-7
    the same, an hour later           6e-3     2e-4     5e-6     1e-7     2e-9
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from thecal.body.anatomy import Floats, Grid, canal_grid
from thecal.body.cohort import Cohort
from thecal.body.eigenmodes import MOST_PECLET, has_eigenmodes, total_peclet
from thecal.body.kinetics import pools
from thecal.body.regime import USUAL, Regime
from thecal.body.solves import Symmetric
from thecal.body.stature import ADULT, Stature
from thecal.body.transport import Network, canal, dispersion_cm2_per_h, spread
from thecal.errors import OurFault

LEVELS = ("C5", "T4", "T10", "L1", "L3")
"""Where CSF is looked at unless other levels are asked for."""
CISTERNS = "cisterns"
MODES, FEWEST = 20, 2
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

    `bound` (patients, outputs) is the largest error of an output, at any time, after delivery from rest changes by
    1 mcg/h (mcg/mL); `puncture_bound` (patients, outputs) that after one mcg by lumbar puncture. Both fade at least
    by `fading_per_h` (patients,) over two. Errors of several changes add up.
    """

    names: tuple[str, ...]
    rates_per_h: Floats
    drive: Floats
    puncture: Floats
    outputs: Floats
    pool_shapes: Floats
    pool_rates_per_h: Floats
    slow_share: Floats
    bound: Floats
    puncture_bound: Floats
    fading_per_h: Floats

    def __len__(self) -> int:
        return len(self.rates_per_h)

    def some(self, which: slice) -> "Reduced":
        """Some of the patients."""
        return replace(self, **{name: getattr(self, name)[which] for name in ARRAYS})


ARRAYS = tuple(field.name for field in fields(Reduced) if field.name != "names")


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

    BadInput for a level that is none; OurFault where somebody's flow is too strong for modes (`Body` falls back).
    """
    if modes < FEWEST:
        raise OurFault(f"{modes} modes carry nothing: ask for {FEWEST} or more")
    blocks = [
        _Block.of(cohort.some(slice(begin, begin + BLOCK)), stature, regime, cell_cm).reduced(
            tip_level, levels, puncture_level, modes
        )
        for begin in range(0, len(cohort), BLOCK)
    ]
    together = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in ARRAYS}
    return Reduced(names=(*levels, CISTERNS), **together)


def reducible(
    cohort: Cohort, *, stature: Stature = ADULT, regime: Regime = USUAL, cell_cm: float = CELL_CM
) -> NDArray[np.bool_]:
    """Whose fluid flows gently enough for modes, (patients,): `reduce` refuses a cohort with anybody else in it."""
    grid = canal_grid(cell_cm, stature, cohort.of("area_scale")[:, None])
    peclet = total_peclet(canal(grid, cohort, regime))
    return np.broadcast_to(peclet <= MOST_PECLET, (len(cohort),))


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
        if not has_eigenmodes(network):
            raise OurFault(f"under {regime} somebody's fluid flows too fast for modes: live each as a Body instead")
        return _Block(cohort=cohort, grid=grid, network=network, regime=regime, operator=Symmetric.of(network))

    def reduced(self, tip_level: str, levels: tuple[str, ...], puncture_level: str | None, modes: int) -> Reduced:
        tip_cm = self.grid.tip_cm(tip_level)
        tip = self._source(tip_cm, "pump_spread")
        everywhere = self.operator.scale[:, :, None]
        shifts = np.append(self._shifts(tip_cm, "pump_spread", modes), np.zeros((len(self.cohort), 1)), axis=1)
        right = np.concatenate([np.repeat(tip, modes, axis=2), everywhere], axis=2)
        found = self.operator.solve(shifts, right)
        vectors, residence_h = [found[:, :, :-1]], (found[:, :, -1:] / everywhere).max(axis=0)
        puncture, beyond = np.zeros_like(tip), [tip]
        if puncture_level is not None:
            at_cm = self.grid.level_cm(puncture_level)
            puncture = self._source(at_cm, "lumbar_puncture_spread")
            shifts = self._shifts(at_cm, "lumbar_puncture_spread", modes - 1)
            vectors += [puncture, self.operator.solve(shifts, puncture)]
            beyond.append(self.operator.times(puncture))
        space = _Space.of(self.operator, np.concatenate(vectors, axis=2))
        return self._seen(space, tip, puncture, levels, np.concatenate(beyond, axis=2), 1.0 / residence_h)

    def _source(self, centre_cm: float, spread_name: str) -> Floats:
        """One mcg around somewhere, (places, patients, 1), in the operator's coordinates."""
        shares = spread(self.grid, self.network, centre_cm, self.cohort.of(spread_name)[:, None])
        return (self.operator.scale / self.operator.capacity_ml * shares[:, self.operator.order].T)[:, :, None]

    def _shifts(self, centre_cm: float, spread_name: str, count: int) -> Floats:
        """σ (patients, count): 0, then from the clearance's rate to that at which the source's own width dissolves."""
        edge = round(centre_cm / self.grid.cell_cm)
        dispersion = dispersion_cm2_per_h(self.grid, self.cohort, self.regime)
        fastest = 2.0 * np.atleast_2d(dispersion)[:, edge] / self.cohort.of(spread_name) ** 2
        slowest = self.cohort.of("spinal_clearance")
        spaced = np.geomspace(slowest, np.maximum(fastest, 2.0 * slowest), count - 1, axis=1)
        return np.concatenate([np.zeros((len(self.cohort), 1)), spaced], axis=1)

    def _seen(
        self, space: "_Space", tip: Floats, puncture: Floats, levels: tuple[str, ...], beyond: Floats, fading: Floats
    ) -> Reduced:
        into, looks = pools(self.grid, self.network, self.cohort), self._looks(levels)[:, self.operator.order]
        concentrations = space.shapes / self.operator.scale.T[:, :, None]
        drive, injected = space.amplitudes(tip), space.amplitudes(puncture)
        error = space.error(self.operator, beyond, np.stack([drive / space.rates_per_h, injected]), fading)
        seeing = np.linalg.norm(looks / self.operator.scale.T[:, None], axis=2)
        return Reduced(
            names=(*levels, CISTERNS),
            rates_per_h=space.rates_per_h,
            drive=drive,
            puncture=injected,
            outputs=looks @ concentrations,
            pool_shapes=into.weights[..., self.operator.order] @ concentrations,
            pool_rates_per_h=np.broadcast_to(into.rates_per_h, (len(drive), into.rates_per_h.shape[-1])),
            slow_share=self.cohort.of("slow_share"),
            bound=error[0, :, None] * seeing,
            puncture_bound=error[1, :, None] * seeing,
            fading_per_h=fading[:, 0],
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Space:
    """What z is sought in: `shapes` (patients, places, modes), orthonormal, each with a rate of its own."""

    rates_per_h: Floats
    shapes: Floats

    @staticmethod
    def of(operator: Symmetric, vectors: Floats) -> "_Space":
        """The span of `vectors` (places, patients, modes), and S within it."""
        basis = np.linalg.qr((vectors / np.linalg.norm(vectors, axis=0)).transpose(1, 0, 2)).Q
        small = basis.transpose(0, 2, 1) @ operator.times(basis.transpose(1, 0, 2)).transpose(1, 0, 2)
        rates, turned = np.linalg.eigh((small + small.transpose(0, 2, 1)) / 2)
        return _Space(rates_per_h=rates, shapes=basis @ turned)

    def amplitudes(self, vector: Floats) -> Floats:
        """A vector (places, patients, 1) as amplitudes (patients, modes)."""
        return np.asarray((self.shapes.transpose(0, 2, 1) @ vector.transpose(1, 0, 2))[:, :, 0])

    def error(self, operator: Symmetric, beyond: Floats, parts: Floats, fading_per_h: Floats) -> Floats:
        """A bound of ‖z − Q y‖, (any, patients), while amplitudes `parts` (any, patients, modes) decay at their rates.

        `beyond` (places, patients, sources) spans, with Q, all that S makes of Q.
        """
        left = beyond.transpose(1, 0, 2)
        for _ in range(2):  # twice is enough to be orthogonal to the last digit
            left = left - self.shapes @ (self.shapes.transpose(0, 2, 1) @ left)
        acted = operator.times(left.transpose(1, 0, 2)).transpose(1, 0, 2)
        shares = np.linalg.solve(left.transpose(0, 2, 1) @ left, acted.transpose(0, 2, 1) @ self.shapes)
        still = np.zeros(left.shape[2])
        inverse = operator.solve(still, left.transpose(1, 0, 2)).transpose(1, 0, 2)
        energy = shares.transpose(0, 2, 1) @ (left.transpose(0, 2, 1) @ inverse) @ shares
        lasting = self.rates_per_h[:, :, None] + self.rates_per_h[:, None, :] - fading_per_h[:, :, None]
        return np.asarray(np.sqrt(np.maximum(np.einsum("api,pij,apj->ap", parts, energy / lasting, parts), 0.0)))
