"""What the pump itself refuses, whatever a programmer says: device limits, stale read-outs, unreviewed updates.

Each check answers with the first refusal that applies, in the order of `RefusalCode`, or None.
"""

from collections.abc import Iterator

from thecal.pump.bolus import BridgeBolus, PrimingBolus, SingleBolus
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import PUMP_MODELS, STAGE_LIFE, PumpModel
from thecal.pump.infusion import FlexSchedule, SimpleContinuous, rates_of
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import show_rate, show_volume


def refuse_stage(pump: Pump, command: Stage) -> Refusal | None:
    """Why an update may not be staged."""
    if pump.state is State.END_OF_SERVICE:
        return Refusal(code=RefusalCode.END_OF_SERVICE, says="The battery is spent.")
    if command.onto_revision != pump.revision:
        says = f"It was reviewed on revision {command.onto_revision}; the pump is at {pump.revision}."
        return Refusal(code=RefusalCode.STALE_REVISION, says=says)
    found = sorted(_device_refusals(pump, command.update), key=lambda refusal: refusal.code)
    return found[0] if found else None


def refuse_commit(pump: Pump, command: Commit) -> Refusal | None:
    """Why a commit may not be carried out. The transaction that was committed last may be repeated for ever."""
    if command.transaction_id == pump.transaction_id:
        same = command.digest == pump.update_digest
        says = "This transaction was committed with another digest."
        return None if same else Refusal(code=RefusalCode.TRANSACTION_REUSED, says=says)
    return next(_commit_refusals(pump, command), None)


def _commit_refusals(pump: Pump, command: Commit) -> Iterator[Refusal]:
    """Everything that stands between what is staged and running it."""
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


def _device_refusals(pump: Pump, update: Update) -> Iterator[Refusal]:
    """Everything about the values that this pump cannot do."""
    model = PUMP_MODELS[pump.pump_model]
    yield from _rate_refusals(update, model)
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
    if not isinstance(update.program.infusion_mode, SimpleContinuous | FlexSchedule):
        yield Refusal(code=RefusalCode.BOLUS_NEEDS_INFUSION, says="The program does not infuse.")


def _rate_refusals(update: Update, model: PumpModel) -> Iterator[Refusal]:
    """Rates the metal cannot run at."""
    bolus_rates: tuple[int, ...] = ()
    if isinstance(update.bolus, SingleBolus | BridgeBolus | PrimingBolus):
        bolus_rates = (update.bolus.rate_nl_per_day,)
    for rate in (*rates_of(update.program.infusion_mode), *bolus_rates):
        if rate < model.rate_min_nl_per_day:
            says = f"{show_rate(rate)} is below the slowest rate, {show_rate(model.rate_min_nl_per_day)}."
            yield Refusal(code=RefusalCode.RATE_BELOW_DEVICE, says=says)
        if rate > model.rate_max_nl_per_day:
            says = f"{show_rate(rate)} is above the fastest rate, {show_rate(model.rate_max_nl_per_day)}."
            yield Refusal(code=RefusalCode.RATE_ABOVE_DEVICE, says=says)
