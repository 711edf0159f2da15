"""The path from the rotor to the tip: a queue of slugs, pump tubing and catheter together, in plug flow.

What goes in at one end pushes the same volume out at the other. Mass is conserved to the picogram.
"""

from dataclasses import dataclass, replace

from thecal.flow import Batch, Delivery, Segment, Slug, held_nl, pull, push


@dataclass(frozen=True, slots=True, kw_only=True)
class Catheter:
    """What the path holds, the tip's end first. A path is always full: of drug, or of fluid without any."""

    volume_nl: int
    slugs: tuple[Slug, ...]

    def __post_init__(self) -> None:
        assert held_nl(self.slugs) == self.volume_nl, "a path is exactly full"


def filled(volume_nl: int, concentration_pg_per_nl: int) -> Catheter:
    """A path full of one fluid; concentration 0 is fluid without drug."""
    return layered(((volume_nl, concentration_pg_per_nl),))


def layered(layers: tuple[tuple[int, int], ...]) -> Catheter:
    """A path of `(volume_nl, concentration_pg_per_nl)` layers, the tip's end first."""
    slugs: tuple[Slug, ...] = ()
    for volume_nl, concentration_pg_per_nl in layers:
        if volume_nl:
            batch = Batch(volume_nl=volume_nl, mass_pg=volume_nl * concentration_pg_per_nl)
            slugs = (*slugs, Slug(batch=batch, from_nl=0, to_nl=volume_nl))
    return Catheter(volume_nl=held_nl(slugs), slugs=slugs)


def transit(catheter: Catheter, flowed: Segment, entering: Slug) -> tuple[Catheter, tuple[Delivery, ...]]:
    """(catheter, what left the tip while `entering` flowed in), the deliveries in order and end to end."""
    assert flowed.volume_nl == entering.volume_nl, "the fluid that entered is the flow that was measured"
    out, stays = pull(push(catheter.slugs, entering), entering.volume_nl)
    return replace(catheter, slugs=stays), _timed(out, flowed)


def _timed(out: tuple[Slug, ...], flowed: Segment) -> tuple[Delivery, ...]:
    """Each slug's share of the time; one too short for a millisecond travels with the next."""
    duration_ms = flowed.end_ms - flowed.start_ms
    deliveries: list[Delivery] = []
    start_ms, passed_nl, volume_nl, mass_pg = flowed.start_ms, 0, 0, 0
    for slug in out:
        passed_nl, volume_nl, mass_pg = passed_nl + slug.volume_nl, volume_nl + slug.volume_nl, mass_pg + slug.mass_pg
        end_ms = flowed.start_ms + duration_ms * passed_nl // flowed.volume_nl
        if end_ms > start_ms:
            deliveries.append(Delivery(start_ms=start_ms, end_ms=end_ms, volume_nl=volume_nl, mass_pg=mass_pg))
            start_ms, volume_nl, mass_pg = end_ms, 0, 0
    assert start_ms == flowed.end_ms, "the last slug always has its millisecond, so nothing is left behind"
    return tuple(deliveries)
