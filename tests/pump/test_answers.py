"""What a refusal says; the clock; and a pump without power."""

from dataclasses import replace

import pytest
from tests.pump.asking import ASK, DOSE, ML, later, staged, taken, with_doses
from tests.pump.helpers import program, running

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import PrimingBolus, SingleBolus
from thecal.pump.commands import (
    Acknowledge,
    ClockLostSensed,
    Command,
    Commit,
    GivePatientDose,
    MotorStallSensed,
    SetClock,
    Stage,
    Stop,
    Update,
)
from thecal.pump.events import EventKind
from thecal.pump.infusion import (
    StopPump,
)
from thecal.pump.memory import Pump
from thecal.pump.refusals import REMEDIES, Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS


def refused(pump: Pump, update: Update) -> str:
    """What the pump says of an update that it refuses."""
    answer = staged(pump, update)
    assert isinstance(answer, Refusal)
    return answer.says


def test_every_refusal_says_its_numbers() -> None:
    """In words that a person can act on; the fixed ones are what they are."""
    pump, calm = running(reservoir_nl=2 * ML), program(ceiling_nl_per_day=600_000)
    prime = PrimingBolus(volume_nl=3 * ML, rate_nl_per_day=ML)
    dose = SingleBolus(volume_nl=20_000, rate_nl_per_day=ML)
    said = [
        refused(pump, Update(program=program(), reservoir_nl=21 * ML)),
        refused(pump, Update(program=program(), bolus=prime)),
        refused(pump, Update(program=replace(program(), low_reservoir_alarm_nl=21 * ML))),
        refused(pump, Update(program=program(StopPump()), bolus=dose)),
        refused(pump, Update(program=calm, bolus=dose)),
        refused(pump, Update(program=replace(program(), patient_dose=DOSE))),
    ]
    assert [each.replace("\u00a0", " ") for each in said] == [
        "21 mL does not fit: the reservoir holds 20 mL.",
        "The bolus is 3 mL; the reservoir holds 2 mL.",
        "The alarm volume is above the capacity.",
        "The program does not infuse.",
        "0.62 mL in a day are more than the order's 0.6 mL.",
        "This pump gives no patient dose of baclofen.",
    ]


def test_a_refused_update_or_dose_says_why() -> None:
    """Each cause in one sentence."""
    update = Update(program=program())
    ready = staged(running(), update)
    assert isinstance(ready, Pump)
    assert ready.staged is not None
    right = Commit(transaction_id="x", digest=update.digest())
    dosed = later(taken(with_doses(replace(DOSE, volume_nl=9_000)), ASK), HOUR_MS)
    ended = replace(ready, state=State.END_OF_SERVICE)
    stale = replace(ready, staged=replace(ready.staged, onto_revision=0))
    answers = [
        staged(ended, update),
        staged(running(), update, 7),
        machine.handle(ended, right),
        machine.handle(running(), right),
        machine.handle(stale, right),
        machine.handle(ready, replace(right, digest="")),
        machine.handle(later(ready, 11 * MINUTE_MS), right),
        machine.handle(running(), Commit(transaction_id=running().transaction_id, digest="")),
        machine.handle(running(), ASK),
        machine.handle(taken(with_doses(), Stop()), ASK),
        machine.handle(replace(with_doses(), reservoir_nl=1), ASK),
        machine.handle(with_doses(ceiling=250_000), ASK),
        machine.handle(dosed, ASK),
        machine.handle(running(), SetClock(clock_ms=running().now_ms + 30 * HOUR_MS)),
    ]
    assert [each.says.replace("\u00a0", " ") for each in answers if isinstance(each, Refusal)] == [
        "The battery is spent.",
        "It was reviewed on revision 7; the pump is at 1.",
        "The battery is spent.",
        "No update of this transaction is staged.",
        "Another update was committed since it was staged.",
        "The staged update is not the one that was reviewed.",
        "It was staged too long ago.",
        "This transaction was committed with another digest.",
        "No order allows a patient dose on this pump.",
        "The pump does not infuse undisturbed.",
        "The reservoir is calculated to hold less.",
        "0.26 mL in a day are more than the order's 0.25 mL.",
        "Doses stand 4 h 00 min apart.",
        "That is 30 h 00 min from the pump's time; at most 26 h 00 min are taken.",
    ]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("shift_ms", [0, 5 * HOUR_MS, -5 * HOUR_MS])
def test_the_clock_steps_across_time_zones_and_not_further(sign: int, shift_ms: int) -> None:
    """26 h from the time that the pump believes in, both ways; what it changes is the time of day and nothing else."""
    pump = replace(running(), clock_shift_ms=shift_ms)
    there_ms = pump.now_ms + shift_ms + sign * 26 * HOUR_MS
    moved = taken(pump, SetClock(clock_ms=there_ms))
    assert moved.now_ms == pump.now_ms
    assert moved.now_ms + moved.clock_shift_ms == there_ms
    assert (moved.log[-1].kind, moved.log[-1].detail) == (EventKind.CLOCK_SET, str(there_ms))
    assert (moved.program, moved.reservoir_nl, moved.delivered_nl) == (pump.program, pump.reservoir_nl, 0)
    refusal = machine.handle(pump, SetClock(clock_ms=there_ms + sign))
    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.CLOCK_STEP_TOO_LARGE
    assert "26" in refusal.says


def test_a_pump_that_knows_no_time_takes_any() -> None:
    """There is nothing to step from; then it knows."""
    lost = machine.sense(running(), ClockLostSensed())
    told = taken(lost, SetClock(clock_ms=lost.now_ms - 3_000 * DAY_MS))
    assert told.clock_known
    assert told.clock_shift_ms == -3_000 * DAY_MS
    assert told.alarms == ()


COMMANDS: list[Command] = [
    Stage(transaction_id="x", onto_revision=1, update=Update(program=program())),
    Commit(transaction_id="x", digest=""),
    Acknowledge(alarm=Alarm.MOTOR_STALL),
    SetClock(clock_ms=0),
    GivePatientDose(),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_without_power_nothing_is_programmed(command: Command) -> None:
    """The processor does not run, whatever else may be wrong; waiting mends it."""
    dead = replace(machine.sense(with_doses(), MotorStallSensed()), powered=False)
    refusal = machine.handle(dead, command)
    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.NO_POWER
    assert refusal.code.is_transient()
    assert refusal.says == "The pump's processor does not run."


def test_no_code_changes_its_number() -> None:
    """They cross the wand and stand in records: numbers are for ever, and each has a remedy of its own."""
    assert [code.value for code in RefusalCode] == list(range(1, 22))
    assert [RefusalCode(number).name for number in (1, 10, 15, 21)] == [
        "NOT_AUTHORISED",
        "NOTHING_STAGED",
        "DOSE_LIMIT",
        "NO_POWER",
    ]
    assert all(remedy.endswith(".") for remedy in REMEDIES.values())
    assert Refusal(code=RefusalCode.NO_POWER, says="").remedy == REMEDIES[RefusalCode.NO_POWER]
