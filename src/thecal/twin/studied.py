"""How much was ever studied: beyond it nobody measured anything, and the model extrapolates and says so."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from thecal.sources import Sourced
from thecal.twin.lived import Exposure
from thecal.units import PG_PER_MCG

_SWISS: Final = "Swiss label of Lioresal Intrathecal (ch.oddb.org, 52535)"
LARGEST_DAY: Final = Sourced(
    name="largest daily dose with a published CSF concentration",
    value=1_200 * PG_PER_MCG,
    unit="pg/day",
    source=_SWISS,
    grade="label",
)
LARGEST_BOLUS: Final = Sourced(
    name="largest bolus with a published CSF half-life", value=135 * PG_PER_MCG, unit="pg", source=_SWISS, grade="label"
)
DAY_H, AT_ONCE_H = 24.0, 1.0
"""A day, and within how long what leaves the tip acts like a bolus (drawing the line there is our own choice)."""
ROUNDING = 1e-9


def beyond(exposure: Exposure) -> Iterator[str]:
    """A sentence for each way in which an exposure goes beyond what was studied; none where it does not."""
    if most_within(exposure, DAY_H) * PG_PER_MCG > LARGEST_DAY.value * (1.0 + ROUNDING):
        yield f"More than {LARGEST_DAY.shown()} was in no study that this rests on: there the model extrapolates."
    at_once = max((most_within(exposure, AT_ONCE_H), *(dose.mass_mcg for dose in exposure.doses)))
    if at_once * PG_PER_MCG > LARGEST_BOLUS.value * (1.0 + ROUNDING):
        yield f"A bolus above {LARGEST_BOLUS.shown()} was in no study that this rests on: there the model extrapolates."


def most_within(exposure: Exposure, span_h: float) -> float:
    """The most drug (mcg) that leaves the tip within any `span_h` hours; all of it where the exposure is shorter.

    The amount within a sliding span is straight between edges, so that it is largest with one of its ends at an edge.
    """
    edges = exposure.edges_h
    given = np.concatenate([[0.0], np.cumsum(exposure.rates_mcg_per_h * np.diff(edges))])
    begins = np.clip(np.concatenate([edges, edges - span_h]), edges[0], max(edges[0], edges[-1] - span_h))
    return float((np.interp(begins + span_h, edges, given) - np.interp(begins, edges, given)).max())
