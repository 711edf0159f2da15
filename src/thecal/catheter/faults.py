"""What can go wrong with a catheter, with onset, size and duration. All of it is planned, nothing drawn by chance.

A place is measured along the path in nL from the pump: the volume that lies between the rotor and it. The access port
joins where the pump's tubing ends; a fault at that very place lies beyond the port, as the connector does.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Space(Enum):
    """Where a tip can lie."""

    INTRATHECAL = auto()
    SUBDURAL = auto()
    EPIDURAL = auto()
    OUTSIDE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class TipPlace:
    """Where the tip lies: in the canal at a vertebral level, or beside it."""

    space: Space
    level: str | None = None

    def __post_init__(self) -> None:
        intrathecal = self.space is Space.INTRATHECAL
        assert intrathecal == (self.level is not None), "a tip in the canal has a level, and no other has one"

    @property
    def is_in_fluid(self) -> bool:
        """Whether fluid can be drawn in at the tip: elsewhere tissue closes over it (assumed)."""
        return self.space in {Space.INTRATHECAL, Space.SUBDURAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """From `start_ms` on, `per_mille` of what reaches the place goes into the tissue."""

    start_ms: int
    place_nl: int
    per_mille: int

    def __post_init__(self) -> None:
        assert 1 <= self.per_mille <= 1_000, "a leak takes a part, or all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kink:
    """Nothing passes the place over `[start_ms, end_ms)`. Up to `compliance_nl` is stored under pressure before it."""

    start_ms: int
    end_ms: int
    place_nl: int
    compliance_nl: int

    def __post_init__(self) -> None:
        assert self.start_ms < self.end_ms, "a kink lasts"
        assert self.compliance_nl >= 0, "a path does not shrink under pressure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occlusion:
    """Nothing passes the place from `start_ms` on. Up to `compliance_nl` is stored under pressure before it."""

    start_ms: int
    place_nl: int
    compliance_nl: int

    def __post_init__(self) -> None:
        assert self.compliance_nl >= 0, "a path does not shrink under pressure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnection:
    """From `start_ms` on everything that reaches the place goes into the tissue; beyond it nothing moves."""

    start_ms: int
    place_nl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """At `at_ms` the tip moves to another place."""

    at_ms: int
    tip: TipPlace


Hole = Leak | Disconnection
Block = Kink | Occlusion
CatheterFault = Leak | Kink | Occlusion | Disconnection | Migration


def begins_ms(fault: CatheterFault) -> int:
    """When a fault sets in."""
    return fault.at_ms if isinstance(fault, Migration) else fault.start_ms


def is_on(fault: CatheterFault, at_ms: int) -> bool:
    """Whether a fault holds at an instant."""
    return begins_ms(fault) <= at_ms and not (isinstance(fault, Kink) and fault.end_ms <= at_ms)
