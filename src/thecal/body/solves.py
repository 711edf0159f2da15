"""(S + σ) x = g for many patients and shifts at once, in time proportional to the number of nodes.

S is the symmetrised operator of a canal (`thecal.body.eigenmodes`): along the canal it is tridiagonal, and each cord
cell hangs on one CSF cell. Cord is eliminated first, then the chain from the head down, then everything is put back in.
S is positive definite, so the elimination needs no pivoting.
"""

from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.transport import Network, Whole

ABOVE = 2
"""Nodes of the chain above the first cell: cranial CSF and cisterns."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Symmetric:
    """S by its numbers, nodes first: `diagonal` (nodes, patients); `coupling` (links, patients), minus an entry.

    `scale` d (nodes, patients) makes concentrations c into coordinates z = d c; `chain` (cells + 2,) are the nodes from
    the cranial CSF down, `cord` and `beside` (cords,) each cord cell and its CSF cell's place in the chain.
    """

    diagonal: Floats
    coupling: Floats
    scale: Floats
    capacity_ml: Floats
    chain: Whole
    cord: Whole
    beside: Whole

    @staticmethod
    def of(network: Network) -> "Symmetric":
        """The operator of a cohort's canals, as `transport.canal` lays them out."""
        links, capacity = network.links, np.atleast_2d(network.capacity_ml)
        through = np.sqrt(links.forward_ml_per_h * links.backward_ml_per_h)
        masses = np.sqrt(capacity[:, links.i] * capacity[:, links.j])
        return Symmetric(
            diagonal=np.ascontiguousarray((network.leaving_ml_per_h() / capacity).T),
            coupling=np.ascontiguousarray((through / masses).T),
            scale=np.ascontiguousarray((np.exp(_log_weights(network) / 2) * np.sqrt(capacity)).T),
            capacity_ml=np.ascontiguousarray(capacity.T),
            chain=_chain(network),
            cord=np.arange(network.cells, network.cisterns),
            beside=np.array(network.cord_of, dtype=np.intp) + ABOVE,
        )

    def solve(self, shifts_per_h: Floats, right: Floats) -> Floats:
        """(S + σ)⁻¹ g (nodes, patients, shifts), for σ (shifts,) or (patients, shifts).

        `right` is one g for all shifts, (nodes, patients, 1), or one for each, (nodes, patients, shifts).
        """
        along, hung = np.split(self.coupling[:, :, None], [len(self.chain) - 1])
        pivot = self.diagonal[:, :, None] + shifts_per_h
        cord_pivot, cord_right = pivot[self.cord], right[self.cord]
        pivot, solved = pivot[self.chain], np.empty_like(pivot)
        bearing = np.broadcast_to(right[self.chain], pivot.shape).copy()
        share = hung / cord_pivot
        pivot[self.beside] -= share * hung
        bearing[self.beside] += share * cord_right
        for below in range(1, len(pivot)):
            share_down = along[below - 1] / pivot[below - 1]
            pivot[below] -= share_down * along[below - 1]
            bearing[below] += share_down * bearing[below - 1]
        bearing[-1] /= pivot[-1]
        for above in range(len(pivot) - 2, -1, -1):
            bearing[above] += along[above] * bearing[above + 1]
            bearing[above] /= pivot[above]
        solved[self.chain] = bearing
        solved[self.cord] = (cord_right + hung * bearing[self.beside]) / cord_pivot
        return solved

    def times(self, vectors: Floats) -> Floats:
        """S z for `vectors` (nodes, patients, any)."""
        along, hung = np.split(self.coupling[:, :, None], [len(self.chain) - 1])
        product = self.diagonal[:, :, None] * vectors
        chain = vectors[self.chain]
        product[self.chain[1:]] -= along * chain[:-1]
        product[self.chain[:-1]] -= along * chain[1:]
        product[self.chain[self.beside]] -= hung * vectors[self.cord]
        product[self.cord] -= hung * chain[self.beside]
        return product


def _chain(network: Network) -> Whole:
    """The nodes along the canal, from the cranial CSF down."""
    return np.array([network.cisterns + 1, network.cisterns, *range(network.cells)])


def _log_weights(network: Network) -> Floats:
    """`eigenmodes.balance_weights` of a canal, whose links are known to run down the chain: (patients, nodes)."""
    along = np.atleast_2d(network.links.peclet)[:, : network.cells + ABOVE - 1]
    down = np.cumsum(np.concatenate([np.zeros((len(along), 1)), -along], axis=1), axis=1)
    down -= down[:, ABOVE, None]
    weights = np.empty((len(along), network.nodes))
    weights[:, _chain(network)] = down
    weights[:, network.cells : network.cisterns] = down[:, np.array(network.cord_of, dtype=np.intp) + ABOVE]
    return weights
