"""The metal: what truly flowed, and what a real sensor would have sensed.

The pump commands; the metal moves what it can. It holds the true fluid in the reservoir, volume and mass, and a plan
of faults that was handed in. It never looks at what the pump believes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from thecal.flow import Batch, Segment, Slug
from thecal.units import ceil_div


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """The rotor stands still over `[start_ms, end_ms)`, for good where `end_ms` is None.

    The sensor tells of it, and of the recovery, `sensed_after_ms` later.
    """

    start_ms: int
    end_ms: int | None = None
    sensed_after_ms: int = 0

    def __post_init__(self) -> None:
        assert self.end_ms is None or self.start_ms < self.end_ms, "a stall lasts"
        assert self.sensed_after_ms >= 0, "nothing is sensed before it happens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metal:
    """The true state of the metal. `undeliverable_nl` is what neither rotor nor syringe can take out."""

    reservoir: tuple[Slug, ...] = ()
    undeliverable_nl: int = 0
    stalls: tuple[Stall, ...] = ()

    @property
    def reservoir_nl(self) -> int:
        """The fluid truly in the reservoir, the undeliverable part included."""
        return sum(slug.volume_nl for slug in self.reservoir)

    @property
    def reservoir_pg(self) -> int:
        """The drug truly in the reservoir."""
        return sum(slug.mass_pg for slug in self.reservoir)

    def is_stalled(self, at_ms: int) -> bool:
        """Whether the rotor truly stands still."""
        return any(stall.start_ms <= at_ms and (stall.end_ms is None or at_ms < stall.end_ms) for stall in self.stalls)


def changes_ms(metal: Metal) -> Iterator[int]:
    """Every instant at which the metal changes by itself; nobody may step across one."""
    for stall in metal.stalls:
        yield stall.start_ms
        yield stall.start_ms + stall.sensed_after_ms
        if stall.end_ms is not None:
            yield stall.end_ms
            yield stall.end_ms + stall.sensed_after_ms


def sensed_stalled(metal: Metal, at_ms: int) -> bool:
    """What the sensor shows at an instant: a late picture of the rotor."""
    return any(
        stall.start_ms + stall.sensed_after_ms <= at_ms
        and (stall.end_ms is None or at_ms < stall.end_ms + stall.sensed_after_ms)
        for stall in metal.stalls
    )


def move(metal: Metal, commanded: Segment) -> tuple[Metal, Segment | None, Slug | None]:
    """(metal, what truly flowed, the fluid that entered the tubing). Nothing, where the rotor stands or it is dry."""
    if metal.is_stalled(commanded.start_ms) or commanded.volume_nl == 0 or not metal.reservoir:
        return metal, None, None
    (fluid,) = metal.reservoir
    available_nl = max(0, fluid.volume_nl - metal.undeliverable_nl)
    moved_nl = min(commanded.volume_nl, available_nl)
    if moved_nl == 0:
        return metal, None, None
    out, left = fluid.split(moved_nl)
    lasted_ms = ceil_div((commanded.end_ms - commanded.start_ms) * moved_nl, commanded.volume_nl)
    flowed = replace(commanded, end_ms=commanded.start_ms + lasted_ms, volume_nl=moved_nl)
    return replace(metal, reservoir=(left,)), flowed, out


def withdraw(metal: Metal) -> tuple[Metal, int]:
    """(metal, what the syringe drew): all but the undeliverable part."""
    if not metal.reservoir:
        return metal, 0
    (fluid,) = metal.reservoir
    drawn_nl = max(0, fluid.volume_nl - metal.undeliverable_nl)
    _, left = fluid.split(drawn_nl)
    return replace(metal, reservoir=(left,) if left.volume_nl else ()), drawn_nl


def fill(metal: Metal, *, volume_nl: int, concentration_pg_per_nl: int) -> Metal:
    """Fresh drug into whatever is left; they mix at once, mass and volume."""
    assert volume_nl > 0, "a fill has a volume"
    mixed = Batch(
        volume_nl=metal.reservoir_nl + volume_nl,
        mass_pg=metal.reservoir_pg + volume_nl * concentration_pg_per_nl,
    )
    return replace(metal, reservoir=(Slug(batch=mixed, from_nl=0, to_nl=mixed.volume_nl),))
