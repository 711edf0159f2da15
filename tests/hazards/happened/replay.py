"""What the replays of past events start from: an implant whose metal and path may fail, and what is seen of it.

Truth is what left the tip and what a syringe finds; the rest is what a pump says of itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tests.pump.helpers import NEW_YEAR_MS, program
from tests.twin.helpers import PATH_NL, committed

from thecal.care.residual import Discrepancy
from thecal.catheter import Catheter, layered
from thecal.catheter.faults import CatheterFault
from thecal.findings import Finding
from thecal.flow import Delivery
from thecal.mechanism import Fault, Metal
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Command, Update
from thecal.pump.devices import PUMP_MODELS, REFERENCE_20, PumpModel
from thecal.pump.events import EventKind
from thecal.pump.memory import Interrogation, Pump
from thecal.twin import device as implant
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS

ML = 1_000_000
MCG = 1_000_000
RATE = 600_000
"""nL/day: 300 mcg/day of 500 mcg/mL."""
DOSE = 300 * MCG


def implanted(
    model: PumpModel = REFERENCE_20,
    mode: object = None,
    *,
    faults: Sequence[Fault] = (),
    ways: Sequence[CatheterFault] = (),
    path: Catheter | None = None,
    concentration: int = 500,
) -> Device:
    """An implant of a model, full, that runs a mode since New Year 2025; 300 mcg/day of 500 mcg/mL unless told."""
    pump = machine.manufacture(serial="R-1", pump_model=model, now_ms=NEW_YEAR_MS)
    metal = Metal(capacity_nl=model.capacity_nl, faults=tuple(faults))
    drug = layered(((PATH_NL, concentration),), port_nl=model.tubing_nl)
    catheter = replace(path or drug, faults=tuple(ways))
    device = hands.fill(
        implant.opened(pump=pump, metal=metal, catheter=catheter),
        volume_nl=model.capacity_nl,
        concentration_pg_per_nl=concentration,
    )
    first = program(mode, concentration_pg_per_nl=concentration)
    return committed(device, Update(program=first, reservoir_nl=model.capacity_nl))


def refilled(device: Device, concentration: int = 500, *, volume_nl: int | None = None) -> tuple[Device, int]:
    """(the implant after a refill to capacity that the pump is told of, what the syringe drew before it)."""
    told_nl = PUMP_MODELS[device.pump.pump_model].capacity_nl if volume_nl is None else volume_nl
    device, drawn_nl = hands.refill(device, volume_nl=told_nl, concentration_pg_per_nl=concentration)
    assert device.pump.program is not None, "a pump that is refilled has run"
    update = Update(program=device.pump.program, reservoir_nl=told_nl)
    return committed(device, update, f"refill {device.pump.revision}"), drawn_nl


def lived(device: Device, lasts_ms: int) -> tuple[Device, tuple[Delivery, ...]]:
    """(the implant after a while, what left the tip meanwhile)."""
    return implant.advance(device, device.now_ms + lasts_ms)


def ordered(device: Device, command: Command) -> Device:
    """The implant after a command that it takes."""
    answer = implant.command(device, command)
    assert isinstance(answer, Device), answer
    return answer


def drug_pg(deliveries: Iterable[Delivery]) -> int:
    """All the drug that left the tip."""
    return sum(delivery.mass_pg for delivery in deliveries)


def daily_pg(deliveries: Sequence[Delivery], start_ms: int, days: int) -> list[int]:
    """The drug that left the tip on each of some days, by the share of each delivery that lies in it."""
    return [_within_pg(deliveries, start_ms + day * DAY_MS, start_ms + (day + 1) * DAY_MS) for day in range(days)]


def _within_pg(deliveries: Sequence[Delivery], start_ms: int, end_ms: int) -> int:
    return sum(
        out.mass_pg * (min(out.end_ms, end_ms) - max(out.start_ms, start_ms)) // (out.end_ms - out.start_ms)
        for out in deliveries
        if out.end_ms > start_ms and out.start_ms < end_ms
    )


def sounding(pump: Pump | Interrogation) -> set[Alarm]:
    """The alarms that stand."""
    return {active.alarm for active in pump.alarms}


def kinds(pump: Pump) -> list[EventKind]:
    """What the log tells, line by line."""
    return [event.kind for event in pump.log]


def rules(findings: Iterable[Finding]) -> set[str]:
    """The rules that spoke."""
    return {finding.rule for finding in findings}


def discrepancy(device: Device, *, filled_nl: int) -> Discrepancy:
    """What a syringe would find now beside what the pump counts, after a fill of `filled_nl`."""
    return Discrepancy(
        expected_nl=device.pump.reservoir_nl,
        withdrawn_nl=device.metal.deliverable_nl + device.metal.air_nl,
        programmed_nl=filled_nl - device.pump.reservoir_nl,
    )
