"""A motor that commands one rate, a path that is always full, and a clock that may be cut anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from thecal.flow import Batch, Segment, Slug, held_nl, held_pg, pull, push
from thecal.mechanism import Backflow, Filled, Metal, changes_ms, fill, run, take_back, withdraw
from thecal.mechanism.faults import Fault
from thecal.units import DAY_MS

ML = 1_000_000
RATE = ML
"""1 mL/day, wherever a test does not say otherwise."""
PATH_NL = 335_800
CONCENTRATION = 2_000


@dataclass(frozen=True, kw_only=True)
class Rig:
    """A metal on a path, at `now_ms`, and where all its drug went."""

    metal: Metal
    path: tuple[Slug, ...]
    now_ms: int = 0
    room_nl: int | None = None
    entered_nl: int = 0
    out_pg: int = 0
    csf_nl: int = 0
    drawn_pg: int = 0
    pocket_pg: int = 0
    filled_pg: int = 0

    @property
    def held_pg(self) -> int:
        """The drug in reservoir and path."""
        return self.metal.reservoir_pg + held_pg(self.path)


Act = Callable[[Rig], Rig]


def fluid(volume_nl: int, concentration_pg_per_nl: int = CONCENTRATION) -> Slug:
    """A whole batch."""
    batch = Batch(volume_nl=volume_nl, mass_pg=volume_nl * concentration_pg_per_nl)
    return Slug(batch=batch, from_nl=0, to_nl=volume_nl)


def metal_of(
    *faults: Fault, volume_nl: int = 20 * ML, undeliverable_nl: int = 0, capacity_nl: int | None = None
) -> Metal:
    """A reservoir of 2000 mcg/mL."""
    return Metal(
        reservoir=(fluid(volume_nl),), undeliverable_nl=undeliverable_nl, capacity_nl=capacity_nl, faults=faults
    )


def rig_of(metal: Metal) -> Rig:
    """The metal on a path full of the same drug."""
    return Rig(metal=metal, path=(fluid(PATH_NL),))


def go(
    rig: Rig, to_ms: int, *, rate_nl_per_day: int = RATE, cuts: tuple[int, ...] = (), motor_cut: bool = False
) -> Rig:
    """The rig at `to_ms`; its clock stops at every cut on the way, besides where the metal changes."""
    stops = {at_ms for at_ms in (*changes_ms(rig.metal), *cuts) if rig.now_ms < at_ms < to_ms}
    for at_ms in (*sorted(stops), to_ms):
        rig = _step(rig, at_ms, rate_nl_per_day, motor_cut=motor_cut)
    return rig


def moved_nl(metal: Metal, start_ms: int, end_ms: int, *, motor_cut: bool = False) -> int:
    """What entered the tubing between two instants, at 1 mL/day commanded."""
    before = go(rig_of(metal), start_ms, motor_cut=motor_cut) if start_ms else rig_of(metal)
    return go(before, end_ms, motor_cut=motor_cut).entered_nl - before.entered_nl


def day_of(*faults: Fault, day: int = 1) -> int:
    """What entered the tubing over one whole day, counted from 0, at 1 mL/day commanded."""
    return moved_nl(metal_of(*faults), day * DAY_MS, (day + 1) * DAY_MS)


def empty_by_syringe(rig: Rig) -> Rig:
    """A syringe draws what it can."""
    metal, drawn = withdraw(rig.metal)
    return replace(rig, metal=metal, drawn_pg=rig.drawn_pg + held_pg(drawn))


def fill_by_syringe(rig: Rig, volume_nl: int, concentration_pg_per_nl: int = CONCENTRATION) -> Rig:
    """A syringe fills what its needle lies in."""
    metal, went = fill(
        rig.metal, at_ms=rig.now_ms, volume_nl=volume_nl, concentration_pg_per_nl=concentration_pg_per_nl
    )
    pocket_pg = went.pocket.mass_pg if went.pocket else 0
    into_pg = went.reservoir.mass_pg if went.reservoir else 0
    assert volume_of(went) == volume_nl, "a syringe's content is somewhere"
    return replace(rig, metal=metal, pocket_pg=rig.pocket_pg + pocket_pg, filled_pg=rig.filled_pg + pocket_pg + into_pg)


def volume_of(went: Filled) -> int:
    """All that a fill accounts for."""
    return sum(batch.volume_nl for batch in (went.reservoir, went.pocket) if batch) + went.refused_nl + went.air_nl


def _step(rig: Rig, to_ms: int, rate_nl_per_day: int, *, motor_cut: bool) -> Rig:
    """One stretch, as whoever holds pump, metal and path has to take it."""
    commanded = tuple(_commanded(rig.now_ms, to_ms, rate_nl_per_day))
    metal, flows, back = run(rig.metal, commanded, rig.now_ms, to_ms, motor_cut=motor_cut, path_room_nl=rig.room_nl)
    at_ms = rig.now_ms
    rig = replace(rig, metal=metal, now_ms=to_ms)
    for flowed in flows:
        assert at_ms <= flowed.segment.start_ms < flowed.segment.end_ms <= to_ms, "one flow at a time, in order"
        at_ms = flowed.segment.end_ms
        assert flowed.fluid.volume_nl == flowed.segment.volume_nl, "what flowed is what entered"
        rig = _enter(rig, flowed.fluid)
    return rig if back is None else _leak_back(rig, back)


def _commanded(start_ms: int, end_ms: int, rate_nl_per_day: int) -> Iterator[Segment]:
    """What a pump at one rate commands, its own remainder carried; nothing where that is less than a nanolitre."""
    volume_nl = rate_nl_per_day * end_ms // DAY_MS - rate_nl_per_day * start_ms // DAY_MS
    if volume_nl:
        yield Segment(start_ms=start_ms, end_ms=end_ms, volume_nl=volume_nl)


def _enter(rig: Rig, entering: Slug) -> Rig:
    out, path = pull(push(rig.path, entering), entering.volume_nl)
    rig = replace(rig, room_nl=None if rig.room_nl is None else rig.room_nl - entering.volume_nl)
    return replace(rig, path=path, entered_nl=rig.entered_nl + entering.volume_nl, out_pg=rig.out_pg + held_pg(out))


def _leak_back(rig: Rig, back: Backflow) -> Rig:
    """The path gives at the pump's end and takes in fluid without drug at the tip."""
    volume_nl = back.segment.volume_nl
    rig = replace(rig, room_nl=None if rig.room_nl is None else rig.room_nl + volume_nl)
    drug_free = fluid(volume_nl, 0)
    path, returned = pull((drug_free, *rig.path), held_nl(rig.path))
    return replace(rig, path=path, metal=take_back(rig.metal, returned), csf_nl=rig.csf_nl + volume_nl)
