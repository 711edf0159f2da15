"""A pump that runs, an order, and what is known: what the tests of the review start from."""

from dataclasses import replace

from thecal.care.bridge import NoBridge
from thecal.care.restart import Interruption
from thecal.care.titration import Origin, Phase
from thecal.findings import Severity
from thecal.programmer.prescription import ContinuousDose, Dosing, Prescription, program_for
from thecal.programmer.review import Circumstances, LastFill, Refill, Review, review
from thecal.pump.commands import Commit, Stage, Stop, Update
from thecal.pump.devices import REFERENCE_20
from thecal.pump.machine import advance, handle, interrogate, manufacture
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal
from thecal.units import DAY_MS, PG_PER_MCG

MCG, ML = PG_PER_MCG, 1_000_000
MADE_MS = 1_736_157_600_000
SINCE_FILL_MS = 28 * DAY_MS
ASPIRATED = NoBridge(reason="the catheter was aspirated")
FILL = Refill(filled_nl=20 * ML, withdrawn_nl=3_200_000)
KNOWN = Circumstances(
    origin=Origin.SPINAL,
    age_years=40,
    phase=Phase.MAINTENANCE,
    since_start_ms=28 * DAY_MS,
    since_arrival_ms=28 * DAY_MS,
    catheter_length_mm=890,
    interruption=Interruption.ON_PURPOSE,
    last_fill=LastFill(at_ms=MADE_MS, filled_nl=20 * ML),
)
CHANGE = replace(KNOWN, refill=FILL)


def order(mcg: int = 300, *, concentration: int = 500, dosing: Dosing | None = None) -> Prescription:
    """A simple continuous order, 300 mcg/day of 500 mcg/mL unless said otherwise."""
    return Prescription(
        drug="baclofen",
        concentration_pg_per_nl=concentration,
        dosing=dosing or ContinuousDose(dose_pg_per_day=mcg * MCG),
        low_reservoir_alarm_nl=2 * ML,
        utc_offset_min=0,
    )


def updated(pump: Pump, update: Update) -> Pump:
    """The pump after an update that it takes."""
    name = f"t{pump.revision}"
    staged = handle(pump, Stage(transaction_id=name, onto_revision=pump.revision, update=update))
    assert not isinstance(staged, Refusal)
    done = handle(staged, Commit(transaction_id=name, digest=update.digest()))
    assert not isinstance(done, Refusal)
    return done


def stopped(pump: Pump) -> Pump:
    """The pump after a stop."""
    done = handle(pump, Stop())
    assert not isinstance(done, Refusal)
    return done


def new_pump() -> Pump:
    """A pump on the shelf."""
    return manufacture(serial="R1", pump_model=REFERENCE_20, now_ms=MADE_MS)


def running(prescription: Prescription | None = None) -> Pump:
    """A pump filled with 20 mL and running an order for 28 days; 300 mcg/day of 500 mcg/mL unless said otherwise."""
    program = program_for(prescription or order(), tubing_nl=140_000, catheter_nl=195_800)
    pump = updated(new_pump(), Update(program=program, reservoir_nl=20 * ML))
    return advance(pump, MADE_MS + SINCE_FILL_MS)[0]


def reviewed(pump: Pump, prescription: Prescription, circumstances: Circumstances = KNOWN) -> Review:
    """The review of an order for this pump."""
    return review(
        interrogation=interrogate(pump),
        prescription=prescription,
        pump_model=REFERENCE_20,
        circumstances=circumstances,
    )


def asked(done: Review) -> dict[str, Severity]:
    """Each rule that spoke, with its severity."""
    return {finding.rule: finding.severity for finding in done.findings}
