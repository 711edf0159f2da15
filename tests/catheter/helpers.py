"""A pump that is no pump: it pushes at a constant rate, and whoever drives it may cut time where they like."""

from dataclasses import dataclass, field, replace

from thecal.catheter import Catheter, Outflow, backflow, changes_ms, filled, release, transit
from thecal.catheter.faults import CatheterFault
from thecal.flow import Batch, Segment, Slug, held_pg
from thecal.units import DAY_MS

TUBING_NL = 140_000
CATHETER_NL = 195_800
"""89 cm at 0.0022 mL/cm (TV-D01)."""
PATH_NL = TUBING_NL + CATHETER_NL
SOURCE_NL = 10**10


def path(concentration: int = 500, *, faults: tuple[CatheterFault, ...] = (), cells: int = 0) -> Catheter:
    """Tubing and 89 cm of catheter, full of one drug."""
    return replace(filled(PATH_NL, concentration, port_nl=TUBING_NL), faults=faults, mixing_cells=cells)


def fluid(volume_nl: int, concentration: int) -> Slug:
    """All of a fluid."""
    return Slug(batch=Batch(volume_nl=volume_nl, mass_pg=volume_nl * concentration), from_nl=0, to_nl=volume_nl)


def pushed(
    catheter: Catheter, volume_nl: int, concentration: int, *, at_ms: int = 0, over_ms: int = 1_000
) -> tuple[Catheter, Outflow]:
    """The path after so much of a fluid came from the pump."""
    flowed = Segment(start_ms=at_ms, end_ms=at_ms + over_ms, volume_nl=volume_nl)
    return transit(catheter, flowed, fluid(volume_nl, concentration))


def at_tip_pg(outflow: Outflow) -> int:
    """The drug that left the tip."""
    return sum(delivery.mass_pg for delivery in outflow.deliveries)


def at_tip_nl(outflow: Outflow) -> int:
    """The fluid that left the tip."""
    return sum(delivery.volume_nl for delivery in outflow.deliveries)


def leaked_pg(outflow: Outflow) -> int:
    """The drug that went into the tissue."""
    return sum(delivery.mass_pg for delivery in outflow.leaked)


def leaked_nl(outflow: Outflow) -> int:
    """The fluid that went into the tissue."""
    return sum(delivery.volume_nl for delivery in outflow.leaked)


@dataclass
class Journey:
    """A path on one clock, pushed into at `rate_nl_per_day` (drawn back from, where that is negative), and its books.

    `source` is one batch, whose mass is no multiple of its volume, so that every cut has something to round.
    """

    catheter: Catheter
    now_ms: int = 0
    source: Batch = field(default_factory=lambda: Batch(volume_nl=SOURCE_NL, mass_pg=SOURCE_NL * 777 + 123_457))
    entered_nl: int = 0
    entered_pg: int = 0
    tip_nl: int = 0
    tip_pg: int = 0
    tissue_nl: int = 0
    tissue_pg: int = 0
    back_nl: int = 0
    back_pg: int = 0

    @property
    def books(self) -> tuple[int, ...]:
        """What came and went so far, and everything that is held."""
        went = (self.tip_nl, self.tip_pg, self.tissue_nl, self.tissue_pg, self.back_nl, self.back_pg)
        return self.entered_nl, self.entered_pg, *went, held_pg(self.catheter.slugs)

    def go(self, to_ms: int, rate_nl_per_day: int, cuts: tuple[int, ...] = ()) -> None:
        """Time passes, in pieces: at the cuts, and at every change of the path."""
        changes = [*cuts, *changes_ms(self.catheter), to_ms]
        for edge_ms in sorted({each for each in changes if self.now_ms < each <= to_ms}):
            self._stretch(edge_ms, rate_nl_per_day)

    def count(self, outflow: Outflow) -> None:
        """Write down what left."""
        self.tip_nl += at_tip_nl(outflow)
        self.tip_pg += at_tip_pg(outflow)
        self.tissue_nl += leaked_nl(outflow)
        self.tissue_pg += leaked_pg(outflow)

    def take(self, drawn: tuple[Slug, ...]) -> None:
        """Write down what was drawn."""
        self.back_nl += sum(slug.volume_nl for slug in drawn)
        self.back_pg += held_pg(drawn)

    def _stretch(self, to_ms: int, rate_nl_per_day: int) -> None:
        volumes = [abs(rate_nl_per_day) * at_ms // DAY_MS for at_ms in (self.now_ms, to_ms)]
        segment = Segment(start_ms=self.now_ms, end_ms=to_ms, volume_nl=volumes[1] - volumes[0])
        self.catheter, released = release(self.catheter, self.now_ms, to_ms)
        self.count(released)
        if rate_nl_per_day < 0:
            self.catheter, drawn = backflow(self.catheter, segment)
            self.take(drawn)
        elif segment.volume_nl:
            self._push(segment)
        self.now_ms = to_ms

    def _push(self, segment: Segment) -> None:
        end_nl = self.entered_nl + segment.volume_nl
        entering = Slug(batch=self.source, from_nl=self.entered_nl, to_nl=end_nl)
        self.catheter, outflow = transit(self.catheter, segment, entering)
        self.count(outflow)
        self.entered_nl = end_nl - outflow.held_back_nl
        self.entered_pg = self.source.mass_before_pg(self.entered_nl)
