"""What the pump itself refuses: each limit just outside and just inside, and the first cause before the next."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import new_pump, program, running, updated

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import (
    Acknowledge,
    ClockLostSensed,
    Command,
    Commit,
    GivePatientDose,
    LowBatteryReset,
    MotorStallSensed,
    SetClock,
    Stage,
    Stop,
    Update,
)
from thecal.pump.devices import PROMETRA_20, PUMP_MODELS, PumpModel
from thecal.pump.events import EventKind
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
from thecal.pump.ledger import day_with_nl, given_since
from thecal.pump.memory import Given, Pump
from thecal.pump.refusals import REMEDIES, Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, show_rate

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


def rated(rate: int) -> list[Update]:
    """Updates that ask for a rate, one in each place where a rate can stand."""
    flat = program()
    flex = FlexSchedule(
        days=(
            FlexDay(steps=(FlexStep(start_ms=0, rate_nl_per_day=600_000), FlexStep(start_ms=5, rate_nl_per_day=rate))),
        )
    )
    dose = replace(DOSE, rate_nl_per_day=rate)
    updates = [
        Update(program=program(SimpleContinuous(rate_nl_per_day=rate))),
        Update(program=program(flex)),
        Update(program=replace(flat, patient_dose=dose)),
        Update(program=flat, bolus=SingleBolus(volume_nl=1, rate_nl_per_day=rate)),
        Update(program=flat, bolus=PrimingBolus(volume_nl=1, rate_nl_per_day=rate)),
        Update(program=flat, bolus=Purge(volume_nl=1, rate_nl_per_day=rate)),
        Update(program=flat, bolus=BridgeBolus(volume_nl=1, rate_nl_per_day=rate, concentration_pg_per_nl=500)),
    ]
    updates.append(Update(program=program(doses(rate, basal=0))))
    return updates


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: model.name)
def test_a_rate_beyond_the_metal_is_refused_wherever_it_stands(model: PumpModel, place: int) -> None:
    """One nL/day outside, at either end, and not at the end itself; the sentence names the rate's end."""
    pump = updated(new_pump(pump_model=model), Update(program=program(), reservoir_nl=ML))
    lowest, highest = model.rate_min_nl_per_day, model.rate_max_nl_per_day

    def answer(rate: int) -> Refusal | None:
        update = rated(rate)[place]
        ceiling = replace(update.program, ceiling_nl_per_day=2 * highest, drug="morphine")
        if update.program.patient_dose is not None and not model.patient_dose_drugs:
            ceiling = replace(ceiling, patient_dose=None)
            update = replace(update, bolus=SingleBolus(volume_nl=1, rate_nl_per_day=rate))
        found = staged(pump, replace(update, program=ceiling))
        return found if isinstance(found, Refusal) else None

    below, above = answer(lowest - 1), answer(highest + 1)
    assert (code(below), code(answer(lowest))) == (RefusalCode.RATE_BELOW_DEVICE, None)
    assert (code(above), code(answer(highest))) == (RefusalCode.RATE_ABOVE_DEVICE, None)
    assert below is not None
    assert above is not None
    assert below.says == f"{show_rate(lowest - 1)} is below the slowest rate, {show_rate(lowest)}."
    assert above.says == f"{show_rate(highest + 1)} is above the fastest rate, {show_rate(highest)}."


@pytest.mark.parametrize(("basal", "expected"), [(47_999, RefusalCode.RATE_BELOW_DEVICE), (48_000, None)])
def test_the_rate_between_doses_is_one_the_metal_can_run_at(basal: int, expected: RefusalCode | None) -> None:
    """As every other."""
    assert code(staged(running(), Update(program=program(doses(ML, basal=basal))))) is expected


def test_a_pause_between_doses_is_no_rate_below_the_slowest() -> None:
    """Nothing flows then; the metal does not turn."""
    pauses = doses(2_400_000, basal=0)
    assert isinstance(staged(running(), Update(program=program(pauses))), Pump)


@pytest.mark.parametrize(
    ("reservoir_nl", "alarm_nl", "expected"),
    [
        (0, 2 * ML, None),
        (20 * ML, 20 * ML, None),
        (None, 0, None),
        (-1, 2 * ML, RefusalCode.RESERVOIR_ABOVE_CAPACITY),
        (20 * ML + 1, 2 * ML, RefusalCode.RESERVOIR_ABOVE_CAPACITY),
        (20 * ML, 20 * ML + 1, RefusalCode.ALARM_ABOVE_CAPACITY),
    ],
)
def test_what_the_reservoir_cannot_hold(reservoir_nl: int | None, alarm_nl: int, expected: RefusalCode | None) -> None:
    """Between nothing and the capacity, both included; the alarm at the capacity at most."""
    update = Update(program=replace(program(), low_reservoir_alarm_nl=alarm_nl), reservoir_nl=reservoir_nl)
    assert code(staged(running(), update)) is expected


@pytest.mark.parametrize("holds_nl", [0, 60_000, 5 * ML])
@pytest.mark.parametrize("told", [True, False])
def test_a_bolus_larger_than_the_reservoir_is_refused(holds_nl: int, told: bool) -> None:
    """By what the update says it holds, or else by the count; the whole of it may go."""
    pump = running(reservoir_nl=3 * ML if told else holds_nl)
    update = Update(program=program(), reservoir_nl=holds_nl if told else None)
    for more_nl, expected in ((1, RefusalCode.VOLUME_ABOVE_RESERVOIR), (0, None)):
        if holds_nl + more_nl:
            bolus = PrimingBolus(volume_nl=holds_nl + more_nl, rate_nl_per_day=ML)
            assert code(staged(pump, replace(update, bolus=bolus))) is expected


@pytest.mark.parametrize("mode", [StopPump(), MinimumRate()])
def test_a_program_that_does_not_infuse_takes_a_purge_only(mode: InfusionMode) -> None:
    """A purge leaves the pump as it was; any other bolus would have to end in an infusion."""
    for bolus, expected in (
        (Purge(volume_nl=1, rate_nl_per_day=ML), None),
        (SingleBolus(volume_nl=1, rate_nl_per_day=ML), RefusalCode.BOLUS_NEEDS_INFUSION),
        (PrimingBolus(volume_nl=1, rate_nl_per_day=ML), RefusalCode.BOLUS_NEEDS_INFUSION),
        (BridgeBolus(volume_nl=1, rate_nl_per_day=ML, concentration_pg_per_nl=1), RefusalCode.BOLUS_NEEDS_INFUSION),
    ):
        assert code(staged(running(), Update(program=program(mode), bolus=bolus))) is expected
        assert code(staged(running(), Update(program=program(), bolus=bolus))) is None


def test_the_first_cause_is_answered_before_the_next() -> None:
    """Everything is wrong at once; one after the other is put right, and the next one is answered."""
    wrong = Update(
        program=replace(
            program(StopPump(), ceiling_nl_per_day=0), low_reservoir_alarm_nl=20 * ML + 1, patient_dose=DOSE
        ),
        reservoir_nl=20 * ML + 1,
        bolus=SingleBolus(volume_nl=21 * ML, rate_nl_per_day=1),
    )
    pump = replace(running(), powered=False, state=State.END_OF_SERVICE)
    answers = [code(staged(pump, wrong, 99))]
    pump = replace(pump, powered=True)
    answers.append(code(staged(pump, wrong, 99)))
    pump = running()
    answers += [code(staged(pump, wrong, 99)), code(staged(pump, wrong))]
    wrong = replace(wrong, bolus=SingleBolus(volume_nl=21 * ML, rate_nl_per_day=10**9))
    answers.append(code(staged(pump, wrong)))
    wrong = replace(wrong, bolus=SingleBolus(volume_nl=21 * ML, rate_nl_per_day=ML))
    answers.append(code(staged(pump, wrong)))
    wrong = replace(wrong, reservoir_nl=20 * ML)
    answers.append(code(staged(pump, wrong)))
    wrong = replace(wrong, bolus=SingleBolus(volume_nl=20 * ML, rate_nl_per_day=ML))
    answers.append(code(staged(pump, wrong)))
    wrong = replace(wrong, program=replace(wrong.program, low_reservoir_alarm_nl=20 * ML))
    answers.append(code(staged(pump, wrong)))
    wrong = replace(wrong, program=replace(wrong.program, infusion_mode=SimpleContinuous(rate_nl_per_day=ML)))
    answers.append(code(staged(pump, wrong)))
    wrong = replace(wrong, program=replace(wrong.program, ceiling_nl_per_day=21 * ML))
    answers.append(code(staged(pump, wrong)))
    answers.append(code(staged(pump, replace(wrong, program=replace(wrong.program, patient_dose=None)))))
    assert answers == [
        RefusalCode.NO_POWER,
        RefusalCode.END_OF_SERVICE,
        RefusalCode.STALE_REVISION,
        RefusalCode.RATE_BELOW_DEVICE,
        RefusalCode.RATE_ABOVE_DEVICE,
        RefusalCode.RESERVOIR_ABOVE_CAPACITY,
        RefusalCode.VOLUME_ABOVE_RESERVOIR,
        RefusalCode.ALARM_ABOVE_CAPACITY,
        RefusalCode.BOLUS_NEEDS_INFUSION,
        RefusalCode.DOSE_LIMIT,
        RefusalCode.PATIENT_DOSE_OFF,
        None,
    ]


def test_a_commits_causes_come_one_after_the_other() -> None:
    """Power, service, nothing staged, a stale revision, another digest, an old stage; then it is taken."""
    update = Update(program=program(SimpleContinuous(rate_nl_per_day=700_000)))
    ready = staged(running(), update)
    assert isinstance(ready, Pump)
    assert ready.staged is not None
    other = Commit(transaction_id="y", digest="")
    wrong = Commit(transaction_id="x", digest="")
    right = Commit(transaction_id="x", digest=update.digest())
    late = later(ready, 10 * MINUTE_MS + 1)
    stale = replace(late, staged=replace(ready.staged, onto_revision=99))
    answers = [
        code(machine.handle(replace(stale, powered=False, state=State.END_OF_SERVICE), other)),
        code(machine.handle(replace(stale, state=State.END_OF_SERVICE), other)),
        code(machine.handle(stale, other)),
        code(machine.handle(stale, wrong)),
        code(machine.handle(late, wrong)),
        code(machine.handle(late, right)),
        code(machine.handle(later(ready, 10 * MINUTE_MS), right)),
    ]
    assert answers == [
        RefusalCode.NO_POWER,
        RefusalCode.END_OF_SERVICE,
        RefusalCode.NOTHING_STAGED,
        RefusalCode.STALE_REVISION,
        RefusalCode.DIGEST_DIFFERS,
        RefusalCode.STAGE_EXPIRED,
        None,
    ]


def test_a_commit_that_was_taken_may_be_repeated_for_ever() -> None:
    """With its own digest, after years, even where the battery has ended; with another one it is refused."""
    pump = running()
    again = Commit(transaction_id=pump.transaction_id, digest=pump.update_digest)
    for each in (pump, later(pump, 30 * DAY_MS), replace(pump, state=State.END_OF_SERVICE)):
        assert machine.handle(each, again) == each
        assert code(machine.handle(each, replace(again, digest="0" * 64))) is RefusalCode.TRANSACTION_REUSED


def test_the_day_is_counted_anew_when_a_staged_update_is_committed() -> None:
    """Between staging and commit the patient may have taken a dose: both together are more than the order allows."""
    pump = with_doses(replace(DOSE, volume_nl=30_000), ceiling=300_000)
    update = Update(program=of_order(ceiling=300_000), bolus=SingleBolus(volume_nl=40_000, rate_nl_per_day=4_800_000))
    ready = staged(pump, update)
    assert isinstance(ready, Pump)
    commit = Commit(transaction_id="x", digest=update.digest())
    assert isinstance(machine.handle(ready, commit), Pump)
    dosed = taken(ready, ASK)
    assert code(machine.handle(dosed, commit)) is RefusalCode.DOSE_LIMIT
    assert machine.handle(dosed, replace(commit, digest="")) == Refusal(
        code=RefusalCode.DIGEST_DIFFERS, says="The staged update is not the one that was reviewed."
    )


@pytest.mark.parametrize(("more_nl", "expected"), [(0, None), (1, RefusalCode.DOSE_LIMIT)])
def test_the_orders_ceiling_holds_a_whole_day_and_the_single_dose(more_nl: int, expected: RefusalCode | None) -> None:
    """0.24 mL of program and 0.06 mL at once are the ceiling of 0.3 mL; a nanolitre more is not."""
    single = SingleBolus(volume_nl=60_000 + more_nl, rate_nl_per_day=4_800_000)
    calm = program(SimpleContinuous(rate_nl_per_day=240_000), ceiling_nl_per_day=300_000)
    assert code(staged(running(), Update(program=calm, bolus=single))) is expected
    fast = program(SimpleContinuous(rate_nl_per_day=300_000 + more_nl), ceiling_nl_per_day=300_000)
    assert code(staged(running(), Update(program=fast))) is expected
    prime = PrimingBolus(volume_nl=200_000, rate_nl_per_day=4_800_000)
    assert code(staged(running(), Update(program=calm, bolus=prime))) is None, "what fills the path is no dose"


def test_single_doses_of_the_last_day_count_and_older_ones_do_not() -> None:
    """A second dose waits until 24 h after the first one's beginning, to the millisecond."""
    calm = program(SimpleContinuous(rate_nl_per_day=240_000), ceiling_nl_per_day=300_000)
    once = Update(program=calm, bolus=SingleBolus(volume_nl=40_000, rate_nl_per_day=4_800_000))
    first = updated(running(), once)
    assert first.given == (Given(at_ms=first.now_ms, volume_nl=40_000, by_patient=False),)
    for wait_ms, expected in ((HOUR_MS, RefusalCode.DOSE_LIMIT), (DAY_MS - 1, RefusalCode.DOSE_LIMIT), (DAY_MS, None)):
        assert code(staged(later(first, wait_ms), once)) is expected
    second = updated(later(first, DAY_MS), once)
    assert [each.at_ms for each in second.given] == [second.now_ms], "what is older is forgotten"


def window_nl(mode: FlexSchedule, begin_ms: int) -> Fraction:
    """What the 24 h from a whole hour of the week hold, hour by hour, in fractions."""
    total = Fraction(0)
    for hour in range(24):
        at_ms = (begin_ms + hour * HOUR_MS) % (7 * DAY_MS)
        steps = mode.days[at_ms // DAY_MS % len(mode.days)].steps
        rate = [step.rate_nl_per_day for step in steps if step.start_ms <= at_ms % DAY_MS][-1]
        total += Fraction(rate, 24)
    return total


@settings(max_examples=15, deadline=None)
@given(
    hours=st.lists(st.integers(1, 23), min_size=7, max_size=7),
    rates=st.lists(st.integers(48_000, 3_000_000), min_size=14, max_size=14),
)
def test_the_largest_day_of_a_week_is_the_largest_of_all_its_windows(hours: list[int], rates: list[int]) -> None:
    """A day is any 24 h: two busy halves that meet at midnight count as one."""
    days = tuple(
        FlexDay(
            steps=(
                FlexStep(start_ms=0, rate_nl_per_day=rates[2 * day]),
                FlexStep(start_ms=hours[day] * HOUR_MS, rate_nl_per_day=rates[2 * day + 1]),
            )
        )
        for day in range(7)
    )
    mode = FlexSchedule(days=days)
    largest = max(window_nl(mode, hour * HOUR_MS) for hour in range(7 * 24))
    shelf = new_pump()
    assert day_with_nl(shelf, program(mode), 7) == 7 + -(-largest.numerator // largest.denominator)


# The patient's dose.


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


def refused(pump: Pump, update: Update) -> str:
    """What the pump says of an update that it refuses."""
    answer = staged(pump, update)
    assert isinstance(answer, Refusal)
    return answer.says


def test_every_refusal_says_its_numbers() -> None:
    """In words that a person can act on; the fixed ones are what they are."""
    pump, calm = running(reservoir_nl=2 * ML), program(ceiling_nl_per_day=600_000)
    prime = PrimingBolus(volume_nl=3 * ML, rate_nl_per_day=ML)
    dose = SingleBolus(volume_nl=20_000, rate_nl_per_day=ML)
    said = [
        refused(pump, Update(program=program(), reservoir_nl=21 * ML)),
        refused(pump, Update(program=program(), bolus=prime)),
        refused(pump, Update(program=replace(program(), low_reservoir_alarm_nl=21 * ML))),
        refused(pump, Update(program=program(StopPump()), bolus=dose)),
        refused(pump, Update(program=calm, bolus=dose)),
        refused(pump, Update(program=replace(program(), patient_dose=DOSE))),
    ]
    assert [each.replace("\u00a0", " ") for each in said] == [
        "21 mL does not fit: the reservoir holds 20 mL.",
        "The bolus is 3 mL; the reservoir holds 2 mL.",
        "The alarm volume is above the capacity.",
        "The program does not infuse.",
        "0.62 mL in a day are more than the order's 0.6 mL.",
        "This pump gives no patient dose of baclofen.",
    ]


def test_a_refused_update_or_dose_says_why() -> None:
    """Each cause in one sentence."""
    update = Update(program=program())
    ready = staged(running(), update)
    assert isinstance(ready, Pump)
    assert ready.staged is not None
    right = Commit(transaction_id="x", digest=update.digest())
    dosed = later(taken(with_doses(replace(DOSE, volume_nl=9_000)), ASK), HOUR_MS)
    ended = replace(ready, state=State.END_OF_SERVICE)
    stale = replace(ready, staged=replace(ready.staged, onto_revision=0))
    answers = [
        staged(ended, update),
        staged(running(), update, 7),
        machine.handle(ended, right),
        machine.handle(running(), right),
        machine.handle(stale, right),
        machine.handle(ready, replace(right, digest="")),
        machine.handle(later(ready, 11 * MINUTE_MS), right),
        machine.handle(running(), Commit(transaction_id=running().transaction_id, digest="")),
        machine.handle(running(), ASK),
        machine.handle(taken(with_doses(), Stop()), ASK),
        machine.handle(replace(with_doses(), reservoir_nl=1), ASK),
        machine.handle(with_doses(ceiling=250_000), ASK),
        machine.handle(dosed, ASK),
        machine.handle(running(), SetClock(clock_ms=running().now_ms + 30 * HOUR_MS)),
    ]
    assert [each.says.replace("\u00a0", " ") for each in answers if isinstance(each, Refusal)] == [
        "The battery is spent.",
        "It was reviewed on revision 7; the pump is at 1.",
        "The battery is spent.",
        "No update of this transaction is staged.",
        "Another update was committed since it was staged.",
        "The staged update is not the one that was reviewed.",
        "It was staged too long ago.",
        "This transaction was committed with another digest.",
        "No order allows a patient dose on this pump.",
        "The pump does not infuse undisturbed.",
        "The reservoir is calculated to hold less.",
        "0.26 mL in a day are more than the order's 0.25 mL.",
        "Doses stand 4 h 00 min apart.",
        "That is 30 h 00 min from the pump's time; at most 26 h 00 min are taken.",
    ]


# The clock, and a pump without power.


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("shift_ms", [0, 5 * HOUR_MS, -5 * HOUR_MS])
def test_the_clock_steps_across_time_zones_and_not_further(sign: int, shift_ms: int) -> None:
    """26 h from the time that the pump believes in, both ways; what it changes is the time of day and nothing else."""
    pump = replace(running(), clock_shift_ms=shift_ms)
    there_ms = pump.now_ms + shift_ms + sign * 26 * HOUR_MS
    moved = taken(pump, SetClock(clock_ms=there_ms))
    assert moved.now_ms == pump.now_ms
    assert moved.now_ms + moved.clock_shift_ms == there_ms
    assert (moved.log[-1].kind, moved.log[-1].detail) == (EventKind.CLOCK_SET, str(there_ms))
    assert (moved.program, moved.reservoir_nl, moved.delivered_nl) == (pump.program, pump.reservoir_nl, 0)
    refusal = machine.handle(pump, SetClock(clock_ms=there_ms + sign))
    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.CLOCK_STEP_TOO_LARGE
    assert "26" in refusal.says


def test_a_pump_that_knows_no_time_takes_any() -> None:
    """There is nothing to step from; then it knows."""
    lost = machine.sense(running(), ClockLostSensed())
    told = taken(lost, SetClock(clock_ms=lost.now_ms - 3_000 * DAY_MS))
    assert told.clock_known
    assert told.clock_shift_ms == -3_000 * DAY_MS
    assert told.alarms == ()


COMMANDS: list[Command] = [
    Stage(transaction_id="x", onto_revision=1, update=Update(program=program())),
    Commit(transaction_id="x", digest=""),
    Acknowledge(alarm=Alarm.MOTOR_STALL),
    SetClock(clock_ms=0),
    GivePatientDose(),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_without_power_nothing_is_programmed(command: Command) -> None:
    """The processor does not run, whatever else may be wrong; waiting mends it."""
    dead = replace(machine.sense(with_doses(), MotorStallSensed()), powered=False)
    refusal = machine.handle(dead, command)
    assert isinstance(refusal, Refusal)
    assert refusal.code is RefusalCode.NO_POWER
    assert refusal.code.is_transient()
    assert refusal.says == "The pump's processor does not run."


def test_no_code_changes_its_number() -> None:
    """They cross the wand and stand in records: numbers are for ever, and each has a remedy of its own."""
    assert [code.value for code in RefusalCode] == list(range(1, 22))
    assert [RefusalCode(number).name for number in (1, 10, 15, 21)] == [
        "NOT_AUTHORISED",
        "NOTHING_STAGED",
        "DOSE_LIMIT",
        "NO_POWER",
    ]
    assert all(remedy.endswith(".") for remedy in REMEDIES.values())
    assert Refusal(code=RefusalCode.NO_POWER, says="").remedy == REMEDIES[RefusalCode.NO_POWER]
