"""The patient's dose: when it is given, and the first reason why not."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.pump.asking import ASK, DOSE, ML, code, later, of_order, staged, taken, with_doses
from tests.pump.helpers import new_pump, program, updated

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Purge, SingleBolus
from thecal.pump.commands import (
    ClockLostSensed,
    LowBatteryReset,
    Stop,
    Update,
)
from thecal.pump.devices import PROMETRA_20, PUMP_MODELS, PumpModel
from thecal.pump.events import EventKind
from thecal.pump.ledger import day_with_nl, given_since
from thecal.pump.memory import Given, Pump
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS


def test_a_patient_dose_is_given_on_top_of_the_infusion_and_counts() -> None:
    """A line, a bolus of the order's volume and rate, 24 h of memory; then the program goes on."""
    pump = with_doses()
    dosed = taken(pump, ASK)
    assert (dosed.state, dosed.bolus_left_nl) == (State.BOLUS, 20_000)
    assert dosed.bolus == SingleBolus(volume_nl=20_000, rate_nl_per_day=4_800_000)
    assert dosed.given == (Given(at_ms=pump.now_ms, volume_nl=20_000, by_patient=True),)
    assert (dosed.log[-1].kind, dosed.log[-1].detail) == (EventKind.PATIENT_DOSE, "20000 nL")
    after = later(dosed, DAY_MS)
    assert after.state is State.INFUSING
    assert after.program == pump.program
    assert after.delivered_nl == 258_000, "20 uL in 6 min, then the rest of the day at 0.24 mL/day, in pulses of 2 uL"
    assert given_since(after) == ()
    assert given_since(later(dosed, DAY_MS - 1)) == dosed.given


def test_doses_stand_apart_by_the_orders_lockout() -> None:
    """From one dose's beginning to the next: not a millisecond earlier, refused as what time alone mends."""
    dosed = taken(with_doses(), ASK)
    for wait_ms, expected in (
        (0, RefusalCode.NOT_INFUSING),
        (HOUR_MS, RefusalCode.LOCKED_OUT),
        (4 * HOUR_MS - 1, RefusalCode.LOCKED_OUT),
        (4 * HOUR_MS, None),
    ):
        answer = machine.handle(later(dosed, wait_ms), ASK)
        assert code(answer) is expected or (expected is RefusalCode.NOT_INFUSING and code(answer) is not None)
    refusal = machine.handle(later(dosed, HOUR_MS), ASK)
    assert isinstance(refusal, Refusal)
    assert refusal.code.is_transient()
    assert refusal.says.startswith("Doses stand 4")


def test_so_many_doses_a_day_and_no_more() -> None:
    """The fourth waits until the first is a day old; a prescriber's single dose is none of the patient's."""
    pump = with_doses(ceiling=10 * ML)
    begun_ms = pump.now_ms
    for _ in range(3):
        pump = later(taken(pump, ASK), 4 * HOUR_MS)
    refusal = machine.handle(pump, ASK)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.says) == (RefusalCode.LOCKED_OUT, "3 doses were given in the last 24 h.")
    assert code(machine.handle(machine.advance(pump, begun_ms + DAY_MS - 1)[0], ASK)) is RefusalCode.LOCKED_OUT
    fourth = taken(machine.advance(pump, begun_ms + DAY_MS)[0], ASK)
    assert len(fourth.given) == 3
    ordered = updated(
        with_doses(replace(DOSE, most_per_day=1), ceiling=10 * ML),
        Update(
            program=of_order(replace(DOSE, most_per_day=1), ceiling=10 * ML),
            bolus=SingleBolus(volume_nl=1_000, rate_nl_per_day=4_800_000),
        ),
    )
    assert isinstance(machine.handle(later(ordered, HOUR_MS), ASK), Pump)


@pytest.mark.parametrize(("ceiling", "expected"), [(300_000, None), (299_999, RefusalCode.DOSE_LIMIT)])
def test_a_limit_on_what_has_flowed_alone_lets_an_overdose_pass(ceiling: int, expected: RefusalCode | None) -> None:
    """H-33: after two doses the last hours hold little, but the program still to come brings the day above it.

    0.24 mL a day and three doses of 20 uL in eight hours: when the third is asked for, 0.12 mL have flowed and with
    it 0.14 mL will have, far below 0.299999 mL; yet the 24 h from the first dose on then hold 0.3 mL.
    """
    pump = with_doses(ceiling=ceiling)
    start = pump
    for _ in range(2):
        pump = later(taken(pump, ASK), 4 * HOUR_MS)
    flowed_nl = pump.delivered_nl - start.delivered_nl
    assert flowed_nl + 20_000 < 150_000
    assert day_with_nl(pump, of_order(), 20_000) == 300_000
    assert code(machine.handle(pump, ASK)) is expected


@pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: model.name)
def test_no_model_gives_a_patient_dose_of_baclofen(model: PumpModel) -> None:
    """Not staged, and not given where a program had it all the same."""
    pump = updated(new_pump(pump_model=model), Update(program=program(), reservoir_nl=ML))
    assert code(machine.handle(pump, ASK)) is RefusalCode.PATIENT_DOSE_OFF
    with_dose = replace(program(), patient_dose=DOSE)
    assert code(staged(pump, Update(program=with_dose))) is RefusalCode.PATIENT_DOSE_OFF
    assert code(machine.handle(replace(pump, program=with_dose), ASK)) is RefusalCode.PATIENT_DOSE_OFF
    assert "baclofen" not in model.patient_dose_drugs
    of_morphine = replace(with_dose, drug="morphine")
    expected = None if model.patient_dose_drugs == ("morphine",) else RefusalCode.PATIENT_DOSE_OFF
    assert code(staged(pump, Update(program=of_morphine))) is expected


def test_a_pump_without_a_program_or_an_order_gives_no_dose() -> None:
    """The shelf, and an order without one."""
    assert code(machine.handle(new_pump(pump_model=PROMETRA_20), ASK)) is RefusalCode.PATIENT_DOSE_OFF
    assert code(machine.handle(with_doses(None), ASK)) is RefusalCode.PATIENT_DOSE_OFF


DISTURBED: list[Callable[[Pump], Pump]] = [
    lambda pump: taken(pump, Stop()),
    lambda pump: machine.sense(pump, LowBatteryReset()),
    lambda pump: machine.sense(pump, ClockLostSensed()),
    lambda pump: replace(pump, alarms=machine.stop(pump, EventKind.EMERGENCY_STOPPED).alarms),
    lambda pump: updated(pump, Update(program=of_order(), bolus=Purge(volume_nl=9_000, rate_nl_per_day=480_000))),
]


@pytest.mark.parametrize("disturb", DISTURBED)
def test_a_dose_comes_on_top_of_an_infusion_that_runs_undisturbed(disturb: Callable[[Pump], Pump]) -> None:
    """Not while stopped, slow, without the time, in another bolus, or while the pump sounds critically."""
    assert code(machine.handle(disturb(with_doses()), ASK)) is RefusalCode.NOT_INFUSING


def test_an_alarm_that_is_not_critical_keeps_nobody_from_a_dose() -> None:
    """A low reservoir is for office hours."""
    low = updated(with_doses(), Update(program=of_order(), reservoir_nl=ML))
    assert {each.alarm for each in low.alarms} == {Alarm.LOW_RESERVOIR}
    assert isinstance(machine.handle(low, ASK), Pump)


@pytest.mark.parametrize(("holds_nl", "expected"), [(20_000, None), (19_999, RefusalCode.VOLUME_ABOVE_RESERVOIR)])
def test_a_dose_is_at_most_what_the_reservoir_is_counted_to_hold(holds_nl: int, expected: RefusalCode | None) -> None:
    """The whole of it, and not a nanolitre more."""
    assert code(machine.handle(replace(with_doses(), reservoir_nl=holds_nl), ASK)) is expected


def test_a_patient_doses_causes_come_one_after_the_other() -> None:
    """Power, no order, the reservoir, the order's day, the lockout, the infusion; then it is given."""
    good = later(taken(with_doses(), ASK), 4 * HOUR_MS)
    locked = replace(good, given=(replace(good.given[0], at_ms=good.now_ms - HOUR_MS),))
    worst = replace(locked, state=State.STOPPED, program=of_order(replace(DOSE, volume_nl=60_000)), reservoir_nl=10_000)
    answers = [
        code(machine.handle(replace(worst, powered=False, program=None), ASK)),
        code(machine.handle(replace(worst, program=of_order(None)), ASK)),
        code(machine.handle(worst, ASK)),
        code(machine.handle(replace(worst, reservoir_nl=ML), ASK)),
        code(machine.handle(replace(worst, reservoir_nl=ML, program=of_order()), ASK)),
        code(machine.handle(replace(worst, reservoir_nl=ML, program=of_order(), given=()), ASK)),
        code(machine.handle(replace(worst, reservoir_nl=ML, program=of_order(), given=(), state=State.INFUSING), ASK)),
    ]
    assert answers == [
        RefusalCode.NO_POWER,
        RefusalCode.PATIENT_DOSE_OFF,
        RefusalCode.VOLUME_ABOVE_RESERVOIR,
        RefusalCode.DOSE_LIMIT,
        RefusalCode.LOCKED_OUT,
        RefusalCode.NOT_INFUSING,
        None,
    ]
