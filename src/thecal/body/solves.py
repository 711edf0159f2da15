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
    """S by its numbers, places first: `diagonal` (places, patients); `coupling` (links, patients), minus an entry.

    Places are nodes in an order that needs no looking up: the chain from the cranial CSF down, then cord, which begins
    beside the first cell and has no gap. `order` (places,) is the node at each; `chain` counts the chain's. `scale` d
    and `capacity_ml` are (places, patients): z = d c makes concentrations c into coordinates.
    """

    diagonal: Floats
    coupling: Floats
    scale: Floats
    capacity_ml: Floats
    order: Whole
    chain: int

    @staticmethod
    def of(network: Network) -> "Symmetric":
        """The operator of a cohort's canals, as `transport.canal` lays them out."""
        assert network.cord_of == tuple(range(len(network.cord_of))), "cord runs down from the first cell"
        links, capacity = network.links, np.atleast_2d(network.capacity_ml)
        through = np.sqrt(links.forward_ml_per_h * links.backward_ml_per_h)
        masses = np.sqrt(capacity[:, links.i] * capacity[:, links.j])
        order = np.array([network.cisterns + 1, network.cisterns, *range(network.cisterns)])
        return Symmetric(
            diagonal=(network.leaving_ml_per_h() / capacity)[:, order].T.copy(),
            coupling=(through / masses).T.copy(),
            scale=(np.exp(_log_weights(network) / 2) * np.sqrt(capacity[:, order])).T.copy(),
            capacity_ml=capacity[:, order].T.copy(),
            order=order,
            chain=network.cells + ABOVE,
        )

    @property
    def beside(self) -> slice:
        """The places of the cells that have cord."""
        return slice(ABOVE, ABOVE + len(self.order) - self.chain)

    def solve(self, shifts_per_h: Floats, right: Floats) -> Floats:
        """(S + σ)⁻¹ g (places, patients, shifts), for `shifts_per_h` σ (shifts,) or (patients, shifts).

        `right` g is (places, patients, 1) or (places, patients, shifts): one for all shifts, or one for each.
        """
        along, hung = np.split(self.coupling[:, :, None], [self.chain - 1])
        pivot = self.diagonal[:, :, None] + shifts_per_h
        found = np.broadcast_to(right, pivot.shape).copy()
        cord_pivot, cord_found = pivot[self.chain :], found[self.chain :]
        share = hung / cord_pivot
        pivot[self.beside] -= share * hung
        found[self.beside] += share * cord_found
        for below in range(1, self.chain):
            share_down = along[below - 1] / pivot[below - 1]
            pivot[below] -= share_down * along[below - 1]
            found[below] += share_down * found[below - 1]
        found[self.chain - 1] /= pivot[self.chain - 1]
        for above in range(self.chain - 2, -1, -1):
            found[above] += along[above] * found[above + 1]
            found[above] /= pivot[above]
        cord_found /= cord_pivot
        cord_found += share * found[self.beside]
        return found

    def times(self, vectors: Floats) -> Floats:
        """S z (places, patients, n) of `vectors` z (places, patients, n)."""
        along, hung = np.split(self.coupling[:, :, None], [self.chain - 1])
        product = self.diagonal[:, :, None] * vectors
        product[1 : self.chain] -= along * vectors[: self.chain - 1]
        product[: self.chain - 1] -= along * vectors[1 : self.chain]
        product[self.beside] -= hung * vectors[self.chain :]
        product[self.chain :] -= hung * vectors[self.beside]
        return product


def _log_weights(network: Network) -> Floats:
    """`eigenmodes.balance_weights` of a canal, whose links are known to run down the chain: (patients, places)."""
    along = np.atleast_2d(network.links.peclet)[:, : network.cells + ABOVE - 1]
    down = np.cumsum(np.concatenate([np.zeros((len(along), 1)), -along], axis=1), axis=1)
    down -= down[:, ABOVE, None]
    return np.concatenate([down, down[:, ABOVE : ABOVE + len(network.cord_of)]], axis=1)
