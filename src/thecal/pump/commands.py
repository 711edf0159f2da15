"""What a wand can ask of the pump, and what its own sensors tell it."""

from dataclasses import dataclass

from thecal.canonical import record_digest
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.bolus import Bolus
from thecal.pump.infusion import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Everything one commit changes, whole or not at all; it starts at once.

    `reservoir_nl` is the volume after a refill, or None where the reservoir was not touched. `bolus` runs first, then
    the program does.
    """

    program: Program
    reservoir_nl: int | None = None
    bolus: Bolus | None = None

    def digest(self) -> str:
        """SHA-256 of the canonical form: what a reviewer saw is what a commit names."""
        return record_digest(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Put an update beside the running program, changing nothing. `onto_revision` is what the reviewer saw running."""

    transaction_id: str
    onto_revision: int
    update: Update


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """Make the staged update the running one, if it is the one that was reviewed."""

    transaction_id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Stop delivery now. Accepted in every state; never resumes by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrogate:
    """Read the pump. Accepted in every state; changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Quieten an alarm that sounds. It sounds again after a while, for as long as its cause lasts."""

    alarm: Alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock:
    """Tell the pump what time it is, in Unix ms UTC. Daylight saving and travel are an update's business, not this."""

    clock_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivePatientDose:
    """The patient asks for the dose that the program allows."""


Command = Stage | Commit | Stop | Interrogate | Acknowledge | SetClock | GivePatientDose


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorStallSensed:
    """The rotor does not turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorRecoverySensed:
    """The rotor turns again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotorUnbiddenSensed:
    """The rotor turns and nobody told it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatterySensed:
    """What the battery's voltage says."""

    level: BatteryLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class LowBatteryReset:
    """The voltage fell for a moment and the processor started anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLostSensed:
    """The oscillator stopped, or jumped: the time of day is not known any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSensed:
    """A field like that of a wand, or stronger, is there."""


Sensed = (
    MotorStallSensed
    | MotorRecoverySensed
    | RotorUnbiddenSensed
    | BatterySensed
    | LowBatteryReset
    | ClockLostSensed
    | FieldSensed
)
