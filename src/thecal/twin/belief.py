"""What would leave the tip if the pump's own count were the truth, and the path as it stands in the record."""

from collections.abc import Iterable

from thecal.catheter import Catheter, transit
from thecal.flow import Batch, Delivery, Slug
from thecal.twin.simulation import Counted


def carried(counted: Iterable[Counted], path: Catheter) -> tuple[Delivery, ...]:
    """The deliveries at the tip, in order, of what a pump counted into a sound path."""
    deliveries: list[Delivery] = []
    for each in counted:
        volume_nl = each.segment.volume_nl
        batch = Batch(volume_nl=volume_nl, mass_pg=volume_nl * each.concentration_pg_per_nl)
        path, out = transit(path, each.segment, Slug(batch=batch, from_nl=0, to_nl=volume_nl))
        deliveries += out.deliveries
    return tuple(deliveries)
