"""The tree's eigenmodes, found once, and exact propagation along them.

On a tree, weights π exist with π_i K_ij = π_j K_ji whatever the bulk flow (Kolmogorov's criterion: no loops). With
d = √(π M) the matrix S = diag(d) M⁻¹ K diag(d)⁻¹ is symmetric and positive definite: its eigenvalues λ are real and
positive, its eigenvectors U orthogonal. With V = diag(d)⁻¹ U and V⁻¹ = Uᵀ diag(d), a concentration c has amplitudes
x = V⁻¹ c, and each follows x' = −λ x + β u on its own:

    x(t + τ) = e^(−λτ) x(t) + (1 − e^(−λτ))/λ · β u        for a constant input u

There is no step size: τ may be a second or a year.

π falls by e^Pe along a flow, so V is the worse conditioned the stronger the flow. Up to `MOST_PECLET` in all, the modes
agree with the matrix exponential to 1e-10 of the highest concentration (pools far from the drug to 1e-9 of their own
peak); at 30 it would be 1e-8. Beyond it, and on a graph with a loop, `thecal.body.dense` takes over.
"""

from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.transport import Network

MOST_PECLET = 20.0
"""The sum of |Pe| over all links up to which eigenmodes are used. Most people have less than 1, the extreme 12."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Eigenmodes:
    """`rates_per_h` λ (n,); `shapes` V (n, n), a column each; `projection` V⁻¹ (n, n)."""

    rates_per_h: Floats
    shapes: Floats
    projection: Floats


def total_peclet(network: Network) -> Floats:
    """Σ|Pe| (...) over the links: how far apart weights on the tree can lie, as a logarithm."""
    return np.asarray(np.abs(network.links.peclet).sum(axis=-1))


def has_eigenmodes(network: Network) -> bool:
    """Whether the premise holds: a tree, and flows that leave its modes well conditioned."""
    is_tree = len(network.links.i) == network.nodes - 1
    return is_tree and bool((total_peclet(network) <= MOST_PECLET).all())


def balance_weights(network: Network) -> Floats:
    """π (..., nodes) as logarithms: each link changes it by its Péclet number, walking out from the first CSF cell."""
    neighbours: dict[int, list[tuple[int, Floats]]] = {node: [] for node in range(network.nodes)}
    peclet = network.links.peclet
    for link, (i, j) in enumerate(zip(network.links.i.tolist(), network.links.j.tolist(), strict=True)):
        neighbours[i].append((j, -peclet[..., link]))
        neighbours[j].append((i, peclet[..., link]))
    log_weights = np.zeros_like(network.capacity_ml)
    reached, waiting = {0}, [0]
    while waiting:
        node = waiting.pop()
        for other, change in neighbours[node]:
            if other not in reached:
                log_weights[..., other] = log_weights[..., node] + change
                reached.add(other)
                waiting.append(other)
    assert len(reached) == network.nodes, "every node hangs on the tree"
    return log_weights


def symmetrised(network: Network) -> tuple[Floats, Floats]:
    """S (nodes, nodes), per hour, and the scaling d (nodes,). S is symmetric up to rounding."""
    scale = np.exp(balance_weights(network) / 2) * np.sqrt(network.capacity_ml)
    matrix = scale[:, None] * network.exchange() / network.capacity_ml[:, None] / scale[None, :]
    return matrix, scale


def eigenmodes(network: Network) -> Eigenmodes:
    """One symmetric eigendecomposition. Every rate is positive: nothing stays in the body for ever."""
    matrix, scale = symmetrised(network)
    rates, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    assert rates[0] > 0.0, "drug leaves the body"
    return Eigenmodes(rates_per_h=rates, shapes=vectors / scale[:, None], projection=vectors.T * scale)


def decay(rates_per_h: Floats, times_h: Floats) -> Floats:
    """e^(−λτ), (times, n), of `rates_per_h` λ (n,) after each of `times_h` τ (times,), in any order."""
    return np.asarray(np.exp(-np.outer(times_h, rates_per_h)))


def build_up(rates_per_h: Floats, times_h: Floats) -> Floats:
    """∫₀^τ e^(−λs) ds = (1 − e^(−λτ))/λ, (times, n), hours; without cancellation for short times.

    `rates_per_h` λ (n,), above zero; `times_h` τ (times,), in any order.
    """
    return np.asarray(-np.expm1(-np.outer(times_h, rates_per_h)) / rates_per_h)
