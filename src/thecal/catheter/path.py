"""The path as a record: a queue of slugs, pump tubing and catheter together, with the faults that are planned for it.

A path is always full: of drug, or of fluid without any. Behind a block it holds more than its volume, under pressure.
"""

from dataclasses import dataclass, replace

from thecal.catheter.faults import Block, CatheterFault, Migration
from thecal.catheter.numbers import STEP_NL
from thecal.flow import Batch, Slug, held_nl, pull, push


@dataclass(frozen=True, slots=True, kw_only=True)
class Catheter:
    """What the path holds, the tip's end first, and what is planned to go wrong with it.

    `volume_nl` is the true volume from the rotor to the tip; `port_nl` of it is the pump's tubing, at whose end the
    access port joins. `mixing_cells` 0 is plug flow; n is a path of n well-mixed cells in a row. `stored_nl` lies under
    pressure at the pump's end, on top of `volume_nl`; `releasing_nl` is how much lay there when the path last opened.
    `step_nl` is how far the fluid has moved into the current step.
    """

    volume_nl: int
    slugs: tuple[Slug, ...]
    port_nl: int = 0
    mixing_cells: int = 0
    faults: tuple[CatheterFault, ...] = ()
    stored_nl: int = 0
    releasing_nl: int = 0
    step_nl: int = 0

    def __post_init__(self) -> None:
        assert self.stored_nl >= 0, "less than full is no path"
        assert held_nl(self.slugs) == self.volume_nl + self.stored_nl, "a path is exactly full"
        assert not self.stored_nl or any(isinstance(fault, Block) for fault in self.faults), "only a block stores fluid"
        assert 0 <= self.port_nl <= self.volume_nl, "the port joins the path"
        assert self.mixing_cells >= 0, "there are cells, or there are none"
        assert 0 <= self.step_nl < STEP_NL, "a whole step is the next step's beginning"
        assert all(0 <= _place_nl(fault) <= self.volume_nl for fault in self.faults), "a fault lies on the path"


def filled(volume_nl: int, concentration_pg_per_nl: int, *, port_nl: int = 0) -> Catheter:
    """A path full of one fluid; concentration 0 is fluid without drug."""
    return layered(((volume_nl, concentration_pg_per_nl),), port_nl=port_nl)


def layered(layers: tuple[tuple[int, int], ...], *, port_nl: int = 0) -> Catheter:
    """A path of `(volume_nl, concentration_pg_per_nl)` layers, the tip's end first."""
    slugs: tuple[Slug, ...] = ()
    for volume_nl, concentration_pg_per_nl in layers:
        slugs = (*slugs, *whole(volume_nl, volume_nl * concentration_pg_per_nl))
    return Catheter(volume_nl=held_nl(slugs), slugs=slugs, port_nl=port_nl)


def whole(volume_nl: int, mass_pg: int) -> tuple[Slug, ...]:
    """All of one well-mixed fluid; nothing, where there is none."""
    if not volume_nl:
        return ()
    return (Slug(batch=Batch(volume_nl=volume_nl, mass_pg=mass_pg), from_nl=0, to_nl=volume_nl),)


def parted_from(catheter: Catheter, tubing_nl: int) -> Catheter:
    """The catheter without the pump's tubing, with what it holds and its faults: what stays when the pump goes."""
    slugs, _ = pull(catheter.slugs, catheter.volume_nl - tubing_nl)
    stay = tuple(fault for fault in catheter.faults if isinstance(fault, Migration) or fault.place_nl >= tubing_nl)
    return Catheter(
        volume_nl=held_nl(slugs), slugs=slugs, mixing_cells=catheter.mixing_cells, faults=_moved(stay, -tubing_nl)
    )


def joined_to(catheter: Catheter, *, tubing_nl: int, concentration_pg_per_nl: int) -> Catheter:
    """The path that a catheter, as `parted_from` leaves it, makes with a new pump's tubing and what that holds."""
    tubing = whole(tubing_nl, tubing_nl * concentration_pg_per_nl)
    return replace(
        catheter,
        volume_nl=catheter.volume_nl + tubing_nl,
        slugs=joined(catheter.slugs, tubing),
        port_nl=tubing_nl,
        faults=_moved(catheter.faults, tubing_nl),
    )


def joined(queue: tuple[Slug, ...], behind: tuple[Slug, ...]) -> tuple[Slug, ...]:
    """Two queues in a row, one slug at the seam where the fluid goes on."""
    return (*push(queue, behind[0]), *behind[1:]) if behind else queue


def _place_nl(fault: CatheterFault) -> int:
    return 0 if isinstance(fault, Migration) else fault.place_nl


def _moved(faults: tuple[CatheterFault, ...], by_nl: int) -> tuple[CatheterFault, ...]:
    return tuple(
        fault if isinstance(fault, Migration) else replace(fault, place_nl=fault.place_nl + by_nl) for fault in faults
    )
