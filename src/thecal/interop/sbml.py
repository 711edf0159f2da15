"""The whole body as SBML, so that an engine nobody here wrote can run it.

    text = sbml(body, body.rest(), Exposure(edges_h=..., rates_mcg_per_h=..., times_h=...), Subject(baseline_mas=3.0))

One well-mixed node for each cell of fluid and cord, the cisterns and the cranial fluid; the effect pools; tolerance and
tone. Delivery is a rate at the tip that events change at exactly the instants when it changes; a puncture raises
concentrations in an event; another regime changes the coefficients of links. Results are those of the model cut into
cells: another engine can confirm our arithmetic, and says nothing about people.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from thecal.body import Body, BodyState
from thecal.body.anatomy import Floats
from thecal.body.parameters import Parameters
from thecal.body.transport import spread
from thecal.interop.document import Document
from thecal.interop.effect import write_pools, write_response
from thecal.interop.subject import Subject
from thecal.interop.tree import coefficients, node_names, write_tree
from thecal.twin.lived import Dose, Exposure

Changes = dict[str, str]
NOT_FOR_DOSING = """Thecal is not a medical device. This is a model for learning and for comparing programs,
not for dosing: it predicts an average of a few small studies, and people differ from it by more than any dose step."""
NAMES = """Units are mcg, mL and h. csf_T10_1 is the first cell of spinal fluid at T10, cord_T10_1 the cord beside it,
tip_rate what leaves the catheter's tip."""


def sbml(body: Body, start: BodyState, exposure: Exposure, subject: Subject, *, title: str = "Body") -> str:
    """An SBML Level 3 Version 2 document: `body` from `start`, through `exposure`, as felt by `subject`.

    Time is in hours after the exposure's beginning; at its end the last rate goes on. The same arguments give the same
    text.
    """
    for episode in exposure.episodes:
        body = body.under(episode.regime) if episode.at_h <= 0.0 else body
    for dose in exposure.doses:
        start = body.injected(start, dose.mass_mcg, dose.level) if dose.at_h <= 0.0 else start
    names = node_names(body)
    changes = _changes(body, names, exposure)
    document = Document(title=title, notes=(NOT_FOR_DOSING, NAMES, *_birthplaces(body.parameters)))
    document.variable("tip_rate", float(exposure.rates_mcg_per_h[0]), "mcg_per_h")
    varying = {name for changed in changes.values() for name in changed}
    write_tree(document, body, np.array(start.concentrations_mcg_per_ml), varying=varying)
    write_pools(document, body, names, np.array(start.effects_ng_per_ml))
    write_response(document, body.parameters, subject)
    for number, at_h in enumerate(sorted(changes), start=1):
        document.event(f"change_{number}", at_h, changes[at_h])
    return document.text()


def _changes(body: Body, names: list[str], exposure: Exposure) -> dict[float, Changes]:
    """What changes at each instant after the beginning: name → formula."""
    changes: defaultdict[float, Changes] = defaultdict(dict)
    rates = exposure.rates_mcg_per_h.tolist()
    for at_h, (before, after) in zip(exposure.edges_h[1:-1].tolist(), pairwise(rates), strict=True):
        if after != before:
            changes[at_h]["tip_rate"] = f"mcg_per_h({after!r})"
    moving = coefficients(body.network, names)
    for episode in exposure.episodes:
        if episode.at_h > 0.0:
            moved = coefficients(body.under(episode.regime).network, names)
            changes[episode.at_h].update(_moved(moving, moved))
            moving = moved
    for at_h, masses in _injected(body, exposure.doses).items():
        changes[at_h].update(
            {
                names[node]: f"{names[node]} + mcg({float(masses[node])!r}) / volume_of_{names[node]}"
                for node in np.flatnonzero(masses)
            }
        )
    return {at_h: changed for at_h, changed in changes.items() if changed}


def _moved(before: dict[str, float], after: dict[str, float]) -> Changes:
    """Coefficients that another regime changes."""
    return {name: f"mL_per_h({value!r})" for name, value in after.items() if value != before[name]}


def _injected(body: Body, doses: Sequence[Dose]) -> dict[float, Floats]:
    """What punctures after the beginning add to each node, (nodes,) mcg, by instant."""
    sigma_cm = body.parameters.lumbar_puncture_spread.value
    masses: defaultdict[float, Floats] = defaultdict(lambda: np.zeros(body.network.nodes))
    for dose in doses:
        if dose.at_h > 0.0:
            centre_cm = body.grid.level_cm(dose.level)
            masses[dose.at_h] += dose.mass_mcg * spread(body.grid, body.network, centre_cm, sigma_cm)
    return dict(masses)


def _birthplaces(parameters: Parameters) -> list[str]:
    """Every number of the parameter set with its source."""
    return [
        f"{number.name}: {number.value:g} {number.unit}; {number.source} ({number.grade})"
        for number in parameters.numbers().values()
    ]
