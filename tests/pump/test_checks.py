"""What the pump itself refuses: each limit just outside and just inside, and the first cause before the next."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.asking import ASK, DOSE, ML, code, doses, later, of_order, staged, taken, with_doses
from tests.pump.helpers import new_pump, program, running, updated

from thecal.pump import machine
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import (
    Commit,
    Update,
)
from thecal.pump.devices import PUMP_MODELS, PumpModel
from thecal.pump.infusion import (
    FlexDay,
    FlexSchedule,
    FlexStep,
    InfusionMode,
    MinimumRate,
    SimpleContinuous,
    StopPump,
)
from thecal.pump.ledger import day_with_nl
from thecal.pump.memory import Given, Pump
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, show_rate


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
