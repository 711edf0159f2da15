"""What the pump itself refuses, whatever a programmer says: device limits, stale read-outs, unreviewed updates.

Each check answers with the first refusal that applies, in the order of `RefusalCode`, or None.
"""

from collections.abc import Iterator

from thecal.pump.bolus import Purge, SingleBolus
from thecal.pump.commands import Acknowledge, Commit, SetClock, Stage, Update
from thecal.pump.devices import CLOCK_STEP, PUMP_MODELS, STAGE_LIFE, PumpModel
from thecal.pump.infusion import MinimumRate, PatientDose, Program, StopPump, rates_of
from thecal.pump.ledger import day_with_nl, given_since
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import show_duration, show_rate, show_volume

NO_POWER = Refusal(code=RefusalCode.NO_POWER, says="The pump's processor does not run.")


def refuse_stage(pump: Pump, command: Stage) -> Refusal | None:
    """Why an update may not be staged."""
    if not pump.powered:
        return NO_POWER
    if pump.state is State.END_OF_SERVICE:
        return Refusal(code=RefusalCode.END_OF_SERVICE, says="The battery is spent.")
    if command.onto_revision != pump.revision:
        says = f"It was reviewed on revision {command.onto_revision}; the pump is at {pump.revision}."
        return Refusal(code=RefusalCode.STALE_REVISION, says=says)
    found = sorted(_device_refusals(pump, command.update), key=lambda refusal: refusal.code)
    return found[0] if found else None


def refuse_commit(pump: Pump, command: Commit) -> Refusal | None:
    """Why a commit may not be carried out. The transaction that was committed last may be repeated for ever."""
    if not pump.powered:
        return NO_POWER
    if command.transaction_id == pump.transaction_id:
        same = command.digest == pump.update_digest
        says = "This transaction was committed with another digest."
        return None if same else Refusal(code=RefusalCode.TRANSACTION_REUSED, says=says)
    found = tuple(_commit_refusals(pump, command))
    return found[0] if found else None


def _commit_refusals(pump: Pump, command: Commit) -> Iterator[Refusal]:
    """Everything that stands between what is staged and running it. A dose may have been given since it was staged."""
    if pump.state is State.END_OF_SERVICE:
        yield Refusal(code=RefusalCode.END_OF_SERVICE, says="The battery is spent.")
    if pump.staged is None or pump.staged.transaction_id != command.transaction_id:
        yield Refusal(code=RefusalCode.NOTHING_STAGED, says="No update of this transaction is staged.")
        return
    if pump.staged.onto_revision != pump.revision:
        yield Refusal(code=RefusalCode.STALE_REVISION, says="Another update was committed since it was staged.")
    if pump.staged.update.digest() != command.digest:
        yield Refusal(code=RefusalCode.DIGEST_DIFFERS, says="The staged update is not the one that was reviewed.")
    if pump.now_ms - pump.staged.staged_ms > STAGE_LIFE.whole():
        yield Refusal(code=RefusalCode.STAGE_EXPIRED, says="It was staged too long ago.")
    yield from _limit_refusals(pump, pump.staged.update, PUMP_MODELS[pump.pump_model])


def _device_refusals(pump: Pump, update: Update) -> Iterator[Refusal]:
    """Everything about the values that this pump cannot do."""
    model = PUMP_MODELS[pump.pump_model]
    yield from _rate_refusals(update, model)
    yield from _limit_refusals(pump, update, model)
    if update.reservoir_nl is not None and not 0 <= update.reservoir_nl <= model.capacity_nl:
        says = f"{show_volume(update.reservoir_nl)} does not fit: the reservoir holds {show_volume(model.capacity_nl)}."
        yield Refusal(code=RefusalCode.RESERVOIR_ABOVE_CAPACITY, says=says)
    if update.program.low_reservoir_alarm_nl > model.capacity_nl:
        yield Refusal(code=RefusalCode.ALARM_ABOVE_CAPACITY, says="The alarm volume is above the capacity.")
    if update.bolus is None:
        return
    holds_nl = pump.reservoir_nl if update.reservoir_nl is None else update.reservoir_nl
    if update.bolus.volume_nl > holds_nl:
        says = f"The bolus is {show_volume(update.bolus.volume_nl)}; the reservoir holds {show_volume(holds_nl)}."
        yield Refusal(code=RefusalCode.VOLUME_ABOVE_RESERVOIR, says=says)
    idle = isinstance(update.program.infusion_mode, StopPump | MinimumRate)
    if idle and not isinstance(update.bolus, Purge):
        yield Refusal(code=RefusalCode.BOLUS_NEEDS_INFUSION, says="The program does not infuse.")


def refuse_acknowledge(pump: Pump, command: Acknowledge) -> Refusal | None:
    """Why an alarm may not be quietened: it does not sound, or has not sounded since somebody quietened it."""
    if not pump.powered:
        return NO_POWER
    sounding = next((active for active in pump.alarms if active.alarm is command.alarm), None)
    if sounding is None:
        return Refusal(code=RefusalCode.NOTHING_SOUNDS, says=f"{command.alarm.name} does not sound.")
    says = f"{command.alarm.name} has not sounded since it was last acknowledged."
    return None if sounding.may_be_silenced(pump.now_ms) else Refusal(code=RefusalCode.NOTHING_SOUNDS, says=says)


def refuse_clock(pump: Pump, command: SetClock) -> Refusal | None:
    """Why the clock may not be set: a step across more than every time zone is a slip, unless no time was known."""
    if not pump.powered:
        return NO_POWER
    step_ms = command.clock_ms - pump.now_ms - pump.clock_shift_ms
    if not pump.clock_known or abs(step_ms) <= CLOCK_STEP.whole():
        return None
    says = f"That is {show_duration(step_ms)} from the pump's time; at most {CLOCK_STEP.shown()} are taken."
    return Refusal(code=RefusalCode.CLOCK_STEP_TOO_LARGE, says=says)


def refuse_patient_dose(pump: Pump) -> Refusal | None:
    """Why the patient's dose may not be given now: the first reason that applies."""
    program = pump.program
    if not pump.powered:
        return NO_POWER
    drugs = PUMP_MODELS[pump.pump_model].patient_dose_drugs
    if program is None or program.patient_dose is None or program.drug not in drugs:
        return Refusal(code=RefusalCode.PATIENT_DOSE_OFF, says="No order allows a patient dose on this pump.")
    found = sorted(_dose_refusals(pump, program, program.patient_dose), key=lambda refusal: refusal.code)
    return found[0] if found else None


def _dose_refusals(pump: Pump, program: Program, dose: PatientDose) -> Iterator[Refusal]:
    """Everything that stands between a request and the dose."""
    if pump.state is not State.INFUSING or not pump.clock_known or any(each.alarm.is_critical for each in pump.alarms):
        yield Refusal(code=RefusalCode.NOT_INFUSING, says="The pump does not infuse undisturbed.")
    day_nl = day_with_nl(pump, program, dose.volume_nl)
    if day_nl > program.ceiling_nl_per_day:
        yield Refusal(code=RefusalCode.DOSE_LIMIT, says=_above(day_nl, program))
    if dose.volume_nl > pump.reservoir_nl:
        yield Refusal(code=RefusalCode.VOLUME_ABOVE_RESERVOIR, says="The reservoir is calculated to hold less.")
    asked = [given for given in given_since(pump) if given.by_patient]
    if len(asked) >= dose.most_per_day:
        yield Refusal(code=RefusalCode.LOCKED_OUT, says=f"{len(asked)} doses were given in the last 24 h.")
    elif any(given.at_ms > pump.now_ms - dose.lockout_ms for given in pump.given if given.by_patient):
        yield Refusal(code=RefusalCode.LOCKED_OUT, says=f"Doses stand {show_duration(dose.lockout_ms)} apart.")


def _limit_refusals(pump: Pump, update: Update, model: PumpModel) -> Iterator[Refusal]:
    """What the order says of its own day."""
    dose = update.program.patient_dose
    if dose is not None and update.program.drug not in model.patient_dose_drugs:
        says = f"This pump gives no patient dose of {update.program.drug}."
        yield Refusal(code=RefusalCode.PATIENT_DOSE_OFF, says=says)
    single_nl = update.bolus.volume_nl if isinstance(update.bolus, SingleBolus) else 0
    day_nl = day_with_nl(pump, update.program, single_nl)
    if day_nl > update.program.ceiling_nl_per_day:
        yield Refusal(code=RefusalCode.DOSE_LIMIT, says=_above(day_nl, update.program))


def _above(day_nl: int, program: Program) -> str:
    return f"{show_volume(day_nl)} in a day are more than the order's {show_volume(program.ceiling_nl_per_day)}."


def _rate_refusals(update: Update, model: PumpModel) -> Iterator[Refusal]:
    """Rates the metal cannot run at."""
    bolus_rates: tuple[int, ...] = ()
    if update.bolus is not None:
        bolus_rates = (update.bolus.rate_nl_per_day,)
    if update.program.patient_dose is not None:
        bolus_rates = (*bolus_rates, update.program.patient_dose.rate_nl_per_day)
    for rate in (*rates_of(update.program.infusion_mode), *bolus_rates):
        if rate < model.rate_min_nl_per_day:
            says = f"{show_rate(rate)} is below the slowest rate, {show_rate(model.rate_min_nl_per_day)}."
            yield Refusal(code=RefusalCode.RATE_BELOW_DEVICE, says=says)
        if rate > model.rate_max_nl_per_day:
            says = f"{show_rate(rate)} is above the fastest rate, {show_rate(model.rate_max_nl_per_day)}."
            yield Refusal(code=RefusalCode.RATE_ABOVE_DEVICE, says=says)
