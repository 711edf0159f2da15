"""What the rules need and the pump does not know."""

from dataclasses import dataclass

from thecal.care.bridge import BridgeDecision
from thecal.care.need import Need
from thecal.care.path import Holds
from thecal.care.residual import Discrepancy
from thecal.care.restart import Interruption
from thecal.care.starting import Screening
from thecal.care.titration import Origin, Phase
from thecal.pump.memory import Interrogation, interrupted_since_ms, stands


def cause_read(read: Interrogation) -> Interruption | None:
    """The cause that a read-out itself tells: an empty reservoir. Why somebody stopped a pump it cannot tell."""
    return None if interrupted_since_ms(read) is None or stands(read) else Interruption.EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Refill:
    """The reservoir was emptied and filled: it now holds `filled_nl`. None where nobody measured.

    `withdrawn_nl` was drawn before the fill, `found_nl` found again after it; `explanation` is why the residual was
    not as expected, empty where nobody knows. `label_pg_per_nl` is what stood on what was filled in.
    """

    filled_nl: int
    label_pg_per_nl: int | None = None
    withdrawn_nl: int | None = None
    found_nl: int | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFill:
    """The fill before this visit."""

    at_ms: int
    filled_nl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpBefore:
    """The pump whose place a new one took on its catheter: its last dose, and since when nothing flows.

    None is "not known": a pump that was not read as infusing may have stood for long before it was taken out.
    """

    dose_pg_per_day: int | None
    ended_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the rules need and the pump does not know. None is "not known", never "no".

    `tubing_holds` and `catheter_holds` are what is recorded of them; None takes the read-out's word: a pump that has
    been programmed delivers through full parts, of any other nobody knows. `first_infusion` is whether nothing has
    ever been infused; None takes the read-out's word for it. `before_stop_pg_per_day` is the dose before a stop or a
    spell at minimum rate, and `interruption` is why there was one. `earlier` is the residual of the refill before this
    one. `catheter_length_mm` is implanted length, the trimmed part subtracted. `need` is what is known of a rising
    need; None where the record was not asked for it. `pump_before` is there where a new pump replaced an old one: its
    first program carries the therapy on, and is no first dose.
    """

    origin: Origin | None = None
    age_years: int | None = None
    phase: Phase | None = None
    since_start_ms: int | None = None
    since_arrival_ms: int | None = None
    need: Need | None = None
    first_infusion: bool | None = None
    before_stop_pg_per_day: int | None = None
    interruption: Interruption | None = None
    screening: Screening | None = None
    pump_before: PumpBefore | None = None
    catheter_length_mm: int | None = None
    tubing_holds: Holds | None = None
    catheter_holds: Holds | None = None
    refill: Refill | None = None
    last_fill: LastFill | None = None
    earlier: Discrepancy | None = None
    site_maximum_ms: int | None = None
    bridge: BridgeDecision | None = None
    prime: bool = False
    reason: str = ""
    second_person: str = ""
