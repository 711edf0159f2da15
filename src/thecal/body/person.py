"""One person with a catheter: state in, drug in, state out. Exact for piecewise-constant delivery.

    body = Body.adult("T10")
    state = body.steady(12.5)                                  mcg/h, since for ever
    state = body.advance(state, edges_h, rates_mcg_per_h)      rates[i] holds over [edges[i], edges[i + 1])
    course = body.course(state, edges_h, rates_mcg_per_h, times_h)

States are linear in what was given: two courses of delivery may be computed apart and added. Times are hours from
wherever the caller likes; no clock is read and no step size chosen.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thecal.body.anatomy import Floats, Grid, canal_grid
from thecal.body.eigenmodes import Eigenmodes, build_up, decay, eigenmodes
from thecal.body.kinetics import BRAINSTEM, PLASMA, Pools, felt, lagged_build_up, lagged_decay, pools
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.regime import USUAL, Regime
from thecal.body.state import EFFECTS, BodyState, Course
from thecal.body.stature import ADULT, Stature
from thecal.body.transport import Network, canal, spread
from thecal.errors import OurFault

Whole = NDArray[np.intp]

KEPT = 64
"""So many bodies stay built, of some two megabytes each."""
CELL_CM = 0.5
"""It puts CSF within two thousandths of its peak even as a bolus ends: tests/body/test_convergence.py."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """A canal with its eigenmodes, and a catheter tip in it. Build one with `Body.of` or `Body.adult`.

    `source` (nodes,) shares one mcg from the tip among the nodes; `drive` β (n,) is that as amplitudes;
    `pool_shapes` (pools, n) are the concentrations (ng/mL) that one unit of each amplitude means to a pool.
    """

    tip_level: str
    stature: Stature
    regime: Regime
    parameters: Parameters
    grid: Grid
    network: Network
    eigenmodes: Eigenmodes
    source: Floats
    drive: Floats
    pools: Pools
    pool_shapes: Floats

    @staticmethod
    def adult(tip_level: str = "T10", parameters: Parameters = TWO_POOL, cell_cm: float = CELL_CM) -> "Body":
        """An adult of 170 cm with the tip at the middle of a vertebral level. Built once for each set of arguments."""
        return _body(tip_level, ADULT, parameters, USUAL, cell_cm)

    @staticmethod
    def of(
        tip_level: str,
        *,
        stature: Stature = ADULT,
        parameters: Parameters = TWO_POOL,
        regime: Regime = USUAL,
        cell_cm: float = CELL_CM,
    ) -> "Body":
        """A person of any stature, under any regime. Built once for each set of arguments.

        BadInput for a level that is none.
        """
        return _body(tip_level, stature, parameters, regime, cell_cm)

    def under(self, regime: Regime) -> "Body":
        """The same person under another regime: states carry over."""
        return _body(self.tip_level, self.stature, self.parameters, regime, self.grid.cell_cm)

    def rest(self) -> BodyState:
        """No drug anywhere."""
        nodes = self.network.nodes
        return BodyState(concentrations_mcg_per_ml=(0.0,) * nodes, effects_ng_per_ml=(0.0,) * EFFECTS)

    def steady(self, rate_mcg_per_h: float) -> BodyState:
        """The fixed point at a constant rate: what endless infusion tends to."""
        amplitudes = self.drive * _given(rate_mcg_per_h) / self.eigenmodes.rates_per_h
        return self._state(amplitudes, self.pool_shapes @ amplitudes)

    def periodic(self, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> BodyState:
        """The fixed point of a cycle that repeats for ever, at the cycle's beginning."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        if not rates.size:
            raise OurFault("a cycle lasts: it has at least two edges")
        period_h = edges[-1:] - edges[:1]
        nothing = np.zeros(EFFECTS)
        forced, _ = self._march(np.zeros_like(self.drive), nothing, edges, rates)
        amplitudes = forced[-1] / (build_up(self.eigenmodes.rates_per_h, period_h)[0] * self.eigenmodes.rates_per_h)
        _, effects = self._march(amplitudes, nothing, edges, rates)
        return self._state(amplitudes, effects[-1] / -np.expm1(-self.pools.rates_per_h * period_h))

    def advance(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> BodyState:
        """The state at `edges_h[-1]`, from the state at `edges_h[0]`; one rate between each two edges."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        amplitudes, effects = self._march(*self._amplitudes(state), edges, rates)
        return self._state(amplitudes[-1], effects[-1])

    def course(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, times_h: ArrayLike) -> Course:
        """The body at each of `times_h`, all of them within the edges, in any order."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        times = np.asarray(times_h, dtype=np.float64)
        if times.size and not (edges[0] <= times.min() and times.max() <= edges[-1]):
            raise OurFault(f"times must lie between the first and the last edge, {edges[0]} h and {edges[-1]} h")
        stops = np.union1d(edges, times)
        holding = rates[np.searchsorted(edges, stops[:-1], side="right") - 1]
        amplitudes, effects = self._march(*self._amplitudes(state), stops, holding)
        asked = np.searchsorted(stops, times)
        return self._course(times, amplitudes[asked], effects[asked])

    def injected(self, state: BodyState, mass_mcg: float, level: str = "L3") -> BodyState:
        """The state just after a lumbar puncture's bolus, spread around the middle of a vertebral level."""
        sigma_cm = self.parameters.lumbar_puncture_spread.value
        shares = spread(self.grid, self.network, self.grid.level_cm(level), sigma_cm)
        before = np.array(state.concentrations_mcg_per_ml)
        after = before + _given(mass_mcg) * shares / self.network.capacity_ml
        return BodyState(concentrations_mcg_per_ml=tuple(after.tolist()), effects_ng_per_ml=state.effects_ng_per_ml)

    def held_mcg(self, state: BodyState) -> float:
        """The drug in CSF, cord and head."""
        return float(self.network.capacity_ml @ np.array(state.concentrations_mcg_per_ml))

    def eliminated_mcg(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> float:
        """The drug that blood and brain take for good between the first and the last edge. A needle's is no part."""
        return float(self.network.loss_ml_per_h @ self.exposure(state, edges_h, rates_mcg_per_h))

    def exposure(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> Floats:
        """The integral of every node's concentration from the first to the last edge (nodes,), mcg h/mL; exact."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        amplitudes, _ = self._march(*self._amplitudes(state), edges, rates)
        durations = np.diff(edges)
        lasting = build_up(self.eigenmodes.rates_per_h, durations)
        growing = (durations[:, None] - lasting) / self.eigenmodes.rates_per_h
        exposure = (amplitudes[:-1] * lasting + rates[:, None] * self.drive * growing).sum(axis=0)
        return np.asarray(self.eigenmodes.shapes @ exposure)

    def _amplitudes(self, state: BodyState) -> tuple[Floats, Floats]:
        concentrations = np.array(state.concentrations_mcg_per_ml)
        if concentrations.shape != self.drive.shape:
            raise OurFault(
                f"a state of {len(concentrations)} nodes belongs to another body than one of {len(self.drive)}"
            )
        return self.eigenmodes.projection @ concentrations, np.array(state.effects_ng_per_ml)

    def _state(self, amplitudes: Floats, effects: Floats) -> BodyState:
        concentrations = self.eigenmodes.shapes @ amplitudes
        return BodyState(
            concentrations_mcg_per_ml=tuple(concentrations.tolist()), effects_ng_per_ml=tuple(effects.tolist())
        )

    def _march(self, amplitudes: Floats, effects: Floats, edges: Floats, rates: Floats) -> tuple[Floats, Floats]:
        """Amplitudes (edges, n) and effects (edges, pools) at every edge."""
        durations, which = np.unique(np.diff(edges), return_inverse=True)
        decays = decay(self.eigenmodes.rates_per_h, durations)
        gains = build_up(self.eigenmodes.rates_per_h, durations) * self.drive
        at_edges = np.empty((len(edges), len(amplitudes)))
        at_edges[0] = amplitudes
        for step, kind in enumerate(which):
            at_edges[step + 1] = decays[kind] * at_edges[step] + gains[kind] * rates[step]
        return at_edges, self._pools(effects, at_edges, durations, which, rates)

    def _pools(self, effects: Floats, at_edges: Floats, durations: Floats, which: Whole, rates: Floats) -> Floats:
        """The effect pools (edges, pools) at every edge, driven by the amplitudes there."""
        pulls = np.empty((len(rates), EFFECTS))
        for rate in np.unique(self.pools.rates_per_h):
            own = self.pools.rates_per_h == rate
            pulls[:, own] = self._pull(float(rate), self.pool_shapes[own], at_edges[:-1], durations, which, rates)
        keeps = decay(self.pools.rates_per_h, durations)
        states = np.empty((len(at_edges), EFFECTS))
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

    def _course(self, times: Floats, amplitudes: Floats, effects: Floats) -> Course:
        nodes = amplitudes @ self.eigenmodes.shapes.T
        cells = self.network.cells
        cord = np.zeros((len(times), cells))
        cord[:, list(self.network.cord_of)] = nodes[:, cells : self.network.cisterns]
        return Course(
            times_h=times,
            z_cm=self.grid.centres_cm,
            csf_mcg_per_ml=nodes[:, :cells],
            cord_mcg_per_ml=cord,
            cisternal_mcg_per_ml=nodes[:, self.network.cisterns],
            effect_ng_per_ml=felt(effects, self.parameters.slow_share.value),
            brainstem_ng_per_ml=effects[:, BRAINSTEM],
            plasma_ng_per_ml=effects[:, PLASMA],
        )


@lru_cache(maxsize=KEPT)
def _canal(
    stature: Stature, parameters: Parameters, regime: Regime, cell_cm: float
) -> tuple[Grid, Network, Eigenmodes]:
    """What bodies that differ only by their tip have in common."""
    grid = canal_grid(cell_cm, stature, parameters.area_scale.value)
    network = canal(grid, parameters, regime)
    return grid, network, eigenmodes(network)


@lru_cache(maxsize=KEPT)
def _body(tip_level: str, stature: Stature, parameters: Parameters, regime: Regime, cell_cm: float) -> Body:
    grid, network, found = _canal(stature, parameters, regime, cell_cm)
    source = spread(grid, network, grid.tip_cm(tip_level), parameters.pump_spread.value)
    into = pools(grid, network, parameters)
    return Body(
        tip_level=tip_level,
        stature=stature,
        regime=regime,
        parameters=parameters,
        grid=grid,
        network=network,
        eigenmodes=found,
        source=source,
        drive=found.projection @ (source / network.capacity_ml),
        pools=into,
        pool_shapes=into.weights @ found.shapes,
    )


def checked(edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> tuple[Floats, Floats]:
    """Edges that rise and one rate between each two of them, none negative."""
    edges = np.asarray(edges_h, dtype=np.float64)
    rates = np.asarray(rates_mcg_per_h, dtype=np.float64)
    if edges.ndim != 1 or rates.shape != (len(edges) - 1,):
        raise OurFault(f"{edges.size} edges want one rate fewer, not {rates.size}")
    if not (np.isfinite(edges).all() and (np.diff(edges) > 0.0).all()):
        raise OurFault("edges must be finite and rise")
    if not (np.isfinite(rates).all() and (rates >= 0.0).all()):
        raise OurFault("delivery rates must be finite and not negative")
    return edges, rates


def _given(amount: float) -> float:
    """An amount of drug that can have been given."""
    if not 0.0 <= amount < math.inf:
        raise OurFault(f"what is given must be finite and not negative, not {amount}")
    return amount
