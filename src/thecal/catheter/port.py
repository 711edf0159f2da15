"""The access port: a needle straight into the catheter, past the pump. The pump's tubing behind it is untouched."""

from dataclasses import replace

from thecal.catheter.motion import cells_nl, draw
from thecal.catheter.path import Catheter, joined, whole
from thecal.catheter.transit import Outflow, step_after, through
from thecal.catheter.ways import draws_fluid, ways_out
from thecal.flow import Segment, Slug, pull, push


def aspirate(catheter: Catheter, *, at_ms: int, volume_nl: int) -> tuple[Catheter, tuple[Slug, ...]]:
    """(the path, what the syringe drew, in its order): the catheter from the port on, then what follows at the tip.

    Nothing at all can be drawn through a block or a disconnection, or where the tip lies in tissue.
    """
    if not draws_fluid(catheter, at_ms, from_nl=catheter.port_nl):
        return catheter, ()
    proper, tubing = _parts(catheter)
    stays, drawn = draw(proper, volume_nl, step_nl=catheter.step_nl, cells=cells_nl(catheter, catheter.port_nl))
    after = replace(catheter, slugs=joined(stays, tubing), step_nl=step_after(catheter, volume_nl))
    return after, drawn


def inject(
    catheter: Catheter, *, at_ms: int, volume_nl: int, over_ms: int, concentration_pg_per_nl: int
) -> tuple[Catheter, Outflow]:
    """(the path, what left it) where a syringe pushes a fluid in evenly; concentration 0 is dye.

    What the catheter held goes first: pushed without aspirating, all of its drug is a bolus. Nothing goes in against a
    block (assumed: a hand feels it and stops).
    """
    if not ways_out(catheter, at_ms, from_nl=catheter.port_nl):
        return catheter, Outflow(held_back_nl=volume_nl)
    proper, tubing = _parts(catheter)
    (fluid,) = whole(volume_nl, volume_nl * concentration_pg_per_nl)
    flowed = Segment(start_ms=at_ms, end_ms=at_ms + over_ms, volume_nl=volume_nl)
    stays, outflow = through(catheter, flowed, push(proper, fluid), from_nl=catheter.port_nl)
    after = replace(catheter, slugs=joined(stays, tubing), step_nl=step_after(catheter, volume_nl))
    return after, outflow


def _parts(catheter: Catheter) -> tuple[tuple[Slug, ...], tuple[Slug, ...]]:
    """(what lies beyond the port, what lies before it, stored fluid too)."""
    return pull(catheter.slugs, catheter.volume_nl - catheter.port_nl)
