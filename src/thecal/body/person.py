"""One person with a catheter: state in, drug in, state out. Exact for piecewise-constant delivery.

    body = Body.adult("T10")
    state = body.steady(12.5)                                  mcg/h, since for ever
    state = body.advance(state, edges_h, rates_mcg_per_h)      rates[i] holds over [edges[i], edges[i + 1])
    course = body.course(state, edges_h, rates_mcg_per_h, times_h)

States are linear in what was given: two courses of delivery may be computed apart and added. Times are hours from
wherever the caller likes; no clock is read and no step size chosen. `Body.method` says whether eigenmodes carry the
state or, where a flow is too strong for them, the matrix exponential.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import Floats, Grid, canal_grid
from thecal.body.dense import Dense
from thecal.body.eigenmodes import Eigenmodes, eigenmodes, has_eigenmodes
from thecal.body.kinetics import BRAINSTEM, PLASMA, Pools, felt, pools
from thecal.body.modal import Modal
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.propagator import Method, Propagator
from thecal.body.regime import USUAL, Regime
from thecal.body.state import EFFECTS, BodyState, Course
from thecal.body.stature import ADULT, Stature
from thecal.body.transport import Network, canal, spread
from thecal.errors import OurFault

KEPT = 64
"""So many bodies stay built, of some two megabytes each."""
CELL_CM = 0.5
"""It puts CSF within two thousandths of its peak even as a bolus ends: tests/body/test_convergence.py."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """A canal, what carries its state through time, and a catheter tip in it. Build one with `Body.of` or `Body.adult`.

    `source` (nodes,) shares one mcg from the tip among the nodes. OurFault for a state of a body with other nodes, for
    an amount below zero, and for edges, rates or times that are none (`thecal.body`).
    """

    tip_level: str
    stature: Stature
    regime: Regime
    parameters: Parameters
    grid: Grid
    network: Network
    source: Floats
    pools: Pools
    propagator: Propagator

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

    @property
    def method(self) -> Method:
        """What carries the state through time: "eigenmodes", or "expm" where a flow is too strong for them."""
        return self.propagator.method

    def under(self, regime: Regime) -> "Body":
        """The same person under another regime: states carry over."""
        return _body(self.tip_level, self.stature, self.parameters, regime, self.grid.cell_cm)

    def rest(self) -> BodyState:
        """No drug anywhere."""
        nodes = self.network.nodes
        return BodyState(concentrations_mcg_per_ml=(0.0,) * nodes, effects_ng_per_ml=(0.0,) * EFFECTS)

    def steady(self, rate_mcg_per_h: float) -> BodyState:
        """The fixed point at a constant rate: what endless infusion tends to."""
        return self._state(*self.propagator.steady(_given(rate_mcg_per_h)))

    def periodic(self, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> BodyState:
        """The fixed point of a cycle that repeats for ever, at the cycle's beginning."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        if not rates.size:
            raise OurFault("a cycle lasts: it has at least two edges")
        return self._state(*self.propagator.periodic(edges, rates))

    def advance(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> BodyState:
        """The state at `edges_h[-1]`, from the state at `edges_h[0]`; one rate between each two edges."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        coordinates, effects = self.propagator.march(*self._coordinates(state), edges, rates)
        return self._state(coordinates[-1], effects[-1])

    def course(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike, times_h: ArrayLike) -> Course:
        """The body at each of `times_h`, all of them within the edges, in any order."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        times = np.asarray(times_h, dtype=np.float64)
        if times.size and not (edges[0] <= times.min() and times.max() <= edges[-1]):
            raise OurFault(f"times must lie between the first and the last edge, {edges[0]} h and {edges[-1]} h")
        stops = np.union1d(edges, times)
        holding = rates[np.searchsorted(edges, stops[:-1], side="right") - 1]
        coordinates, effects = self.propagator.march(*self._coordinates(state), stops, holding)
        asked = np.searchsorted(stops, times)
        return self._course(times, self.propagator.concentrations(coordinates[asked]), effects[asked])

    def injected(self, state: BodyState, mass_mcg: float, level: str = "L3") -> BodyState:
        """The state just after a lumbar puncture's bolus, spread around the middle of a vertebral level.

        BadInput for a level that is none.
        """
        sigma_cm = self.parameters.lumbar_puncture_spread.value
        shares = spread(self.grid, self.network, self.grid.level_cm(level), sigma_cm)
        before = np.array(state.concentrations_mcg_per_ml)
        after = before + _given(mass_mcg) * shares / self.network.capacity_ml
        return BodyState(concentrations_mcg_per_ml=tuple(after.tolist()), effects_ng_per_ml=state.effects_ng_per_ml)

    def held_mcg(self, state: BodyState) -> float:
        """The drug in CSF, cord and head (mcg)."""
        return float(self.network.capacity_ml @ np.array(state.concentrations_mcg_per_ml))

    def eliminated_mcg(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> float:
        """The drug (mcg) that blood and brain take for good from the first to the last edge; a needle's is no part."""
        return float(self.network.loss_ml_per_h @ self.exposure(state, edges_h, rates_mcg_per_h))

    def exposure(self, state: BodyState, edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> Floats:
        """The integral of every node's concentration from the first to the last edge (nodes,), mcg h/mL; exact."""
        edges, rates = checked(edges_h, rates_mcg_per_h)
        coordinates, _ = self._coordinates(state)
        return self.propagator.exposure(coordinates, edges, rates)

    def _coordinates(self, state: BodyState) -> tuple[Floats, Floats]:
        concentrations = np.array(state.concentrations_mcg_per_ml)
        if concentrations.shape != self.source.shape:
            raise OurFault(
                f"a state of {len(concentrations)} nodes belongs to another body than one of {len(self.source)}"
            )
        return self.propagator.coordinates(concentrations), np.array(state.effects_ng_per_ml)

    def _state(self, coordinates: Floats, effects: Floats) -> BodyState:
        concentrations = self.propagator.concentrations(coordinates)
        return BodyState(
            concentrations_mcg_per_ml=tuple(concentrations.tolist()), effects_ng_per_ml=tuple(effects.tolist())
        )

    def _course(self, times: Floats, nodes: Floats, effects: Floats) -> Course:
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
) -> tuple[Grid, Network, Eigenmodes | None]:
    """What bodies that differ only by their tip have in common."""
    grid = canal_grid(cell_cm, stature, parameters.area_scale.value)
    network = canal(grid, parameters, regime)
    return grid, network, eigenmodes(network) if has_eigenmodes(network) else None


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
        source=source,
        pools=into,
        propagator=Modal.of(network, found, source, into) if found else Dense.of(network, source, into),
    )


def checked(edges_h: ArrayLike, rates_mcg_per_h: ArrayLike) -> tuple[Floats, Floats]:
    """Edges (edges,) that rise and a rate (edges − 1,) between each two, none negative; OurFault for others."""
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
