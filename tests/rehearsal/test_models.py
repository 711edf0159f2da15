"""Every pump that the surgery form lists goes through a rehearsal: put in, programmed, run, read and refilled."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.pump.helpers import program
from tests.rehearsal.helpers import DAY_MS, HOUR_MS, MORNING_MS, person, session, world_of

from thecal.errors import OurFault
from thecal.programmer.exchange import Confirmed, Refused, Unconfirmed, settle
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Update
from thecal.pump.devices import PUMP_MODELS, PumpModel
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, PatientDose, PeriodicBolus, SimpleContinuous
from thecal.pump.refusals import RefusalCode
from thecal.pump.states import State
from thecal.rehearsal.world import NewImplant, VirtualPatient, World
from thecal.units import MINUTE_MS

FILLED_NL = 18_000_000
MODELS = pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: str(model.name))
FLEX = FlexSchedule(
    days=(
        FlexDay(
            steps=(
                FlexStep(start_ms=0, rate_nl_per_day=400_000),
                FlexStep(start_ms=6 * HOUR_MS, rate_nl_per_day=800_000),
            )
        ),
    )
)
DOSES = PeriodicBolus(
    basal_rate_nl_per_day=48_000,
    bolus_rate_nl_per_day=1_200_000,
    lasts_ms=20 * MINUTE_MS,
    every_ms=6 * HOUR_MS,
    first_ms=HOUR_MS,
)


def operated(path: Path, model: PumpModel) -> World:
    """A patient with this pump, filled and primed with 500 mcg/mL, and not programmed."""
    world = world_of(path, VirtualPatient(person=person("p1", tolerance=1.0)))
    implant = NewImplant(
        serial="NEW-1",
        pump_model=model.name,
        catheter_nl=195_800,
        tip_level="T10",
        filled_nl=FILLED_NL,
        concentration_pg_per_nl=500,
        tubing_primed=True,
    )
    world.implant("p1", implant)
    return world


def ordered(world: World, update: Update, onto: int) -> None:
    """The update, confirmed by a read-out."""
    outcome = session(world, "NEW-1").update(update, onto, f"order-{onto}", update.digest())
    assert isinstance(outcome, Confirmed), outcome


@MODELS
def test_a_pump_of_every_model_is_rehearsed_from_implant_to_refill(tmp_path: Path, model: PumpModel) -> None:
    """0.6 mL/day for ten days by the pump's count, and of the truth no more than one pulse else; then filled again."""
    with operated(tmp_path / "w", model) as world:
        before = session(world, "NEW-1").interrogate()
        assert (before.pump_model, before.state, before.program) == (model.name, State.STOPPED, None)
        ordered(world, Update(program=program(), reservoir_nl=FILLED_NL), 0)
        world.advance_to(MORNING_MS + 10 * DAY_MS)
        read = session(world, "NEW-1").interrogate()
        assert (read.state, read.alarms) == (State.INFUSING, ())
        assert read.reservoir_nl == FILLED_NL - 10 * 600_000
        true_nl = world.truth("p1").reservoir_nl
        assert 0 <= true_nl - read.reservoir_nl < model.pulse_nl + model.undeliverable_nl
        assert world.refill("NEW-1", FILLED_NL, 500) <= true_nl
        ordered(world, Update(program=program(), reservoir_nl=FILLED_NL), 1)
        world.advance_to(MORNING_MS + 11 * DAY_MS)
        again = session(world, "NEW-1").interrogate()
        assert (again.reservoir_nl, again.revision) == (FILLED_NL - 600_000, 2)


@MODELS
@pytest.mark.parametrize("mode", [FLEX, DOSES], ids=["flex", "periodic bolus"])
def test_every_model_keeps_a_schedule_of_the_day(
    tmp_path: Path, model: PumpModel, mode: FlexSchedule | PeriodicBolus
) -> None:
    """Two whole days are two whole days' volume, whatever the pulse."""
    daily_nl = {FLEX: 700_000, DOSES: 48_000 + 4 * 16_000}[mode]
    with operated(tmp_path / "w", model) as world:
        ordered(world, Update(program=program(mode), reservoir_nl=FILLED_NL), 0)
        world.advance_to(MORNING_MS + 2 * DAY_MS)
        read = session(world, "NEW-1").interrogate()
        assert abs(FILLED_NL - read.reservoir_nl - 2 * daily_nl) <= 1
        assert read.alarms == ()


@MODELS
def test_an_update_broken_off_says_whether_the_pump_stands(tmp_path: Path, model: PumpModel) -> None:
    """Staged, and the wand lifted: one kind has stopped for it, and both the outcome and the read-out say so."""
    slower = Update(program=program(SimpleContinuous(rate_nl_per_day=500_000)))
    with operated(tmp_path / "w", model) as world:
        ordered(world, Update(program=program(), reservoir_nl=FILLED_NL), 0)
        wand = session(world, "NEW-1")
        world.lift_wand(2)
        assert isinstance(wand.update(slower, 1, "broken", slower.digest()), Unconfirmed)
        world.hold_wand()
        outcome = settle("broken", slower.digest(), 1, session(world, "NEW-1").interrogate())
        assert isinstance(outcome, Refused)
        assert outcome.interrogation is not None
        stands = outcome.interrogation.state is State.STOPPED
        assert stands == model.stops_while_updating == ("the pump is stopped" in outcome.says)
        assert "still holds revision 1" in outcome.says


@MODELS
def test_a_patient_gets_a_dose_where_order_and_pump_allow_one(tmp_path: Path, model: PumpModel) -> None:
    """Of morphine, by the class that gives one: once, then locked out; of baclofen, and by any other pump, never."""
    dose = PatientDose(volume_nl=20_000, rate_nl_per_day=2_400_000, lockout_ms=4 * HOUR_MS, most_per_day=3)
    order = Update(program=replace(program(), drug="morphine", patient_dose=dose), reservoir_nl=FILLED_NL)
    with operated(tmp_path / "w", model) as world:
        if "morphine" not in model.patient_dose_drugs:
            outcome = session(world, "NEW-1").update(order, 0, "order", order.digest())
            assert isinstance(outcome, Refused)
            assert outcome.refusal.code is RefusalCode.PATIENT_DOSE_OFF
            return
        ordered(world, order, 0)
        read = session(world, "NEW-1", "patient").give_patient_dose()
        assert (read.state, read.bolus_left_nl) == (State.BOLUS, 20_000)
        assert [each.by_patient for each in read.given] == [True]
        world.advance_to(world.now_ms + HOUR_MS)
        assert session(world, "NEW-1", "patient").interrogate().state is State.INFUSING
        with pytest.raises(OurFault, match="stand 4"):
            session(world, "NEW-1", "patient").give_patient_dose()
        world.advance_to(world.now_ms + 3 * HOUR_MS)
        assert len(session(world, "NEW-1", "patient").give_patient_dose().given) == 2


@MODELS
def test_every_model_is_stopped_and_sounds_when_it_stays_so(tmp_path: Path, model: PumpModel) -> None:
    """A stop is heard after two days, is acknowledged, and sounds again."""
    with operated(tmp_path / "w", model) as world:
        ordered(world, Update(program=program(SimpleContinuous(rate_nl_per_day=600_000)), reservoir_nl=FILLED_NL), 0)
        assert session(world, "NEW-1").stop().state is State.STOPPED
        world.advance_to(MORNING_MS + 2 * DAY_MS)
        read = session(world, "NEW-1", "nurse").acknowledge(Alarm.STOPPED_TOO_LONG)
        (active,) = read.alarms
        assert active.is_silent(world.now_ms)
        world.advance_to(world.now_ms + Alarm.STOPPED_TOO_LONG.silent_ms)
        (loud,) = session(world, "NEW-1").interrogate().alarms
        assert not loud.is_silent(world.now_ms)
        assert world.truth("p1").reservoir_nl >= FILLED_NL
