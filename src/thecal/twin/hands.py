"""What hands do to an implant: a syringe in the port of the reservoir, a syringe in the access port, a valve reset."""

from dataclasses import replace

from thecal import catheter as path
from thecal import mechanism
from thecal.flow import Delivery, held_nl, held_pg
from thecal.twin.account import Way
from thecal.twin.device import Device, left


def withdraw(device: Device) -> tuple[Device, int]:
    """(the implant emptied by syringe, the volume it drew)."""
    metal, drawn = mechanism.withdraw(device.metal)
    account = device.account.went(Way.SYRINGE, held_pg(drawn))
    return replace(device, metal=metal, account=account), held_nl(drawn)


def fill(device: Device, *, volume_nl: int, concentration_pg_per_nl: int) -> Device:
    """The implant after a syringe of this label was emptied towards it. The pump is not told: that is an update."""
    metal, filled = mechanism.fill(
        device.metal, at_ms=device.now_ms, volume_nl=volume_nl, concentration_pg_per_nl=concentration_pg_per_nl
    )
    inside_pg = 0 if filled.reservoir is None else filled.reservoir.mass_pg
    pocket_pg = 0 if filled.pocket is None else filled.pocket.mass_pg
    account = device.account.came(inside_pg + pocket_pg).went(Way.POCKET, pocket_pg)
    return replace(device, metal=metal, account=account)


def refill(device: Device, *, volume_nl: int, concentration_pg_per_nl: int) -> tuple[Device, int]:
    """(the implant emptied by syringe and filled, what the syringe drew). The pump is not told: that is an update."""
    emptied, drawn_nl = withdraw(device)
    return fill(emptied, volume_nl=volume_nl, concentration_pg_per_nl=concentration_pg_per_nl), drawn_nl


def aspirate(device: Device, *, volume_nl: int) -> tuple[Device, int]:
    """(the implant after a syringe drew at the access port, the volume that came)."""
    catheter, drawn = path.aspirate(device.catheter, at_ms=device.now_ms, volume_nl=volume_nl)
    account = device.account.went(Way.SYRINGE, held_pg(drawn))
    return replace(device, catheter=catheter, account=account), held_nl(drawn)


def inject(
    device: Device, *, volume_nl: int, over_ms: int, concentration_pg_per_nl: int
) -> tuple[Device, tuple[Delivery, ...]]:
    """(the implant, what reached the fluid around the cord) after a syringe pushed at the access port, dye or drug.

    What lies in the catheter goes before it. Time does not pass here: the deliveries lie after the implant's now.
    """
    catheter, out = path.inject(
        device.catheter,
        at_ms=device.now_ms,
        volume_nl=volume_nl,
        over_ms=over_ms,
        concentration_pg_per_nl=concentration_pg_per_nl,
    )
    entered_pg = held_pg(catheter.slugs) - held_pg(device.catheter.slugs)
    entered_pg += sum(delivery.mass_pg for delivery in (*out.deliveries, *out.leaked))
    pushed = replace(device, catheter=catheter, account=device.account.came(entered_pg))
    pushed, reached = left(pushed, out, device.now_ms)
    return pushed, reached.deliveries


def reset_valves(device: Device) -> Device:
    """The implant after somebody has opened its safety valve again."""
    return replace(device, metal=mechanism.reset_valves(device.metal, device.now_ms))
