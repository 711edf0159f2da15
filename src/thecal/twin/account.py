"""Where an implant's drug came from and where it went, to the picogram.

What was filled in is held, or has left: through the tip into the fluid around the cord, from a tip that lies elsewhere,
through a leak, into the pocket beside the port, or back into a syringe.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto


class Way(Enum):
    """How drug leaves the implant."""

    TIP = auto()
    ASTRAY = auto()
    """Out of a tip that does not lie in the fluid around the cord."""
    LEAK = auto()
    POCKET = auto()
    SYRINGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Drug in pg: `filled_pg` came in, with what was there when the account was opened; the others left."""

    filled_pg: int
    tip_pg: int = 0
    astray_pg: int = 0
    leaked_pg: int = 0
    pocket_pg: int = 0
    drawn_pg: int = 0

    @property
    def left_pg(self) -> int:
        """All that has left the implant."""
        return self.tip_pg + self.astray_pg + self.leaked_pg + self.pocket_pg + self.drawn_pg

    def came(self, mass_pg: int) -> "Account":
        """The account with more drug filled in."""
        return replace(self, filled_pg=self.filled_pg + mass_pg)

    def went(self, way: Way, mass_pg: int) -> "Account":
        """The account with drug that left by one way."""
        field = _FIELDS[way]
        return replace(self, **{field: getattr(self, field) + mass_pg})


_FIELDS = {
    Way.TIP: "tip_pg",
    Way.ASTRAY: "astray_pg",
    Way.LEAK: "leaked_pg",
    Way.POCKET: "pocket_pg",
    Way.SYRINGE: "drawn_pg",
}
