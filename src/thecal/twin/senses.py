"""What the metal's sensors and electronics tell the pump: the only way in which truth reaches belief."""

from collections.abc import Iterator

from thecal import catheter as path
from thecal import mechanism
from thecal.catheter import Catheter
from thecal.mechanism import Metal
from thecal.mechanism.faults import BitFlip, ClockLost, LowBatteryReset
from thecal.pump import battery, machine, recovery
from thecal.pump.commands import (
    BatterySensed,
    ClockLostSensed,
    FieldSensed,
    MotorRecoverySensed,
    MotorStallSensed,
    RotorUnbiddenSensed,
    Sensed,
)
from thecal.pump.commands import LowBatteryReset as LowBatteryResetSensed
from thecal.pump.memory import Pump
from thecal.pump.reservoir import SILENT
from thecal.units import HOUR_MS

LEVELS = {
    mechanism.BatteryLevel.GOOD: battery.BatteryLevel.GOOD,
    mechanism.BatteryLevel.LOW: battery.BatteryLevel.LOW,
    mechanism.BatteryLevel.SPENT: battery.BatteryLevel.END,
}


def cuts_ms(metal: Metal, catheter: Catheter) -> Iterator[int]:
    """Every instant that nobody may step across: metal, sensors, catheter, and the self-test that finds a bad bit."""
    yield from mechanism.changes_ms(metal)
    yield from path.changes_ms(catheter)
    for fault in metal.faults:
        if isinstance(fault, BitFlip):
            yield _tested_ms(fault)


def told(pump: Pump, metal: Metal, at_ms: int) -> Pump:
    """The pump told what its sensors show; to be told twice changes nothing."""
    seen = mechanism.senses(metal, at_ms)
    if pump.powered != seen.has_power:
        pump = recovery.return_power(pump) if seen.has_power else recovery.lose_power(pump)
    for sensed in _sensed(seen, turns=pump.state not in SILENT):
        pump = machine.sense(pump, sensed)
    return pump


def _sensed(seen: mechanism.Senses, *, turns: bool) -> Iterator[Sensed]:
    """What is told. Whether a rotor stands or is stopped nobody can see while it is not meant to turn."""
    if turns:
        yield MotorStallSensed() if seen.rotor_stalled else MotorRecoverySensed()
    if seen.rotor_unbidden:
        yield RotorUnbiddenSensed()
    yield BatterySensed(level=LEVELS[seen.battery])
    if seen.telemetry_field:
        yield FieldSensed()


def happened(pump: Pump, metal: Metal, at_ms: int) -> Pump:
    """The pump after what happens to its electronics at this very instant. It is asked once, on arrival."""
    for happening in mechanism.happenings_at(metal, at_ms):
        match happening:
            case LowBatteryReset():
                pump = machine.sense(pump, LowBatteryResetSensed())
            case ClockLost():
                pump = machine.sense(pump, ClockLostSensed())
            case _:
                pass  # a flipped bit shows at the next self-test
    flips = [fault for fault in metal.faults if isinstance(fault, BitFlip) and _tested_ms(fault) == at_ms]
    return recovery.flip(pump, *((fault.cell, fault.bit) for fault in flips)) if flips else pump


def _tested_ms(fault: BitFlip) -> int:
    """The hour at which the self-test reads the memory again."""
    return (fault.at_ms // HOUR_MS + 1) * HOUR_MS
