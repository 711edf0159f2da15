"""The parts between reservoir and tip, and what each is recorded to hold."""

from dataclasses import dataclass
from enum import Enum, auto


class Holds(Enum):
    """What is in a part: drug, no drug (new, or aspirated), or nobody wrote it down."""

    DRUG = auto()
    NO_DRUG = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The pump's tubing, or the catheter. `volume_nl` is None where its length is not known."""

    name: str
    volume_nl: int | None
    holds: Holds


def volume_of(parts: tuple[Part, ...], holds: Holds) -> int | None:
    """The volume of the parts that hold this; None where one of them, or what a part holds, is not known.

    >>> tubing = Part(name="tubing", volume_nl=140_000, holds=Holds.DRUG)
    >>> aspirated = Part(name="catheter", volume_nl=195_800, holds=Holds.NO_DRUG)
    >>> volume_of((tubing, aspirated), Holds.DRUG), volume_of((tubing, aspirated), Holds.NO_DRUG)
    (140000, 195800)
    >>> volume_of((tubing, Part(name="catheter", volume_nl=None, holds=Holds.DRUG)), Holds.DRUG) is None
    True
    """
    total = 0
    for part in parts:
        if part.holds is Holds.UNKNOWN:
            return None
        if part.holds is holds:
            if part.volume_nl is None:
                return None
            total += part.volume_nl
    return total


def missing(parts: tuple[Part, ...]) -> str:
    """What is not known of the parts, in words; empty where everything is."""
    gaps = [f"the {part.name}'s volume" for part in parts if part.volume_nl is None]
    gaps += [f"what the {part.name} holds" for part in parts if part.holds is Holds.UNKNOWN]
    return " and ".join(gaps)
