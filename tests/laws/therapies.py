"""Random therapies of ten years, the same ones for the same key: every mode, every bolus, every pump."""

from dataclasses import replace
from typing import cast

from tests.laws.dice import Dice
from tests.pump.helpers import NEW_YEAR_MS, ageless, new_pump, program
from tests.pump.oracle import Exact, allowed_with

from thecal.programmer.prescription import ceiling_nl_per_day
from thecal.pump import machine
from thecal.pump.bolus import Bolus, BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import Commit, GivePatientDose, SetClock, Stage, Stop, Update
from thecal.pump.devices import PUMP_MODELS, PumpModel
from thecal.pump.infusion import (
    FlexDay,
    FlexSchedule,
    FlexStep,
    InfusionMode,
    MinimumRate,
    PatientDose,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
)
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal
from thecal.units import DAY_MS, HOUR_MS

TEN_YEARS_MS = 3_652 * DAY_MS
EVERY_MS = (90 * 60_000, 3 * HOUR_MS, 4 * HOUR_MS, 6 * HOUR_MS, 8 * HOUR_MS, 12 * HOUR_MS, DAY_MS)


def a_rate(dice: Dice) -> int:
    """Mostly ordinary, at times the slowest that all pumps take, or fast."""
    return dice.pick((48_000, dice.between(48_000, 400_000), dice.between(48_000, 2_000_000), 2_400_000))


def a_day(dice: Dice) -> FlexDay:
    """One to five steps, rarely thirteen."""
    count = dice.pick((1, 2, 3, 4, 4, 5, 13))
    starts = sorted({0, *(dice.between(1, DAY_MS - 1) for _ in range(count - 1))})
    return FlexDay(steps=tuple(FlexStep(start_ms=start, rate_nl_per_day=a_rate(dice)) for start in starts))


def a_mode(dice: Dice) -> InfusionMode:
    """Any mode."""
    kind = dice.below(10)
    if kind == 0:
        return StopPump()
    if kind == 1:
        return MinimumRate()
    if kind <= 4:
        return SimpleContinuous(rate_nl_per_day=a_rate(dice))
    if kind <= 6:
        return FlexSchedule(days=(a_day(dice),))
    if kind == 7:
        return FlexSchedule(days=tuple(a_day(dice) for _ in range(7)))
    every_ms = dice.pick(EVERY_MS)
    basal = dice.pick((0, a_rate(dice)))
    return PeriodicBolus(
        basal_rate_nl_per_day=basal,
        bolus_rate_nl_per_day=basal + a_rate(dice),
        lasts_ms=dice.between(1, every_ms - 1),
        every_ms=every_ms,
        first_ms=dice.below(every_ms),
    )


def a_bolus(dice: Dice) -> Bolus | None:
    """None, or any."""
    kind, volume_nl, rate = dice.below(8), dice.between(1, 400_000), a_rate(dice)
    if kind == 0:
        return BridgeBolus(volume_nl=volume_nl, rate_nl_per_day=rate, concentration_pg_per_nl=500)
    if kind == 1:
        return PrimingBolus(volume_nl=volume_nl, rate_nl_per_day=dice.between(48_000, 24_000_000))
    if kind == 2:
        return Purge(volume_nl=volume_nl, rate_nl_per_day=dice.between(48_000, 24_000_000))
    return SingleBolus(volume_nl=volume_nl, rate_nl_per_day=rate) if kind == 3 else None


def an_update(dice: Dice, model: PumpModel) -> Update:
    """A program under the very ceiling that a prescription gives it, with what a single dose adds."""
    mode = a_mode(dice)
    bolus = allowed_with(program(mode), a_bolus(dice))
    once_nl = bolus.volume_nl if isinstance(bolus, SingleBolus) else 0
    whole: Program = program(mode, utc_offset_min=dice.between(-840, 840))
    whole = replace(whole, ceiling_nl_per_day=ceiling_nl_per_day(mode) + once_nl)
    whole = replace(whole, low_reservoir_alarm_nl=dice.pick((0, 2_000_000, dice.below(model.capacity_nl))))
    refill = dice.pick((None, model.capacity_nl, dice.between(1_000_000, model.capacity_nl)))
    return Update(program=whole, reservoir_nl=refill, bolus=bolus)


def with_patient_dose(update: Update, model: PumpModel, dice: Dice) -> Update:
    """The update with a dose that the patient may ask for, mostly, where the model gives one."""
    if not model.patient_dose_drugs or dice.below(4) == 0:
        return update
    dose = PatientDose(
        volume_nl=dice.between(1, 50_000),
        rate_nl_per_day=dice.between(48_000, 2_000_000),
        lockout_ms=HOUR_MS,
        most_per_day=dice.between(1, 4),
    )
    ceiling_nl = update.program.ceiling_nl_per_day + dose.volume_nl * dice.below(5)
    drug = model.patient_dose_drugs[0]
    allowed = replace(update.program, drug=drug, patient_dose=dose, ceiling_nl_per_day=ceiling_nl)
    return replace(update, program=allowed)


class Therapy:
    """A pump and its oracle side by side; both get the same orders at the same instants."""

    def __init__(self, key: str) -> None:
        self.dice = Dice(key)
        self.model = self.dice.pick(tuple(PUMP_MODELS.values()))
        self.pump = ageless(new_pump(pump_model=self.model))
        self.exact = Exact(model=self.model, now_ms=NEW_YEAR_MS)
        self.commanded_nl = 0
        self.refused = 0
        self.doses = 0
        self._update(Update(program=an_update(self.dice, self.model).program, reservoir_nl=self.model.capacity_nl))

    def pass_time(self, to_ms: int) -> None:
        """Both at a later instant."""
        self.pump, flow = machine.advance(self.pump, to_ms)
        self.commanded_nl += sum(segment.volume_nl for segment in flow)
        self.exact.advance(to_ms)

    def act(self) -> None:
        """Something that happens in a therapy, or nothing: somebody only looks."""
        kind = self.dice.below(8)
        if kind <= 3:
            self._update(with_patient_dose(an_update(self.dice, self.model), self.model, self.dice))
        elif kind == 4:
            self.pump = cast("Pump", machine.handle(self.pump, Stop()))
            self.exact.stop()
        elif kind == 5:
            self._set_clock(self.dice.between(-26 * HOUR_MS, 26 * HOUR_MS))
        elif kind == 6:
            self._ask()

    def _update(self, update: Update) -> None:
        """Staged and committed at once; a refused one reaches neither."""
        name = f"t{self.pump.revision}"
        staged = machine.handle(self.pump, Stage(transaction_id=name, onto_revision=self.pump.revision, update=update))
        if isinstance(staged, Refusal):
            self.refused += 1
            return
        self.pump = cast("Pump", machine.handle(staged, Commit(transaction_id=name, digest=update.digest())))
        assert isinstance(self.pump, Pump), self.pump
        self.exact.update(update)

    def _ask(self) -> None:
        """The patient asks for a dose; the pump may refuse it."""
        answer = machine.handle(self.pump, GivePatientDose())
        if isinstance(answer, Refusal):
            self.refused += 1
        else:
            assert answer.bolus is not None
            self.pump = answer
            self.doses += 1
            self.exact.give(answer.bolus)

    def _set_clock(self, step_ms: int) -> None:
        shift_ms = self.pump.clock_shift_ms + step_ms
        self.pump = cast("Pump", machine.handle(self.pump, SetClock(clock_ms=self.pump.now_ms + shift_ms)))
        assert isinstance(self.pump, Pump), self.pump
        self.exact.clock_shift_ms = shift_ms

    def instants(self) -> list[int]:
        """When somebody comes: rarely within seconds of one another, mostly months apart."""
        events = [self.dice.below(TEN_YEARS_MS) for _ in range(self.dice.between(6, 18))]
        soon = [at_ms + self.dice.below(self.dice.pick((10, 60_000, DAY_MS))) for at_ms in events[::3]]
        return sorted({NEW_YEAR_MS + at_ms for at_ms in (*events, *soon, TEN_YEARS_MS)})
