"""A body carried by its eigenmodes: every amplitude on its own, exact, whatever the time between events."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.eigenmodes import Eigenmodes, build_up, decay
from thecal.body.kinetics import Pools, lagged_build_up, lagged_decay
from thecal.body.transport import Network, Whole


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Modal:
    """`drive` β (n,) is one mcg from the tip as amplitudes.

    `pool_shapes` (pools, n) are the concentrations (ng/mL) that one unit of each amplitude means to a pool.
    """

    eigenmodes: Eigenmodes
    drive: Floats
    pools: Pools
    pool_shapes: Floats
    method: Literal["eigenmodes"] = "eigenmodes"

    @staticmethod
    def of(network: Network, found: Eigenmodes, source: Floats, pools: Pools) -> "Modal":
        """For one tip, whose mcg is shared among the nodes by `source` (nodes,)."""
        return Modal(
            eigenmodes=found,
            drive=found.projection @ (source / network.capacity_ml),
            pools=pools,
            pool_shapes=pools.weights @ found.shapes,
        )

    def coordinates(self, concentrations: Floats) -> Floats:
        """Amplitudes (n,) of `concentrations` (nodes,), mcg/mL."""
        return np.asarray(self.eigenmodes.projection @ concentrations)

    def concentrations(self, coordinates: Floats) -> Floats:
        """Concentrations (..., nodes), mcg/mL, of amplitudes `coordinates` (..., n)."""
        return np.asarray(coordinates @ self.eigenmodes.shapes.T)

    def steady(self, rate_mcg_per_h: float) -> tuple[Floats, Floats]:
        """Amplitudes x (n,) and pools e (pools,), ng/mL, at the fixed point of a constant rate."""
        amplitudes = self.drive * rate_mcg_per_h / self.eigenmodes.rates_per_h
        return amplitudes, self.pool_shapes @ amplitudes

    def periodic(self, edges_h: Floats, rates_mcg_per_h: Floats) -> tuple[Floats, Floats]:
        """Amplitudes x (n,) and pools e (pools,) at the beginning of a cycle that repeats for ever."""
        period_h, nothing = edges_h[-1:] - edges_h[:1], np.zeros(len(self.pools.rates_per_h))
        forced, _ = self.march(np.zeros_like(self.drive), nothing, edges_h, rates_mcg_per_h)
        amplitudes = forced[-1] / (build_up(self.eigenmodes.rates_per_h, period_h)[0] * self.eigenmodes.rates_per_h)
        _, effects = self.march(amplitudes, nothing, edges_h, rates_mcg_per_h)
        return amplitudes, effects[-1] / -np.expm1(-self.pools.rates_per_h * period_h)

    def march(
        self, coordinates: Floats, effects: Floats, edges_h: Floats, rates_mcg_per_h: Floats
    ) -> tuple[Floats, Floats]:
        """Amplitudes (edges, n) and pools (edges, pools), ng/mL, at every edge.

        They begin as `coordinates` (n,) and `effects` (pools,).
        """
        durations, which = np.unique(np.diff(edges_h), return_inverse=True)
        decays = decay(self.eigenmodes.rates_per_h, durations)
        gains = build_up(self.eigenmodes.rates_per_h, durations) * self.drive
        at_edges = np.empty((len(edges_h), len(coordinates)))
        at_edges[0] = coordinates
        for step, kind in enumerate(which):
            at_edges[step + 1] = decays[kind] * at_edges[step] + gains[kind] * rates_mcg_per_h[step]
        return at_edges, self._pools(effects, at_edges, durations, which, rates_mcg_per_h)

    def exposure(self, coordinates: Floats, edges_h: Floats, rates_mcg_per_h: Floats) -> Floats:
        """The integral of every node's concentration (nodes,), mcg h/mL, from `coordinates` (n,) at first."""
        nothing = np.zeros(len(self.pools.rates_per_h))
        amplitudes, _ = self.march(coordinates, nothing, edges_h, rates_mcg_per_h)
        durations = np.diff(edges_h)
        lasting = build_up(self.eigenmodes.rates_per_h, durations)
        growing = (durations[:, None] - lasting) / self.eigenmodes.rates_per_h
        exposure = (amplitudes[:-1] * lasting + rates_mcg_per_h[:, None] * self.drive * growing).sum(axis=0)
        return np.asarray(self.eigenmodes.shapes @ exposure)

    def _pools(self, effects: Floats, at_edges: Floats, durations: Floats, which: Whole, rates: Floats) -> Floats:
        """The pools (edges, pools) at every edge, driven by the amplitudes there."""
        pulls = np.empty((len(rates), len(effects)))
        for rate in np.unique(self.pools.rates_per_h):
            own = self.pools.rates_per_h == rate
            pulls[:, own] = self._pull(float(rate), self.pool_shapes[own], at_edges[:-1], durations, which, rates)
        keeps = decay(self.pools.rates_per_h, durations)
        states = np.empty((len(at_edges), len(effects)))
        states[0] = effects
        for step, kind in enumerate(which):
            states[step + 1] = keeps[kind] * states[step] + pulls[step]
        return states

    def _pull(
        self, pool_rate_per_h: float, shapes: Floats, before: Floats, durations: Floats, which: Whole, rates: Floats
    ) -> Floats:
        """What drives each pool of one rate over each step, (steps, pools of that rate)."""
        lag = lagged_decay(self.eigenmodes.rates_per_h, pool_rate_per_h, durations)
        lead = lagged_build_up(self.eigenmodes.rates_per_h, pool_rate_per_h, durations) * self.drive
        from_input = rates[:, None] * (lead @ shapes.T)[which]
        return np.asarray(pool_rate_per_h * ((before * lag[which]) @ shapes.T + from_input))
