"""A body carried by the matrix exponential, where eigenmodes are not to be trusted.

Eigenmodes rest on a tree whose weights π stay within sight of each other. Both ends of a strong flow lie e^Pe apart
(thirty: ten to the thirteenth), and a loop has no such weights. Then everything is stepped as one linear system

    d/dt (c, e, u) = [[−M⁻¹K, 0, M⁻¹b], [diag(k) W, −diag(k), 0], [0, 0, 0]] (c, e, u)

by the exponential of its matrix over each duration: exact as well, slower by far, and safe at any Péclet number, since
what is squared has no negative entries. It needs SciPy, imported only here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.kinetics import Pools
from thecal.body.transport import Network


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dense:
    """`matrix` (n, n), per hour, of (c, e, u): nodes, pools, rate of delivery. Coordinates are concentrations.

    `source` (nodes,) shares one mcg from the tip among the nodes.
    """

    network: Network
    source: Floats
    matrix: Floats
    method: Literal["expm"] = "expm"

    @staticmethod
    def of(network: Network, source: Floats, pools: Pools) -> "Dense":
        """For one tip, whose mcg is shared among the nodes by `source` (nodes,)."""
        nodes, size = network.nodes, network.nodes + len(pools.rates_per_h) + 1
        matrix = np.zeros((size, size))
        matrix[:nodes, :nodes] = -network.exchange() / network.capacity_ml[:, None]
        matrix[:nodes, -1] = source / network.capacity_ml
        matrix[nodes:-1, :nodes] = pools.rates_per_h[:, None] * pools.weights
        matrix[nodes:-1, nodes:-1] = -np.diag(pools.rates_per_h)
        return Dense(network=network, source=source, matrix=matrix)

    def coordinates(self, concentrations: Floats) -> Floats:
        """The same (nodes,): `concentrations` (nodes,), mcg/mL."""
        return concentrations

    def concentrations(self, coordinates: Floats) -> Floats:
        """The same (..., nodes): `coordinates` (..., nodes), mcg/mL."""
        return coordinates

    def steady(self, rate_mcg_per_h: float) -> tuple[Floats, Floats]:
        """Nodes c (nodes,), mcg/mL, and pools e (pools,), ng/mL, at the fixed point of a constant rate."""
        found = np.asarray(np.linalg.solve(self.matrix[:-1, :-1], -self.matrix[:-1, -1] * rate_mcg_per_h), np.float64)
        return found[: self.network.nodes], found[self.network.nodes :]

    def periodic(self, edges_h: Floats, rates_mcg_per_h: Floats) -> tuple[Floats, Floats]:
        """Both, c (nodes,) and e (pools,), as a cycle begins that repeats for ever: what one turn maps to itself."""
        turn = np.eye(len(self.matrix))
        for step, rate in zip(self._steps(edges_h), rates_mcg_per_h, strict=True):
            given = step.copy()
            given[:-1, -1] *= rate
            turn = given @ turn
        found = np.asarray(np.linalg.solve(np.eye(len(turn) - 1) - turn[:-1, :-1], turn[:-1, -1]), np.float64)
        return found[: self.network.nodes], found[self.network.nodes :]

    def march(
        self, coordinates: Floats, effects: Floats, edges_h: Floats, rates_mcg_per_h: Floats
    ) -> tuple[Floats, Floats]:
        """Concentrations (edges, nodes), mcg/mL, and pools (edges, pools), ng/mL, at every edge.

        They begin as `coordinates` (nodes,) and `effects` (pools,).
        """
        at_edges = np.empty((len(edges_h), len(self.matrix)))
        at_edges[0] = [*coordinates, *effects, 0.0]
        for number, step in enumerate(self._steps(edges_h)):
            at_edges[number, -1] = rates_mcg_per_h[number]
            at_edges[number + 1] = step @ at_edges[number]
        return at_edges[:, : self.network.nodes], at_edges[:, self.network.nodes : -1]

    def exposure(self, coordinates: Floats, edges_h: Floats, rates_mcg_per_h: Floats) -> Floats:
        """The integral of every node's concentration (nodes,), from K ∫c = b ∫u − M Δc, mcg h/mL.

        At first it is `coordinates` (nodes,).
        """
        nothing = np.zeros(len(self.matrix) - self.network.nodes - 1)
        at_edges, _ = self.march(coordinates, nothing, edges_h, rates_mcg_per_h)
        given_mcg = float(rates_mcg_per_h @ np.diff(edges_h))
        stayed = self.network.capacity_ml * (at_edges[-1] - at_edges[0])
        return np.linalg.solve(self.network.exchange(), self.source * given_mcg - stayed)

    def _steps(self, edges_h: Floats) -> Iterator[Floats]:
        """The exponential over each stretch; each duration's computed once."""
        from scipy.linalg import expm

        durations, which = np.unique(np.diff(edges_h), return_inverse=True)
        found = [np.asarray(expm(self.matrix * duration_h)) for duration_h in durations]
        return (found[kind] for kind in which)
