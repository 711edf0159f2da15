"""What stands beside every prediction: what it assumes, where its band comes from, and what the model gets wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from thecal.clinic.pictures import GROUPS
from thecal.twin.failures import Failure, known_failures, measurements
from thecal.twin.forecast import Forecast
from thecal.units import NO_BREAK_SPACE

MOST_BLAMED = 3
SHOWN_MUSCLE = "soleus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """`band` is one sentence, empty where everybody would do the same; `failures` of so many `measurements`."""

    assumptions: tuple[str, ...]
    band: str
    failures: tuple[Failure, ...]
    measurements: int


def doubts(assumptions: tuple[str, ...], blames: Sequence[tuple[str, float]], *, at: str = "") -> Doubts:
    """Of a prediction whose band of the calf's tone comes from `blames`, where it is widest."""
    return Doubts(
        assumptions=assumptions,
        band=_band(blames, at),
        failures=known_failures(),
        measurements=measurements(),
    )


def doubts_of(seen: Forecast) -> Doubts:
    """Of a forecast."""
    return doubts(seen.assumptions, seen.blames[SHOWN_MUSCLE])


def _band(blames: Sequence[tuple[str, float]], at: str) -> str:
    if not blames:
        return ""
    first = [f"{name} ({100 * share:.0f}{NO_BREAK_SPACE}%)" for name, share in blames[:MOST_BLAMED]]
    return (
        f"Where the band of the tone of {GROUPS[SHOWN_MUSCLE].lower()} is widest{at}, people differ mostly in "
        f"{', then in '.join(first)}."
    )
