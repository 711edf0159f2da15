"""What a syringe does to the reservoir: it draws what it can, and fills what the needle lies in."""

from dataclasses import dataclass, replace
from typing import TypeVar

from thecal.flow import Batch, Slug, pull
from thecal.mechanism.faults import Air, Overfill, PocketFill, WrongSyringe
from thecal.mechanism.metal import Metal, mixed

Due = TypeVar("Due", PocketFill, Air, WrongSyringe, Overfill)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Where a syringe's content truly went: with `refused_nl` and `air_nl` it is the whole volume.

    `reservoir` and `pocket` are the fluid with its true drug, None where nothing went there; `refused_nl` stayed in
    the syringe; `air_nl` went into the reservoir in drug's place.
    """

    reservoir: Batch | None
    pocket: Batch | None
    refused_nl: int
    air_nl: int


def withdraw(metal: Metal) -> tuple[Metal, tuple[Slug, ...]]:
    """(metal, what the syringe drew): all but the undeliverable part, and all the air, as a slug without drug."""
    drawn, left = pull(metal.reservoir, metal.deliverable_nl)
    if metal.air_nl:
        bubble = Batch(volume_nl=metal.air_nl, mass_pg=0)
        drawn = (*drawn, Slug(batch=bubble, from_nl=0, to_nl=bubble.volume_nl))
    return replace(metal, reservoir=left, air_nl=0, is_overfilled=False), drawn


def fill(metal: Metal, *, at_ms: int, volume_nl: int, concentration_pg_per_nl: int) -> tuple[Metal, Filled]:
    """(metal, where the syringe's content went). The label says `concentration_pg_per_nl`; the fluid may not be it.

    What goes into the reservoir mixes at once with whatever is left. What it has no room for stays in the syringe,
    unless a fault forces it in.
    """
    assert volume_nl > 0, "a fill has a volume"
    assert concentration_pg_per_nl >= 0, "a concentration is not negative"
    true_pg_per_nl = _in_syringe(metal, at_ms, concentration_pg_per_nl)
    pocket_nl = _beside_port_nl(metal, at_ms, volume_nl)
    entered_nl, is_forced = _entered(metal, at_ms, volume_nl - pocket_nl)
    air_nl = min(entered_nl, sum(fault.volume_nl for fault in _due(metal, at_ms, Air)))
    went = Filled(
        reservoir=_fluid(entered_nl - air_nl, true_pg_per_nl),
        pocket=_fluid(pocket_nl, true_pg_per_nl),
        refused_nl=volume_nl - pocket_nl - entered_nl,
        air_nl=air_nl,
    )
    if went.reservoir is not None:
        metal = mixed(metal, went.reservoir.volume_nl, went.reservoir.mass_pg)
    overfilled = metal.is_overfilled or is_forced
    return replace(metal, air_nl=metal.air_nl + air_nl, is_overfilled=overfilled, filled_ms=at_ms), went


def _due(metal: Metal, at_ms: int, kind: type[Due]) -> list[Due]:
    """The faults of one kind that a fill at `at_ms` meets."""
    return [fault for fault in metal.faults if isinstance(fault, kind) and fault.is_due(at_ms, metal.filled_ms)]


def _in_syringe(metal: Metal, at_ms: int, label_pg_per_nl: int) -> int:
    """The true concentration of baclofen; none where it is another drug. The plan's last word counts."""
    for fault in _due(metal, at_ms, WrongSyringe):
        label_pg_per_nl = fault.concentration_pg_per_nl or 0
    return label_pg_per_nl


def _beside_port_nl(metal: Metal, at_ms: int, volume_nl: int) -> int:
    """What goes into the tissue, rounded down; where several faults meet, the largest share."""
    share = max((fault.per_mille for fault in _due(metal, at_ms, PocketFill)), default=0)
    return volume_nl * share // 1_000


def _entered(metal: Metal, at_ms: int, offered_nl: int) -> tuple[int, bool]:
    """(what goes into the reservoir, air included; whether any of it was forced)."""
    room_nl = metal.room_nl(at_ms)
    if room_nl is None or offered_nl <= room_nl:
        return offered_nl, False
    forced_nl = max((fault.over_nl for fault in _due(metal, at_ms, Overfill)), default=0)
    return min(offered_nl, room_nl + forced_nl), forced_nl > 0


def _fluid(volume_nl: int, concentration_pg_per_nl: int) -> Batch | None:
    return Batch(volume_nl=volume_nl, mass_pg=volume_nl * concentration_pg_per_nl) if volume_nl else None
