"""Why the pump refuses a command: one code per cause, ordered by precedence, numbers never reused.

A refused command changes nothing.
"""

from dataclasses import dataclass
from enum import IntEnum


class RefusalCode(IntEnum):
    """The first cause that applies is the one that is answered."""

    NOT_AUTHORISED = 1
    """The credential's role may not give this command."""
    END_OF_SERVICE = 2
    """The battery is spent; nothing can be programmed."""
    STALE_REVISION = 3
    """Another update was committed after the read-out this one was reviewed on."""
    RATE_BELOW_DEVICE = 4
    RATE_ABOVE_DEVICE = 5
    RESERVOIR_ABOVE_CAPACITY = 6
    VOLUME_ABOVE_RESERVOIR = 7
    """The bolus is larger than what the reservoir is calculated to hold."""
    ALARM_ABOVE_CAPACITY = 8
    BOLUS_NEEDS_INFUSION = 9
    """A bolus ends in the program's infusion; a stopped or minimum-rate program cannot take one."""
    NOTHING_STAGED = 10
    DIGEST_DIFFERS = 11
    """The staged update is not the one that was reviewed."""
    STAGE_EXPIRED = 12
    TRANSACTION_REUSED = 13
    """This transaction id was committed before with another digest."""
    RATE_LIMITED = 14
    """Too many wrong keys; wait."""
    DOSE_LIMIT = 15
    """A whole day of the program, with the doses of the last 24 h and this one, is more than the order's ceiling."""
    PATIENT_DOSE_OFF = 16
    """The program has none, or this pump gives none of this drug."""
    LOCKED_OUT = 17
    """The last patient dose is too recent, or the day's number is used up."""
    NOT_INFUSING = 18
    """A dose comes on top of an infusion that runs undisturbed."""
    CLOCK_STEP_TOO_LARGE = 19
    NOTHING_SOUNDS = 20
    NO_POWER = 21
    """The processor is not running: nobody answers."""

    def is_transient(self) -> bool:
        """Whether the same command may succeed later without changing it."""
        return self in {RefusalCode.RATE_LIMITED, RefusalCode.LOCKED_OUT, RefusalCode.NO_POWER}


REMEDIES: dict[RefusalCode, str] = {
    RefusalCode.NOT_AUTHORISED: "Use a credential, or a key, that may do this.",
    RefusalCode.END_OF_SERVICE: "Replace the pump.",
    RefusalCode.STALE_REVISION: "Interrogate, review again, then update.",
    RefusalCode.RATE_BELOW_DEVICE: "Use a weaker concentration: the rate rises for the same dose.",
    RefusalCode.RATE_ABOVE_DEVICE: "Use a stronger concentration: the rate falls for the same dose.",
    RefusalCode.RESERVOIR_ABOVE_CAPACITY: "Enter what the reservoir holds, at most its capacity.",
    RefusalCode.VOLUME_ABOVE_RESERVOIR: "Refill first.",
    RefusalCode.ALARM_ABOVE_CAPACITY: "Set the alarm volume below the reservoir's capacity.",
    RefusalCode.BOLUS_NEEDS_INFUSION: "Program simple continuous or flex with the bolus.",
    RefusalCode.NOTHING_STAGED: "Stage the update again.",
    RefusalCode.DIGEST_DIFFERS: "Interrogate, review again, then update.",
    RefusalCode.STAGE_EXPIRED: "Stage the update again.",
    RefusalCode.TRANSACTION_REUSED: "Interrogate, review again, then update.",
    RefusalCode.RATE_LIMITED: "Wait a minute, then try once more.",
    RefusalCode.DOSE_LIMIT: "Review the order: its ceiling, or what was given already.",
    RefusalCode.PATIENT_DOSE_OFF: "Ask the clinic: the order has no patient dose.",
    RefusalCode.LOCKED_OUT: "Wait for the time the order sets.",
    RefusalCode.NOT_INFUSING: "Interrogate and see to what the pump says first.",
    RefusalCode.CLOCK_STEP_TOO_LARGE: "Check the date on the programmer.",
    RefusalCode.NOTHING_SOUNDS: "Interrogate: the alarm has ended, or is quiet already.",
    RefusalCode.NO_POWER: "Wait for the pump's power to return.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refused command: the code, and one sentence with the numbers."""

    code: RefusalCode
    says: str

    @property
    def remedy(self) -> str:
        """What to do next."""
        return REMEDIES[self.code]
