"""Random lives of pumps, the same for the same key: orders, slips, faults that a sensor tells of, and time between."""

import hashlib
from collections.abc import Callable

from tests.laws.dice import Dice
from tests.laws.therapies import an_update, with_patient_dose
from tests.pump.helpers import new_pump

from thecal.pump import machine, recovery, telemetry
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.commands import (
    Acknowledge,
    BatterySensed,
    ClockLostSensed,
    Commit,
    FieldSensed,
    GivePatientDose,
    Interrogate,
    LowBatteryReset,
    MotorRecoverySensed,
    MotorStallSensed,
    RotorUnbiddenSensed,
    SetClock,
    Stage,
    Stop,
    Update,
)
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import EventKind
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal
from thecal.units import DAY_MS, HOUR_MS

Act = Callable[[Pump, Dice], Pump | Refusal]
SPANS_MS = (0, 1, 1_000, HOUR_MS, HOUR_MS, 5 * HOUR_MS, DAY_MS, 3 * DAY_MS, 20 * DAY_MS)


def an_order(pump: Pump, dice: Dice) -> Update:
    """Any update; of a drug that the patient may ask for, where the pump gives one."""
    model = PUMP_MODELS[pump.pump_model]
    return with_patient_dose(an_update(dice, model), model, dice)


def stage(pump: Pump, dice: Dice) -> Pump | Refusal:
    """Stage any update; at times upon a read-out that is no longer true."""
    revision = pump.revision - (dice.below(8) == 0)
    order = Stage(transaction_id=f"t{pump.revision}", onto_revision=revision, update=an_order(pump, dice))
    return machine.handle(pump, order)


def commit(pump: Pump, dice: Dice) -> Pump | Refusal:
    """Commit what is staged, or something else, or again what was committed."""
    if pump.staged is None or dice.below(8) == 0:
        return machine.handle(pump, Commit(transaction_id=pump.transaction_id, digest=dice.pick(("", "0" * 64))))
    digest = pump.staged.update.digest()
    return machine.handle(pump, Commit(transaction_id=pump.staged.transaction_id, digest=digest))


def update(pump: Pump, dice: Dice) -> Pump | Refusal:
    """Stage and commit at one instant."""
    staged = stage(pump, dice)
    return staged if isinstance(staged, Refusal) else commit(staged, dice)


def acknowledge(pump: Pump, dice: Dice) -> Pump | Refusal:
    """Any alarm, mostly one that sounds."""
    sounding = tuple(active.alarm for active in pump.alarms)
    return machine.handle(pump, Acknowledge(alarm=dice.pick((*sounding, *sounding, dice.pick(tuple(Alarm))))))


def set_clock(pump: Pump, dice: Dice) -> Pump | Refusal:
    """Some hours on or back; at times too many."""
    return machine.handle(pump, SetClock(clock_ms=pump.now_ms + dice.between(-30 * HOUR_MS, 30 * HOUR_MS)))


def power(pump: Pump, _: Dice) -> Pump:
    """Lost, or back."""
    return recovery.lose_power(pump) if pump.powered else recovery.return_power(pump)


def wear(pump: Pump, dice: Dice) -> Pump:
    """A month of much telemetry: the battery feels it."""
    return telemetry.spend(pump, dice.below(PUMP_MODELS[pump.pump_model].battery_nj // 400))


ACTS: tuple[tuple[int, Act], ...] = (
    (10, update),
    (2, stage),
    (3, commit),
    (2, acknowledge),
    (2, set_clock),
    (2, lambda pump, _: machine.handle(pump, Stop())),
    (4, lambda pump, _: machine.handle(pump, GivePatientDose())),
    (4, lambda pump, _: machine.handle(pump, Interrogate())),
    (1, lambda pump, _: machine.stop(pump, EventKind.EMERGENCY_STOPPED)),
    (1, lambda pump, _: machine.note_access_refused(pump, "a wrong key")),
    (2, lambda pump, _: machine.sense(pump, MotorStallSensed())),
    (3, lambda pump, _: machine.sense(pump, MotorRecoverySensed())),
    (1, lambda pump, _: machine.sense(pump, RotorUnbiddenSensed())),
    (1, lambda pump, dice: machine.sense(pump, BatterySensed(level=dice.pick((BatteryLevel.GOOD, BatteryLevel.LOW))))),
    (1, lambda pump, _: machine.sense(pump, LowBatteryReset())),
    (1, lambda pump, _: machine.sense(pump, ClockLostSensed())),
    (2, lambda pump, _: machine.sense(pump, FieldSensed())),
    (1, power),
    (1, wear),
    (1, lambda pump, dice: recovery.flip(pump, (dice.below(6), dice.below(4_000)))),
)
BAG: tuple[Act, ...] = tuple(act for weight, act in ACTS for _ in range(weight))


def act(pump: Pump, dice: Dice) -> Pump | Refusal:
    """Anything that can happen to a pump at an instant. A pump without power soon has it again."""
    return recovery.return_power(pump) if not pump.powered and dice.below(2) else dice.pick(BAG)(pump, dice)


def life(key: str, acts: int) -> Pump:
    """A pump after so many acts."""
    dice = Dice(key)
    pump = new_pump(pump_model=dice.pick(tuple(PUMP_MODELS.values())))
    for _ in range(acts):
        after = act(pump, dice)
        pump = pump if isinstance(after, Refusal) else after
        pump, _flow = machine.advance(pump, pump.now_ms + dice.pick(SPANS_MS))
    return pump


def heads(lives: int, acts: int) -> str:
    """One hash of the last lines of many lives."""
    return hashlib.sha256("".join(life(f"life {n}", acts).log_head for n in range(lives)).encode()).hexdigest()
