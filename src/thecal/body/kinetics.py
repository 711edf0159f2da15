"""Two effect pools for every target muscle, one for the brainstem, and plasma: driven by the tree, in closed form.

A pool follows e' = k (s − e), where s = Σ w_m x_m is the unbound concentration in the target's cord segments. For one
amplitude that decays from x under a constant input u,

    e(t + τ) = e^(−kτ) e(t) + k Σ w_m [ g_m x_m + h_m β_m u ]
    g = ∫₀^τ e^(−k(τ−s)) e^(−λs) ds = (e^(−λτ) − e^(−kτ))/(k − λ)
    h = ∫₀^τ e^(−k(τ−s)) (1 − e^(−λs))/λ ds = (b_k − g)/λ,   b_k = (1 − e^(−kτ))/k

What a muscle feels is C_e = (1 − share) e_fast + share e_slow.

Plasma is a pool too: what the tree loses for good, Σ l_i c_i, enters a volume V W and is cleared at CL W, W being the
weight. With k = CL/V and s = Σ l_i c_i/(CL W) that is e' = k (s − e). Nothing comes back. What a needle drains never
gets there.
"""

from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import TARGETS, Floats, Grid, target_range_cm
from thecal.body.cohort import Cohort, numbers_of
from thecal.body.parameters import Parameters
from thecal.body.transport import Network, beside

NG_PER_MCG = 1000.0
POOLS: tuple[str, ...] = (
    *(f"{target}, fast" for target in TARGETS),
    *(f"{target}, slow" for target in TARGETS),
    "brainstem",
    "plasma",
)
"""Every pool, in the order of a state's effects. Cord drives a muscle's two, the cisterns drive the brainstem's one."""
FELT: tuple[str, ...] = (*TARGETS, "brainstem", "plasma")
"""What is left of the pools once a muscle's two have become what it feels."""
KIND_OF_POOL: tuple[int, ...] = (*(0 for _ in TARGETS), *(1 for _ in TARGETS), 2, 3)
"""Pools of one kind (fast, slow, brainstem, plasma) have one rate."""
FIRST_OF_KIND: tuple[int, ...] = tuple(KIND_OF_POOL.index(kind) for kind in range(4))
BRAINSTEM, PLASMA = POOLS.index("brainstem"), POOLS.index("plasma")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pools:
    """`rates_per_h` k (..., pools); `weights` (..., pools, nodes), in ng/mL for each mcg/mL at a node."""

    rates_per_h: Floats
    weights: Floats


def pools(grid: Grid, network: Network, whose: Parameters | Cohort) -> Pools:
    """The pools of one patient or of a cohort."""
    number = numbers_of(whose)
    cleared_l_per_h = number["plasma_clearance"] * grid.stature.mass_kg
    muscles = NG_PER_MCG * target_weights(grid, network)
    brainstem = np.zeros((1, network.nodes))
    brainstem[0, network.cisterns] = NG_PER_MCG
    plasma = (network.loss_ml_per_h / cleared_l_per_h)[..., None, :]  # mcg/L is ng/mL
    of_tree = np.vstack([muscles, muscles, brainstem])
    one = np.ones(len(TARGETS))
    return Pools(
        rates_per_h=beside(
            number["fast_rate"] * one,
            number["slow_rate"] * one,
            number["brain_rate"],
            number["plasma_clearance"] / number["plasma_volume"],
        ),
        weights=np.concatenate([np.broadcast_to(of_tree, (*plasma.shape[:-2], *of_tree.shape)), plasma], axis=-2),
    )


def target_weights(grid: Grid, network: Network) -> Floats:
    """Weights (targets, nodes): the mean over a target's cord segments, each cord cell counted by what it shares."""
    weights = np.zeros((len(TARGETS), network.nodes))
    for row, target in enumerate(TARGETS):
        begins, ends = (grid.stretched * z_cm for z_cm in target_range_cm(target))
        shared = np.minimum(grid.edges_cm[1:], ends) - np.maximum(grid.edges_cm[:-1], begins)
        inside = np.maximum(shared, 0.0)[list(network.cord_of)]
        weights[row, network.cells : network.cells + len(network.cord_of)] = inside / inside.sum()
    return weights


def lagged_decay(rates_per_h: Floats, pool_rate_per_h: float, times_h: Floats) -> Floats:
    """The lag g, (times, n), hours, of `rates_per_h` λ (n,).

    The slower rate stands in front, so that k ≈ λ and long times both stay exact.
    """
    slower = np.minimum(rates_per_h, pool_rate_per_h)
    apart = np.outer(times_h, np.abs(pool_rate_per_h - rates_per_h))
    return np.asarray(np.exp(-np.outer(times_h, slower)) * times_h[:, None] * _relative_build_up(apart))


def lagged_build_up(rates_per_h: Floats, pool_rate_per_h: float, times_h: Floats) -> Floats:
    """The lagged build-up h, (times, n), square hours, of `rates_per_h` λ (n,)."""
    alone = -np.expm1(-pool_rate_per_h * times_h)[:, None] / pool_rate_per_h
    return np.asarray((alone - lagged_decay(rates_per_h, pool_rate_per_h, times_h)) / rates_per_h)


def felt(effects: Floats, slow_share: float) -> dict[str, Floats]:
    """C_e of each target muscle (times,), ng/mL, from the pools `effects` (times, pools)."""
    fast, slow = effects[:, : len(TARGETS)], effects[:, len(TARGETS) : 2 * len(TARGETS)]
    together = (1.0 - slow_share) * fast + slow_share * slow
    return {target: together[:, index] for index, target in enumerate(TARGETS)}


def _relative_build_up(x: Floats) -> Floats:
    """(1 − e^(−x))/x, 1 at zero."""
    near = x == 0.0
    return np.asarray(np.where(near, 1.0, -np.expm1(-x) / np.where(near, 1.0, x)))
