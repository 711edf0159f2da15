"""The battery as the pump knows it: what it has counted, and what the voltage said."""

from dataclasses import dataclass
from enum import Enum, auto


class BatteryLevel(Enum):
    """What the voltage says."""

    GOOD = auto()
    LOW = auto()
    END = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """`used_nj` is counted; `level` is what the sensor last said; `indicator_since_ms` is when replacement fell due.

    `strangers_nj` is what handshakes of unknown wands have cost since `strangers_since_ms`, at most a day ago.
    """

    used_nj: int
    level: BatteryLevel
    indicator_since_ms: int | None
    strangers_nj: int
    strangers_since_ms: int
