"""Where fluid can leave a path at an instant, and when that changes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from thecal.catheter.faults import Block, Disconnection, Hole, Kink, Leak, Migration, TipPlace, begins_ms, is_on
from thecal.catheter.numbers import RELEASE_MS
from thecal.catheter.path import Catheter

_ALL = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A place at which `per_mille` of all that moves leaves the path: its tip, or a hole into the tissue."""

    place_nl: int
    per_mille: int
    is_tip: bool


def changes_ms(catheter: Catheter) -> Iterator[int]:
    """Every instant at which a path changes by itself; nobody may step across one."""
    for fault in catheter.faults:
        yield begins_ms(fault)
        if isinstance(fault, Leak | Disconnection):
            yield fault.start_ms + RELEASE_MS
        if isinstance(fault, Kink):
            yield fault.end_ms
            yield fault.end_ms + RELEASE_MS


def ways_out(catheter: Catheter, at_ms: int, *, from_nl: int = 0) -> tuple[WayOut, ...]:
    """The ways out beyond `from_nl`, the pump's end first; none where a block shuts the path and no hole comes first.

    Their shares add up to all of the flow, each rounded down to a per mille of it, but none to nothing; the last
    has what is left over. So the last hole before a block has all that the others leave.
    """
    if not catheter.faults:
        return (WayOut(place_nl=catheter.volume_nl, per_mille=_ALL, is_tip=True),)
    block = _first_block(catheter, at_ms, from_nl)
    ways, left = _holes(catheter, at_ms, from_nl, catheter.volume_nl if block is None else block.place_nl)
    if not left:
        return ways
    if block is None:
        return (*ways, WayOut(place_nl=catheter.volume_nl, per_mille=left, is_tip=True))
    return (*ways[:-1], replace(ways[-1], per_mille=ways[-1].per_mille + left)) if ways else ()


def room_nl(catheter: Catheter, at_ms: int) -> int | None:
    """How much the path still takes from the pump; None where it is open and takes anything."""
    if ways_out(catheter, at_ms):
        return None
    block = _first_block(catheter, at_ms, 0)
    assert block is not None, "only a block shuts a path"
    return max(0, block.compliance_nl - catheter.stored_nl)


def opened_ms(catheter: Catheter, at_ms: int) -> int:
    """When the path, open at `at_ms`, last opened."""
    return max(
        change_ms
        for change_ms in changes_ms(catheter)
        if change_ms <= at_ms and ways_out(catheter, change_ms) and not ways_out(catheter, change_ms - 1)
    )


def tip_at(catheter: Catheter, at_ms: int) -> TipPlace | None:
    """Where the tip has moved to by an instant; None where it still lies where it was put."""
    moves = [fault for fault in catheter.faults if isinstance(fault, Migration) and fault.at_ms <= at_ms]
    return max(moves, key=begins_ms).tip if moves else None


def draws_fluid(catheter: Catheter, at_ms: int, *, from_nl: int = 0) -> bool:
    """Whether fluid can come in at the tip and back through the path as far as `from_nl`."""
    tip = tip_at(catheter, at_ms)
    return any(way.is_tip for way in ways_out(catheter, at_ms, from_nl=from_nl)) and (tip is None or tip.is_in_fluid)


def _first_block(catheter: Catheter, at_ms: int, from_nl: int) -> Block | None:
    on = [fault for fault in catheter.faults if isinstance(fault, Block) and is_on(fault, at_ms)]
    beyond = [fault for fault in on if fault.place_nl >= from_nl]
    return min(beyond, key=lambda block: (block.place_nl, block.compliance_nl)) if beyond else None


def _holes(catheter: Catheter, at_ms: int, from_nl: int, to_nl: int) -> tuple[tuple[WayOut, ...], int]:
    """(the holes in reach and what leaves at each, what none of them takes), in per mille of the flow."""
    on = [fault for fault in catheter.faults if isinstance(fault, Hole) and is_on(fault, at_ms)]
    ways: list[WayOut] = []
    left = _ALL
    for hole in sorted(on, key=lambda hole: hole.place_nl):
        if left and from_nl <= hole.place_nl <= to_nl:
            share = max(1, left * _takes(hole) // _ALL)
            ways.append(WayOut(place_nl=hole.place_nl, per_mille=share, is_tip=False))
            left -= share
    return tuple(ways), left


def _takes(hole: Hole) -> int:
    return hole.per_mille if isinstance(hole, Leak) else _ALL
