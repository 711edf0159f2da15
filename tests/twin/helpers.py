"""Implants on one clock, for the twin's tests."""

from dataclasses import replace

from tests.pump.helpers import NEW_YEAR_MS, new_pump, program

from thecal.catheter import filled
from thecal.mechanism import Metal, Stall
from thecal.pump.commands import Commit, Stage, Update
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.device import Device, opened

PATH_NL = 335_800
"""Tubing 0.140 mL and 89 cm of catheter at 0.0022 mL/cm."""


def committed(device: Device, update: Update, name: str = "t1") -> Device:
    """The implant after an update."""
    for order in (
        Stage(transaction_id=name, onto_revision=device.pump.revision, update=update),
        Commit(transaction_id=name, digest=update.digest()),
    ):
        answer = implant.command(device, order)
        assert isinstance(answer, Device), answer
        device = answer
    return device


def implanted(mode: object = None, *, stalls: tuple[Stall, ...] = (), undeliverable_nl: int = 0) -> Device:
    """A pump filled with 20 mL of 500 mcg/mL, its path full of the same, running since New Year 2025."""
    metal = Metal(faults=stalls, undeliverable_nl=undeliverable_nl)
    device = opened(pump=new_pump(), metal=metal, catheter=filled(PATH_NL, 500))
    device, _ = hands.refill(device, volume_nl=20_000_000, concentration_pg_per_nl=500)
    return committed(device, Update(program=program(mode), reservoir_nl=20_000_000))


def with_stalls(device: Device, *stalls: Stall) -> Device:
    """The same implant with a plan of faults."""
    return replace(device, metal=replace(device.metal, faults=stalls))


__all__ = ["NEW_YEAR_MS", "PATH_NL", "committed", "implanted", "with_stalls"]
