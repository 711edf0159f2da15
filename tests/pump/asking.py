"""Asking a pump for something, and the orders with patient doses that its tests ask with."""

from dataclasses import replace

from tests.pump.helpers import new_pump, program, updated

from thecal.pump import machine
from thecal.pump.commands import (
    Command,
    GivePatientDose,
    Stage,
    Update,
)
from thecal.pump.devices import PROMETRA_20
from thecal.pump.infusion import (
    PatientDose,
    PeriodicBolus,
    Program,
    SimpleContinuous,
)
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.units import HOUR_MS, MINUTE_MS

ML = 1_000_000
DOSE = PatientDose(volume_nl=20_000, rate_nl_per_day=4_800_000, lockout_ms=4 * HOUR_MS, most_per_day=3)
ASK = GivePatientDose()


def code(answer: Pump | Refusal | None) -> RefusalCode | None:
    """Why it was refused; None where it was not."""
    return answer.code if isinstance(answer, Refusal) else None


def staged(pump: Pump, update: Update, onto_revision: int | None = None) -> Pump | Refusal:
    """The pump with an update staged, or why not."""
    revision = pump.revision if onto_revision is None else onto_revision
    return machine.handle(pump, Stage(transaction_id="x", onto_revision=revision, update=update))


def taken(pump: Pump, command: Command) -> Pump:
    """The pump after a command that must not be refused."""
    after = machine.handle(pump, command)
    assert isinstance(after, Pump), after
    return after


def later(pump: Pump, ms: int) -> Pump:
    """The pump after so long."""
    return machine.advance(pump, pump.now_ms + ms)[0]


def of_order(dose: PatientDose | None = DOSE, *, rate: int = 240_000, ceiling: int = 300_000) -> Program:
    """An order of morphine: a basal rate, a dose that may be asked for, a ceiling, in nL and nL/day."""
    mode = SimpleContinuous(rate_nl_per_day=rate)
    return replace(program(mode, ceiling_nl_per_day=ceiling), drug="morphine", patient_dose=dose)


def with_doses(dose: PatientDose | None = DOSE, *, rate: int = 240_000, ceiling: int = 300_000) -> Pump:
    """A valve-gated pump that runs such an order: basal 0.24 mL/day, 0.02 mL a dose, at most 0.3 mL in a day."""
    order = of_order(dose, rate=rate, ceiling=ceiling)
    return updated(new_pump(pump_model=PROMETRA_20), Update(program=order, reservoir_nl=20 * ML))


def doses(rate: int, *, basal: int) -> PeriodicBolus:
    """A minute of a rate every hour, and another between."""
    return PeriodicBolus(
        basal_rate_nl_per_day=basal, bolus_rate_nl_per_day=rate, lasts_ms=MINUTE_MS, every_ms=HOUR_MS, first_ms=0
    )
