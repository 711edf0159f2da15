"""The tree of fluid, cord and head in SBML: nodes, links, losses, and what enters at the tip.

Names are read aloud: `csf_T10_1` is the first cell of fluid whose middle lies at T10, `cord_T10_1` the cord beside it.
"""

from collections import Counter

import numpy as np

from thecal.body import Body
from thecal.body.anatomy import LEVELS, Floats, level_at
from thecal.body.transport import Network
from thecal.interop.document import Document

Coefficients = dict[str, float]


def node_names(body: Body) -> list[str]:
    """A name for every node of the body's network, in its order."""
    seen: Counter[str] = Counter()
    cells = []
    for centre_cm in body.grid.centres_cm:
        level = level_at(float(centre_cm) / body.grid.stretched)
        seen[level] += 1
        cells.append(f"{level}_{seen[level]}")
    beside = [f"cord_{cells[at]}" for at in body.network.cord_of]
    return [*(f"csf_{cell}" for cell in cells), *beside, "cisterns", "cranial"]


def coefficients(network: Network, names: list[str]) -> Coefficients:
    """Every coefficient (mL/h) of a network by name: two for a link, one for what leaves a node, drained or lost."""
    exchange = network.exchange()
    found = {}
    for i, j in _links(exchange):
        found[f"from_{names[i]}_to_{names[j]}"] = -float(exchange[j, i])
        found[f"from_{names[j]}_to_{names[i]}"] = -float(exchange[i, j])
    for node, lost_ml_per_h in enumerate(network.loss_ml_per_h + network.drain_ml_per_h):
        found[f"loss_of_{names[node]}"] = float(lost_ml_per_h)
    return found


def write_tree(document: Document, body: Body, start: Floats, *, varying: set[str]) -> None:
    """Nodes at `start` (nodes,), mcg/mL, and everything that moves drug between them, out of them and into them.

    Coefficients in `varying` are left for events to change.
    """
    names = node_names(body)
    for name, size_ml, concentration in zip(names, body.network.capacity_ml, start, strict=True):
        document.node(name, _says(name), float(size_ml), float(concentration))
    for name, value in coefficients(body.network, names).items():
        keep = document.variable if name in varying else document.constant
        keep(name, value, "mL_per_h")
    for i, j in _links(body.network.exchange()):
        one, other = names[i], names[j]
        flux = f"from_{one}_to_{other} * {one} - from_{other}_to_{one} * {other}"
        document.moves(f"between_{one}_and_{other}", flux, out_of=one, into=other)
    for name in names:
        document.moves(f"leaves_{name}", f"loss_of_{name} * {name}", out_of=name)
    for node in np.flatnonzero(body.source):
        name = names[node]
        document.constant(f"share_of_{name}", float(body.source[node]), "dimensionless")
        document.moves(f"enters_{name}", f"share_of_{name} * tip_rate", into=name)


def _links(exchange: Floats) -> list[tuple[int, int]]:
    """Pairs of nodes that drug moves between."""
    rows, columns = np.nonzero(np.triu((exchange != 0.0) | (exchange.T != 0.0), 1))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _says(name: str) -> str:
    """A name for people."""
    kind, *cell = name.split("_")
    if not cell:
        return {"cisterns": "CSF of the cisterns", "cranial": "the rest of the cranial CSF"}[name]
    assert cell[0] in LEVELS, "a cell lies at a level"
    return f"{'CSF' if kind == 'csf' else 'cord'} at {cell[0]}, cell {cell[1]}"
