"""What truly flowed over a stretch of time: as commanded, more or less than that, unbidden, or backwards.

However a stretch is cut, its parts leave the same metal behind: what the rotor's measure owes is carried, and what
flows unbidden is counted from a fault's onset.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from thecal.flow import Segment, Slug, pull
from thecal.mechanism.faults import FreeFlow, ReverseLeak, Runaway, SafetyValveShut, Unbidden
from thecal.mechanism.metal import Metal, changes_ms, flow_per_mille, has_power, is_shut, mixed
from thecal.units import ceil_div


@dataclass(frozen=True, slots=True, kw_only=True)
class Flowed:
    """Fluid that entered the tubing, evenly over the segment."""

    segment: Segment
    fluid: Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Backflow:
    """Fluid that ran from the path towards the reservoir. Whoever holds the path takes it out and hands it back."""

    segment: Segment


def run(
    metal: Metal,
    commanded: tuple[Segment, ...],
    start_ms: int,
    end_ms: int,
    *,
    motor_cut: bool = False,
    path_room_nl: int | None = None,
) -> tuple[Metal, tuple[Flowed, ...], Backflow | None]:
    """(metal, what flowed forwards, what ran back at the end) over `[start_ms, end_ms)`.

    The stretch crosses no change of the metal; the commanded segments lie in it, in order. What flowed is in order
    and never two things at once. `motor_cut`: the pump's limiter has taken the motor's power away, so that nothing
    turns. `path_room_nl` is all that a blocked path still takes, None where it is open: against a full path the rotor
    slips, and what did not flow is not caught up. What ran back is not in the metal yet: `take_back` puts it there.
    """
    assert start_ms < end_ms, "a stretch lasts"
    assert not any(start_ms < at_ms < end_ms for at_ms in changes_ms(metal)), "nobody steps across a change"
    turns = not motor_cut and _can_turn(metal, start_ms)
    flows: list[Flowed] = []
    for piece in _pieces(commanded, start_ms, end_ms):
        metal, wanted = _wanted(metal, piece, turns=turns)
        metal, flowed = _draw(metal, wanted, path_room_nl)
        if flowed is not None:
            flows.append(flowed)
            path_room_nl = None if path_room_nl is None else path_room_nl - flowed.fluid.volume_nl
    return metal, tuple(flows), _ran_back(metal, start_ms, end_ms)


def take_back(metal: Metal, fluid: tuple[Slug, ...]) -> Metal:
    """The metal with fluid back in the reservoir, the nearest to the pump first.

    Where it continues the reservoir's own batch it is as if it had never left; else it mixes.
    """
    for slug in fluid:
        if metal.reservoir and slug.joins(metal.reservoir[0]):
            metal = replace(metal, reservoir=(replace(metal.reservoir[0], from_nl=slug.from_nl),))
        elif slug.volume_nl:
            metal = mixed(metal, slug.volume_nl, slug.mass_pg)
    return metal


def _pieces(commanded: tuple[Segment, ...], start_ms: int, end_ms: int) -> Iterator[Segment]:
    """The stretch without gaps: the commanded segments, and nothing commanded between them."""
    at_ms = start_ms
    for segment in commanded:
        assert at_ms <= segment.start_ms < segment.end_ms <= end_ms, "commands lie in the stretch, in order"
        if at_ms < segment.start_ms:
            yield Segment(start_ms=at_ms, end_ms=segment.start_ms, volume_nl=0)
        yield segment
        at_ms = segment.end_ms
    if at_ms < end_ms:
        yield Segment(start_ms=at_ms, end_ms=end_ms, volume_nl=0)


def _wanted(metal: Metal, piece: Segment, *, turns: bool) -> tuple[Metal, Segment]:
    """(metal, what would flow) over one piece: what the rotor moves of the command, and what flows beside it."""
    moved_nl = 0
    if turns and not is_shut(metal, piece.start_ms):
        owed_pl = piece.volume_nl * flow_per_mille(metal, piece.start_ms) + metal.carry_pl
        moved_nl, carry_pl = divmod(owed_pl, 1_000)
        metal = replace(metal, carry_pl=carry_pl)
    beside_nl = sum(
        fault.passed_nl(piece.end_ms) - fault.passed_nl(piece.start_ms)
        for fault in _unbidden(metal, piece.start_ms, turns=turns)
    )
    return metal, replace(piece, volume_nl=moved_nl + beside_nl)


def _draw(metal: Metal, wanted: Segment, path_room_nl: int | None) -> tuple[Metal, Flowed | None]:
    """(metal, what flowed), which is less and ends earlier where the reservoir runs dry or the path is full."""
    drawn_nl = min(wanted.volume_nl, metal.deliverable_nl, *(() if path_room_nl is None else (path_room_nl,)))
    if drawn_nl == 0:
        return metal, None
    (fluid,), left = pull(metal.reservoir, drawn_nl)
    lasted_ms = ceil_div((wanted.end_ms - wanted.start_ms) * drawn_nl, wanted.volume_nl)
    segment = replace(wanted, end_ms=wanted.start_ms + lasted_ms, volume_nl=drawn_nl)
    return replace(metal, reservoir=left), Flowed(segment=segment, fluid=fluid)


def _can_turn(metal: Metal, at_ms: int) -> bool:
    """Whether the rotor can turn at all."""
    return not metal.is_stalled(at_ms) and has_power(metal, at_ms)


def _unbidden(metal: Metal, at_ms: int, *, turns: bool) -> Iterator[Unbidden]:
    """What makes fluid flow now: a runaway needs a motor, both need an open way, and a valve leaks as it shuts."""
    shut = is_shut(metal, at_ms)
    for fault in metal.faults:
        match fault:
            case SafetyValveShut():
                yield fault
            case FreeFlow() if not shut:
                yield fault
            case Runaway() if turns and not shut:
                yield fault


def _ran_back(metal: Metal, start_ms: int, end_ms: int) -> Backflow | None:
    """What ran back by the end of the stretch; no more than there is room for, and nothing through a shut valve."""
    leaks = (fault for fault in metal.faults if isinstance(fault, ReverseLeak))
    volume_nl = sum(fault.passed_nl(end_ms) - fault.passed_nl(start_ms) for fault in leaks)
    room_nl = metal.room_nl(end_ms)
    volume_nl = volume_nl if room_nl is None else min(volume_nl, room_nl)
    if volume_nl == 0 or is_shut(metal, start_ms):
        return None
    return Backflow(segment=Segment(start_ms=start_ms, end_ms=end_ms, volume_nl=volume_nl))
