"""One review's inputs, with the program, the path and the boluses worked out."""

from dataclasses import dataclass, replace

from thecal.care.bridge import Bridge, UseBridge, WithoutBridge, bridge, without_bridge
from thecal.care.path import Holds, Part
from thecal.care.prime import Prime, prime
from thecal.errors import BadInput
from thecal.programmer.prescription import Prescription, ordered_dose_pg_per_day, program_dose_pg_per_day, program_for
from thecal.programmer.review.circumstances import Circumstances
from thecal.pump.bolus import Bolus, BridgeBolus, PrimingBolus
from thecal.pump.commands import Update
from thecal.pump.devices import CATHETER_PER_CM, RATE_MIN, PumpModel
from thecal.pump.infusion import MinimumRate, Program, StopPump
from thecal.pump.memory import Interrogation
from thecal.sources import Sourced
from thecal.units import exact_div, show_volume

MM_PER_CM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What every step of a review looks at."""

    read: Interrogation
    order: Prescription
    model: PumpModel
    now: Circumstances
    program: Program
    parts: tuple[Part, ...]

    @property
    def old(self) -> Program | None:
        """What runs, or was stopped."""
        return self.read.program

    @property
    def infuses(self) -> bool:
        """Whether the order gives a dose: not a stop and not the minimum rate."""
        return not isinstance(self.program.infusion_mode, StopPump | MinimumRate)

    @property
    def new_pg_per_day(self) -> int:
        """The dose as ordered; where no dose was ordered, what the pump will give."""
        if self.infuses:
            return ordered_dose_pg_per_day(self.order.dosing)
        return program_dose_pg_per_day(self.program, self.model)

    @property
    def old_pg_per_day(self) -> int:
        """The dose of the program in the pump, running or stopped; what was before a stop where it holds none."""
        if self.old is None:
            return self.now.before_stop_pg_per_day or 0
        if isinstance(self.old.infusion_mode, StopPump | MinimumRate):
            return self.now.before_stop_pg_per_day or program_dose_pg_per_day(self.old, self.model)
        return program_dose_pg_per_day(self.old, self.model)

    @property
    def changes_drug(self) -> bool:
        """Whether what is in the path is not what will follow it."""
        if self.old is None or not self.infuses:
            return False
        return self.old.drug != self.program.drug or (
            self.old.concentration_pg_per_nl != self.program.concentration_pg_per_nl
        )

    @property
    def running_bridge_nl(self) -> int:
        """What a bridge that still runs owes."""
        return (self.read.bolus_left_nl or 0) if isinstance(self.read.bolus, BridgeBolus) else 0

    @property
    def slowest(self) -> Sourced:
        """The pump's slowest rate, with its birthplace."""
        return replace(RATE_MIN, value=self.model.rate_min_nl_per_day)


def make_case(read: Interrogation, order: Prescription, model: PumpModel, now: Circumstances) -> Case:
    """The inputs, with the program and the path worked out."""
    catheter_nl = _catheter_nl(read, now)
    _check_volumes(model, order, now)
    program = program_for(order, tubing_nl=model.tubing_nl, catheter_nl=catheter_nl or 0)
    parts = (
        Part(name="tubing", volume_nl=model.tubing_nl, holds=_holds(read, now.tubing_holds)),
        Part(name="catheter", volume_nl=catheter_nl, holds=_holds(read, now.catheter_holds)),
    )
    return Case(read=read, order=order, model=model, now=now, program=program, parts=parts)


def _check_volumes(model: PumpModel, order: Prescription, now: Circumstances) -> None:
    """Entries that the reservoir or the record cannot hold."""
    most = f"at most {show_volume(model.capacity_nl)}"
    if order.low_reservoir_alarm_nl > model.capacity_nl:
        raise BadInput("low_reservoir_alarm_nl", "is more than the reservoir holds", remedy=f"Write {most}.")
    if now.refill is not None and not 0 < now.refill.filled_nl <= model.capacity_nl:
        raise BadInput("refill.filled_nl", "does not fit the reservoir", remedy=f"Write what it now holds, {most}.")
    if now.catheter_length_mm is not None and now.catheter_length_mm <= 0:
        raise BadInput("catheter_length_mm", "is not above zero", remedy="Write it, or leave it out if not known.")
    for field, volume_nl in _measured(now):
        if volume_nl is not None and volume_nl < 0:
            raise BadInput(field, "is negative", remedy="Write what was measured, or leave it out.")


def _measured(now: Circumstances) -> tuple[tuple[str, int | None], ...]:
    refill = now.refill
    return (
        ("age_years", now.age_years),
        ("refill.withdrawn_nl", refill.withdrawn_nl if refill else None),
        ("refill.found_nl", refill.found_nl if refill else None),
        ("last_fill.filled_nl", now.last_fill.filled_nl if now.last_fill else None),
    )


def _catheter_nl(read: Interrogation, now: Circumstances) -> int | None:
    """The catheter's volume from the implanted length, else from the pump's program, else not known."""
    if now.catheter_length_mm is not None:
        return now.catheter_length_mm * exact_div(CATHETER_PER_CM.whole(), MM_PER_CM)
    return (read.program.catheter_nl or None) if read.program is not None else None


def _holds(read: Interrogation, recorded: Holds | None) -> Holds:
    """What a part is recorded to hold. Two drugs behind one another, while a bridge runs, count as not known."""
    if recorded is not None:
        return recorded
    if read.program is None or isinstance(read.bolus, BridgeBolus):
        return Holds.UNKNOWN
    return Holds.DRUG


def planned_bridge(case: Case) -> Bridge | None:
    """The bridge this change would take, whatever was decided; the rest of a running one where the drug stays."""
    if not case.changes_drug:
        running = case.read.bolus
        if not isinstance(running, BridgeBolus) or not case.running_bridge_nl or not case.infuses:
            return None
        return Bridge(
            volume_nl=case.running_bridge_nl,
            rate_nl_per_day=running.rate_nl_per_day,
            concentration_pg_per_nl=running.concentration_pg_per_nl,
        )
    assert case.old is not None, "a change of drug has a drug before it"
    return bridge(
        parts=case.parts,
        old_pg_per_day=case.old_pg_per_day,
        old_concentration_pg_per_nl=case.old.concentration_pg_per_nl,
    )


def planned_prime(case: Case) -> Prime | None:
    """The prime the path would take."""
    if not case.infuses:
        return None
    return prime(parts=case.parts, concentration_pg_per_nl=case.program.concentration_pg_per_nl)


def lacking_bridge(case: Case) -> WithoutBridge | None:
    """What no bridge would do."""
    if not case.changes_drug or case.old is None:
        return None
    return without_bridge(
        parts=case.parts,
        new_pg_per_day=case.new_pg_per_day,
        old_concentration_pg_per_nl=case.old.concentration_pg_per_nl,
        new_concentration_pg_per_nl=case.program.concentration_pg_per_nl,
    )


def make_update(case: Case, planned: Bridge | None, primed: Prime | None) -> Update:
    """What the pump would be sent: at most one bolus, and only one that was asked for."""
    refill = case.now.refill
    bolus: Bolus | None = None
    if planned is not None and isinstance(case.now.bridge, UseBridge):
        bolus = BridgeBolus(
            volume_nl=planned.volume_nl,
            rate_nl_per_day=planned.rate_nl_per_day,
            concentration_pg_per_nl=planned.concentration_pg_per_nl,
        )
    if case.now.prime and primed is not None:
        if bolus is not None:
            raise BadInput("prime", "comes together with a bridge", remedy="Choose one: an update has one bolus.")
        bolus = PrimingBolus(volume_nl=primed.volume_nl, rate_nl_per_day=primed.rate_nl_per_day)
    return Update(program=case.program, reservoir_nl=refill.filled_nl if refill else None, bolus=bolus)
