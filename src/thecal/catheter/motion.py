"""How fluid moves along a path: in steps, so that no cut of a stretch can be seen in what comes out.

Of every step that moves, each way out has its share in one piece, the nearest to the pump first. A mixed path moves as
a plug within a step and is stirred at its end: what lies in a cell becomes one fluid. That is a row of well-mixed
tanks, each of which hands on a step's volume at a time, and all of it is whole numbers.
"""

from functools import reduce

from thecal.catheter.numbers import STEP_NL
from thecal.catheter.path import Catheter, joined, whole
from thecal.catheter.ways import WayOut
from thecal.flow import Batch, Slug, held_pg, pull

_CSF = Batch(volume_nl=10**12, mass_pg=0)
"""One endless fluid without drug, so that what enters in two parts is one slug."""

Turns = tuple[tuple[int, int], ...]


def turns(catheter: Catheter, ways: tuple[WayOut, ...]) -> Turns:
    """(how much lies beyond a way out, where in a step its turn ends), for each way out."""
    ends = [sum(way.per_mille for way in ways[: n + 1]) for n in range(len(ways))]
    return tuple(
        (catheter.volume_nl - way.place_nl, STEP_NL * end // 1_000) for way, end in zip(ways, ends, strict=True)
    )


def cells_nl(catheter: Catheter, from_nl: int) -> tuple[int, ...]:
    """The volumes of the mixed path's cells beyond a place, the tip's first; none in plug flow.

    No cell lies across the port.
    """
    if not catheter.mixing_cells:
        return ()
    equal = {catheter.volume_nl * n // catheter.mixing_cells for n in range(1, catheter.mixing_cells + 1)}
    reach_nl = catheter.volume_nl - from_nl
    edges = sorted(edge for edge in equal | {catheter.volume_nl - catheter.port_nl} if 0 < edge <= reach_nl)
    return tuple(edge - before for before, edge in zip([0, *edges], edges, strict=False))


def drive(
    slugs: tuple[Slug, ...], volume_nl: int, *, step_nl: int, turns: Turns, cells: tuple[int, ...]
) -> tuple[tuple[Slug, ...], tuple[tuple[Slug, ...], ...]]:
    """(what stays, what left at each turn's way) of a queue that `volume_nl` was pushed into, `step_nl` into a step."""
    out: list[list[Slug]] = [[] for _ in turns]
    parts = _parts(slugs, turns)
    while volume_nl > 0:
        turn = next(n for n, (_, end_nl) in enumerate(turns) if step_nl < end_nl)
        moved_nl = volume_nl if len(turns) == 1 and not cells else min(volume_nl, turns[turn][1] - step_nl)
        left: tuple[Slug, ...] = ()
        for n in range(1, turn + 2):
            left, parts[n] = pull(joined(parts[n], left), moved_nl)
        out[turn] += left
        volume_nl, step_nl = volume_nl - moved_nl, step_nl + moved_nl
        if step_nl >= STEP_NL:
            parts, step_nl = _parts(stirred(_whole(parts), cells), turns) if cells else parts, step_nl % STEP_NL
    return _whole(parts), tuple(tuple(slugs) for slugs in out)


def draw(
    slugs: tuple[Slug, ...], volume_nl: int, *, step_nl: int, cells: tuple[int, ...]
) -> tuple[tuple[Slug, ...], tuple[Slug, ...]]:
    """(what stays, what was drawn, in its order) where `volume_nl` leaves at the back and fluid comes in at the tip."""
    drawn: tuple[Slug, ...] = ()
    while volume_nl > 0:
        moved_nl = min(volume_nl, STEP_NL - step_nl) if cells else volume_nl
        slugs, back = take_back(joined(_csf_before(slugs, moved_nl), slugs), moved_nl)
        drawn, volume_nl, step_nl = (*drawn, *back), volume_nl - moved_nl, step_nl + moved_nl
        if step_nl >= STEP_NL:
            slugs, step_nl = stirred(slugs, cells), step_nl % STEP_NL
    return slugs, drawn


def take_back(slugs: tuple[Slug, ...], volume_nl: int) -> tuple[tuple[Slug, ...], tuple[Slug, ...]]:
    """(what stays, the last `volume_nl` of a queue, the very last first)."""
    stays, back = pull(slugs, sum(slug.volume_nl for slug in slugs) - volume_nl)
    return stays, back[::-1]


def stirred(slugs: tuple[Slug, ...], cells: tuple[int, ...]) -> tuple[Slug, ...]:
    """The queue with what lies in each cell as one fluid; what lies behind the last cell is left alone."""
    mixed: tuple[Slug, ...] = ()
    for cell_nl in cells:
        held, slugs = pull(slugs, cell_nl)
        mixed = joined(mixed, whole(cell_nl, held_pg(held)))
    return joined(mixed, slugs)


def _parts(slugs: tuple[Slug, ...], turns: Turns) -> list[tuple[Slug, ...]]:
    """What lies beyond the last way out; then from the pump to the first, from there to the second, and so on."""
    edges_nl = [beyond_nl for beyond_nl, _ in turns]
    still, slugs = pull(slugs, edges_nl[-1])
    parts = []
    for beyond_nl, edge_nl in zip(edges_nl[:0:-1], edges_nl[-2::-1], strict=True):
        part, slugs = pull(slugs, edge_nl - beyond_nl)
        parts.append(part)
    return [still, slugs, *parts[::-1]]


def _whole(parts: list[tuple[Slug, ...]]) -> tuple[Slug, ...]:
    """The queue that `_parts` took apart."""
    still, *moving = parts
    return reduce(joined, moving[::-1], still)


def _csf_before(slugs: tuple[Slug, ...], volume_nl: int) -> tuple[Slug, ...]:
    """Fluid without drug, as it lies before the queue's first slug: one with it, where that is such fluid too."""
    goes_on = bool(slugs) and slugs[0].batch == _CSF
    to_nl = slugs[0].from_nl if goes_on else _CSF.volume_nl
    return (Slug(batch=_CSF, from_nl=to_nl - volume_nl, to_nl=to_nl),)
