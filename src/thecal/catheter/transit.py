"""What goes in at the pump's end, and what comes out where. Mass is conserved to the picogram.

Each of these is for a stretch that no change of the path crosses (`changes_ms`). In one stretch fluid flows one way:
where a pump pushes against a reverse leak, the two are netted first.
"""

from dataclasses import dataclass, replace
from itertools import groupby

from thecal.catheter.motion import cells_nl, draw, drive, take_back, turns
from thecal.catheter.numbers import RELEASE_MS, STEP_NL
from thecal.catheter.path import Catheter
from thecal.catheter.ways import draws_fluid, opened_ms, room_nl, ways_out
from thecal.flow import Delivery, Segment, Slug, held_nl, held_pg, push


@dataclass(frozen=True, slots=True, kw_only=True)
class Outflow:
    """What left a path: `deliveries` at the tip, `leaked` into the tissue, each in order of time.

    `held_back_nl` is the last part of what came, which found no room: it never entered.
    """

    deliveries: tuple[Delivery, ...] = ()
    leaked: tuple[Delivery, ...] = ()
    held_back_nl: int = 0


def transit(catheter: Catheter, flowed: Segment, entering: Slug) -> tuple[Catheter, Outflow]:
    """(the path, what left it while `entering` came in from the pump)."""
    assert flowed.volume_nl == entering.volume_nl, "the fluid that entered is the flow that was measured"
    room = room_nl(catheter, flowed.start_ms)
    if room is not None:
        return _stored(catheter, entering, room)
    slugs, outflow = through(catheter, flowed, push(catheter.slugs, entering))
    return replace(catheter, slugs=slugs, step_nl=step_after(catheter, flowed.volume_nl)), outflow


def release(catheter: Catheter, start_ms: int, end_ms: int) -> tuple[Catheter, Outflow]:
    """(the path, what left it by itself over the stretch): fluid that was stored before a block, once it can go.

    It leaves evenly over `RELEASE_MS` from the instant at which the path opened. To be called for every stretch,
    before anything else that flows in it.
    """
    if not catheter.stored_nl or not ways_out(catheter, start_ms):
        return replace(catheter, releasing_nl=0), Outflow()
    opened = opened_ms(catheter, start_ms)
    whole_nl = catheter.stored_nl if start_ms == opened else catheter.releasing_nl
    gone_nl = [whole_nl * min(at_ms - opened, RELEASE_MS) // RELEASE_MS for at_ms in (start_ms, end_ms)]
    flowed = Segment(start_ms=start_ms, end_ms=end_ms, volume_nl=gone_nl[1] - gone_nl[0])
    slugs, outflow = through(catheter, flowed, catheter.slugs)
    released = replace(
        catheter,
        slugs=slugs,
        stored_nl=catheter.stored_nl - flowed.volume_nl,
        releasing_nl=whole_nl,
        step_nl=step_after(catheter, flowed.volume_nl),
    )
    return released, outflow


def backflow(catheter: Catheter, segment: Segment) -> tuple[Catheter, tuple[Slug, ...]]:
    """(the path, what ran back into the pump, in its order) where a reverse leak asks for `segment`.

    Fluid without drug follows at the tip. What lies stored before a block runs back and nothing beyond it; while
    stored fluid is being let go, nothing does. Less than was asked for runs back where nothing can follow.
    """
    if not ways_out(catheter, segment.start_ms):
        back_nl = min(segment.volume_nl, catheter.stored_nl)
        slugs, back = take_back(catheter.slugs, back_nl)
        return replace(catheter, slugs=slugs, stored_nl=catheter.stored_nl - back_nl), back
    if catheter.releasing_nl or not draws_fluid(catheter, segment.start_ms):
        return catheter, ()
    slugs, back = draw(catheter.slugs, segment.volume_nl, step_nl=catheter.step_nl, cells=cells_nl(catheter, 0))
    return replace(catheter, slugs=slugs, step_nl=step_after(catheter, segment.volume_nl)), back


def through(
    catheter: Catheter, flowed: Segment, slugs: tuple[Slug, ...], *, from_nl: int = 0
) -> tuple[tuple[Slug, ...], Outflow]:
    """(what stays, what left) of the slugs beyond `from_nl`, into which `flowed` was pushed. A way out is open."""
    ways = ways_out(catheter, flowed.start_ms, from_nl=from_nl)
    stays, left = drive(
        slugs,
        flowed.volume_nl,
        step_nl=catheter.step_nl,
        turns=turns(catheter, ways),
        cells=cells_nl(catheter, from_nl),
    )
    timed = [(way.is_tip, delivery) for way, out in zip(ways, left, strict=True) for delivery in _timed(out, flowed)]
    leaked = sorted((delivery for is_tip, delivery in timed if not is_tip), key=lambda delivery: delivery.start_ms)
    return stays, Outflow(deliveries=tuple(delivery for is_tip, delivery in timed if is_tip), leaked=tuple(leaked))


def step_after(catheter: Catheter, moved_nl: int) -> int:
    """How far into a step the fluid is when `moved_nl` more has moved."""
    return (catheter.step_nl + moved_nl) % STEP_NL


def _stored(catheter: Catheter, entering: Slug, room: int) -> tuple[Catheter, Outflow]:
    """(the blocked path with the part of what came that found room, the rest held back)."""
    enters, stays_out = entering.split(min(room, entering.volume_nl))
    stored_nl = catheter.stored_nl + enters.volume_nl
    after = replace(catheter, slugs=push(catheter.slugs, enters), stored_nl=stored_nl)
    return after, Outflow(held_back_nl=stays_out.volume_nl)


def _timed(out: tuple[Slug, ...], flowed: Segment) -> tuple[Delivery, ...]:
    """Each fluid's share of the time; one too short for a millisecond travels with the next."""
    duration_ms, whole_nl = flowed.end_ms - flowed.start_ms, held_nl(out)
    deliveries: list[Delivery] = []
    start_ms, passed_nl, volume_nl, mass_pg = flowed.start_ms, 0, 0, 0
    for _, slices in groupby(out, key=lambda slug: slug.batch):
        fluid = tuple(slices)
        passed_nl, volume_nl, mass_pg = passed_nl + held_nl(fluid), volume_nl + held_nl(fluid), mass_pg + held_pg(fluid)
        end_ms = flowed.start_ms + duration_ms * passed_nl // whole_nl
        if end_ms > start_ms:
            deliveries.append(Delivery(start_ms=start_ms, end_ms=end_ms, volume_nl=volume_nl, mass_pg=mass_pg))
            start_ms, volume_nl, mass_pg = end_ms, 0, 0
    assert not volume_nl, "the last fluid always has its millisecond, so nothing is left behind"
    return tuple(deliveries)
