"""The implant whole: what the pump believes, what the metal did, what the catheter holds, at one instant.

Time is split at every instant at which the metal changes or its sensor speaks, so that a pump never commands across an
event that it would have noticed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from thecal.catheter import Catheter, transit
from thecal.flow import Delivery, Segment, held_nl, held_pg
from thecal.mechanism import Flowed, Metal, changes_ms, fill, run, senses, withdraw
from thecal.pump import machine
from thecal.pump.commands import Command, MotorRecoverySensed, MotorStallSensed
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Belief (`pump`) and truth (`metal`, `catheter`) of one implant at `pump.now_ms`."""

    pump: Pump
    metal: Metal
    catheter: Catheter

    @property
    def now_ms(self) -> int:
        """The one clock."""
        return self.pump.now_ms

    @property
    def held_pg(self) -> int:
        """All the drug that is truly in the implant."""
        return self.metal.reservoir_pg + held_pg(self.catheter.slugs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One stretch of time: the implant at its end, what the pump counted as delivered, what truly left the tip."""

    device: Device
    counted: tuple[Segment, ...]
    deliveries: tuple[Delivery, ...]


def advance(device: Device, to_ms: int) -> tuple[Device, tuple[Delivery, ...]]:
    """(the implant at `to_ms`, what left the tip on the way, in order)."""
    deliveries: list[Delivery] = []
    for passage in travel(device, to_ms):
        device = passage.device
        deliveries += passage.deliveries
    return device, tuple(deliveries)


def travel(device: Device, to_ms: int) -> Iterator[Passage]:
    """The way to `to_ms`, stretch by stretch, cut wherever the metal changes or its sensor speaks."""
    while device.now_ms < to_ms:
        later = [at_ms for at_ms in changes_ms(device.metal) if device.now_ms < at_ms < to_ms]
        passage = _run(device, min(later, default=to_ms))
        device = passage.device
        yield passage


def settle(device: Device) -> Device:
    """The pump told what its sensor shows now."""
    stalled = senses(device.metal, device.now_ms).rotor_stalled
    sensed = MotorStallSensed() if stalled else MotorRecoverySensed()
    return replace(device, pump=machine.sense(device.pump, sensed))


def command(device: Device, order: Command) -> Device | Refusal:
    """The implant after a command, or the pump's refusal."""
    answer = machine.handle(device.pump, order)
    return answer if isinstance(answer, Refusal) else replace(device, pump=answer)


def refill(device: Device, *, volume_nl: int, concentration_pg_per_nl: int) -> tuple[Device, int]:
    """(the implant emptied by syringe and filled, what the syringe drew). The pump is not told: that is an update."""
    metal, drawn = withdraw(device.metal)
    metal, _ = fill(metal, at_ms=device.now_ms, volume_nl=volume_nl, concentration_pg_per_nl=concentration_pg_per_nl)
    return replace(device, metal=metal), held_nl(drawn)


def _run(device: Device, to_ms: int) -> Passage:
    """One stretch in which the metal stays what it is; at its end the sensor is read."""
    told = settle(device)
    pump, commanded = machine.advance(told.pump, to_ms)
    metal, flows, ran_back = run(device.metal, commanded, device.now_ms, to_ms)
    assert ran_back is None, "this implant's path lets nothing run back"
    device = replace(device, pump=pump, metal=metal)
    deliveries: list[Delivery] = []
    for flowed in flows:
        device, out = _flow(device, flowed)
        deliveries += out
    counted = () if told.pump.motor_stalled else commanded
    return Passage(device=settle(device), counted=counted, deliveries=tuple(deliveries))


def _flow(device: Device, flowed: Flowed) -> tuple[Device, tuple[Delivery, ...]]:
    """What flowed from the metal, through the catheter."""
    catheter, outflow = transit(device.catheter, flowed.segment, flowed.fluid)
    return replace(device, catheter=catheter), outflow.deliveries
