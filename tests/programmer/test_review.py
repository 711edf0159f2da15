"""The review: the worked concentration change, what asks for whom, what is unknown, and what is never blocked."""

import json
from dataclasses import replace

import pytest
from tests.programmer.reviews import (
    ASPIRATED,
    CHANGE,
    FILL,
    KNOWN,
    MADE_MS,
    MCG,
    ML,
    SINCE_FILL_MS,
    asked,
    new_pump,
    order,
    reviewed,
    running,
    stopped,
    updated,
)

from thecal.canonical import from_plain, to_plain
from thecal.care.bridge import UseBridge
from thecal.care.need import Need
from thecal.care.path import Holds
from thecal.care.restart import Interruption
from thecal.care.starting import Screening
from thecal.errors import BadInput
from thecal.findings import Severity
from thecal.programmer.prescription import program_for
from thecal.programmer.review import Circumstances, Refill, Verdict
from thecal.programmer.review.circumstances import PumpBefore
from thecal.programmer.tip import Stretch
from thecal.pump.bolus import BridgeBolus, PrimingBolus
from thecal.pump.commands import MotorStallSensed, Update
from thecal.pump.infusion import MinimumRate, StopPump
from thecal.pump.machine import advance, interrogate, sense
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS


def test_the_worked_concentration_change_with_its_bridge() -> None:
    """0.3358 mL at 0.600 mL/day for 13 h 26 min with 167.9 mcg, then 0.150 mL/day; the tip notices nothing."""
    done = reviewed(running(), order(concentration=2_000), replace(CHANGE, bridge=UseBridge()))
    assert done.update.bolus == BridgeBolus(volume_nl=335_800, rate_nl_per_day=600_000, concentration_pg_per_nl=500)
    assert done.bridge is not None
    assert done.bridge.mass_pg == 167_900_000
    assert done.arrival_ms is not None
    assert divmod(round((done.arrival_ms - done.at_ms) / MINUTE_MS), 60) == (13, 26)
    assert done.until_ms == done.arrival_ms + DAY_MS
    assert done.pending.rates_nl_per_day == (150_000,)
    assert done.picture is not None
    assert done.picture.at_tip == (Stretch(start_ms=done.at_ms, end_ms=done.until_ms, dose_pg_per_day=300 * MCG),)
    assert [stretch.dose_pg_per_day for stretch in done.picture.at_pump] == [1_200 * MCG, 300 * MCG]
    assert (done.verdict, done.missing, done.change_per_mille) == (Verdict.CLEAR, (), 0)


def test_the_same_change_undecided_is_blocked_and_drawn_without_a_bridge() -> None:
    """No decision blocks; the picture shows 75 mcg/day for 53 h 44 min, and no bolus is in the update."""
    done = reviewed(running(), order(concentration=2_000), CHANGE)
    assert asked(done) == {"bridge.undecided": Severity.BLOCK}
    assert (done.verdict, done.update.bolus) == (Verdict.BLOCKED, None)
    assert done.picture is not None
    assert done.picture.at_tip is not None
    first, then = done.picture.at_tip
    assert (first.dose_pg_per_day, then.dose_pg_per_day) == (75 * MCG, 300 * MCG)
    assert round((first.end_ms - first.start_ms) / MINUTE_MS) == 53 * 60 + 44


def test_no_bridge_takes_a_second_person_and_its_own_reason() -> None:
    """The reason is in the decision; the second person is what is missing until one signs."""
    wanted = reviewed(running(), order(concentration=2_000), replace(CHANGE, bridge=ASPIRATED))
    signed = reviewed(running(), order(concentration=2_000), replace(CHANGE, bridge=ASPIRATED, second_person="Dr Vega"))
    assert (wanted.verdict, wanted.missing) == (Verdict.WANTS_SIGNATURE, ("a second person",))
    assert (signed.verdict, signed.missing) == (Verdict.CLEAR, ())


def test_the_residual_is_shown_both_ways_round() -> None:
    """1901.9 mcg/mL (−4.9 %) one way, shown without a finding; +19.6 % the other, for two people."""
    up = reviewed(running(), order(concentration=2_000), replace(CHANGE, bridge=UseBridge()))
    down = reviewed(
        running(order(concentration=2_000)),
        order(concentration=500),
        replace(CHANGE, bridge=UseBridge(), refill=replace(FILL, withdrawn_nl=15_800_000)),
    )
    assert up.mixture is not None
    assert down.mixture is not None
    assert (up.mixture.concentration_pg_per_ul, up.mixture.off_label_per_mille) == (1_901_869, -49)
    assert (down.mixture.off_label_per_mille, down.mixture.rinsed_per_mille) == (196, 43)
    assert asked(down) == {"mixture.off_label": Severity.TWO_PEOPLE}


def test_a_routine_refill_asks_one_person_nothing() -> None:
    """The same drug, concentration and dose, with the residual as expected: no finding at all."""
    done = reviewed(running(), order(), CHANGE)
    assert done.findings == ()
    assert done.verdict is Verdict.CLEAR
    assert done.pending.reservoir_nl == 20 * ML
    assert done.arrival_ms == done.at_ms


def test_an_unknown_catheter_is_said_and_never_bridged() -> None:
    """With no length on record there is no picture of the tip and no bridge; choosing one is refused."""
    bare = program_for(order(), tubing_nl=140_000, catheter_nl=0)
    pump = advance(updated(new_pump(), Update(program=bare, reservoir_nl=20 * ML)), MADE_MS + SINCE_FILL_MS)[0]
    unknown = replace(CHANGE, catheter_length_mm=None, bridge=UseBridge())
    done = reviewed(pump, order(concentration=2_000), unknown)
    assert asked(done) == {"bridge.no_automatic": Severity.BLOCK}
    assert (done.bridge, done.update.bolus, done.arrival_ms) == (None, None, None)
    assert done.picture is not None
    assert done.picture.at_tip is None


@pytest.mark.parametrize(
    ("mcg", "rules"), [(420, set()), (421, {"titration.increase"}), (240, set()), (239, {"titration.lowering"})]
)
def test_the_titration_limits_reach_the_review(mcg: int, rules: set[str]) -> None:
    """+40 % and −20 % pass in an adult with spinal spasticity in maintenance; a mcg/day beyond does not."""
    done = reviewed(running(), order(mcg))
    assert set(asked(done)) == rules
    assert done.missing == (("a reason", "a second person") if rules else ())
    both = reviewed(running(), order(mcg), replace(KNOWN, reason="spasms at night", second_person="Dr Vega"))
    assert both.verdict is Verdict.CLEAR


def test_what_nobody_recorded_is_said() -> None:
    """An increase with nothing on record names the missing origin, age and phase, and cannot count the 24 hours."""
    done = reviewed(running(), order(330), Circumstances())
    assert asked(done) == {"titration.arrival_unknown": Severity.REASON, "titration.limit_unknown": Severity.NOTE}
    assert done.current.book_by.unknown


def test_a_first_start_is_judged_by_the_screening_test() -> None:
    """100 mcg/day after 50 mcg that ended in six hours; 101 takes two people; 2000 mcg/mL is too strong for 90."""
    screening = Screening(effective_pg=50 * MCG, effect_lasted_ms=6 * HOUR_MS, present_at_last_observation=False)
    first = Circumstances(
        screening=screening,
        catheter_length_mm=770,
        tubing_holds=Holds.DRUG,
        catheter_holds=Holds.DRUG,
        refill=Refill(filled_nl=20 * ML),
    )
    assert asked(reviewed(new_pump(), order(100), first)) == {}
    assert asked(reviewed(new_pump(), order(101), first)) == dict.fromkeys(
        ["start.over_rule", "start.over_100"], Severity.TWO_PEOPLE
    )
    strong = reviewed(new_pump(), order(90, concentration=2_000), first)
    assert asked(strong) == {"start.below_device": Severity.BLOCK}
    assert "1000" in strong.findings[0].remedy


@pytest.mark.parametrize(
    ("ended_ago_ms", "dose", "rules"),
    [
        (0, 200, set()),
        (2 * DAY_MS, 200, set()),
        (2 * DAY_MS + 1, 200, {"restart.interruption"}),
        (None, 200, {"restart.interruption"}),
        (0, 199, set()),
        (0, 201, {"restart.dose"}),
        (0, 160, set()),
        (0, 159, {"titration.lowering"}),
        (0, 100, {"titration.lowering"}),
    ],
)
def test_a_new_pumps_first_program_carries_the_therapy_on(ended_ago_ms: int | None, dose: int, rules: set[str]) -> None:
    """The dose before it counts, not a screening test of years ago: half of what runs would be withdrawal."""
    pump = new_pump()
    ended_ms = None if ended_ago_ms is None else pump.now_ms - ended_ago_ms
    carried = Circumstances(
        screening=Screening(effective_pg=50 * MCG, effect_lasted_ms=6 * HOUR_MS, present_at_last_observation=False),
        pump_before=PumpBefore(dose_pg_per_day=200 * MCG, ended_ms=ended_ms),
        catheter_length_mm=770,
        tubing_holds=Holds.DRUG,
        catheter_holds=Holds.DRUG,
        refill=Refill(filled_nl=20 * ML),
    )
    found = asked(reviewed(pump, order(dose), carried))
    assert not any(rule.startswith("start.") for rule in found)
    assert rules <= set(found)
    assert {rule for rule in found if rule.startswith("restart.")} == {r for r in rules if r.startswith("restart.")}
    unknown = replace(carried, pump_before=PumpBefore(dose_pg_per_day=None, ended_ms=ended_ms))
    assert "restart.dose" in asked(reviewed(pump, order(dose), unknown))
    coarse = reviewed(pump, order(90, concentration=2_000), carried)
    assert asked(coarse)["start.below_device"] is Severity.BLOCK


def test_an_empty_path_is_primed_only_where_it_is_recorded_as_empty() -> None:
    """A prime of a new catheter fills it and no more; nobody knows of the path, so nothing is primed."""
    first = Circumstances(
        screening=Screening(effective_pg=50 * MCG, effect_lasted_ms=1, present_at_last_observation=False),
        catheter_length_mm=770,
        refill=Refill(filled_nl=20 * ML),
        prime=True,
    )
    unknown = reviewed(new_pump(), order(100), first)
    assert asked(unknown) == {"prime.no_automatic": Severity.TWO_PEOPLE}
    assert unknown.update.bolus is None
    empty = replace(first, tubing_holds=Holds.NO_DRUG, catheter_holds=Holds.NO_DRUG)
    done = reviewed(new_pump(), order(100), empty)
    assert isinstance(done.update.bolus, PrimingBolus)
    assert done.update.bolus.volume_nl == 309_400
    assert done.picture is not None
    assert done.picture.at_tip is not None
    assert done.picture.at_tip[0].dose_pg_per_day == 0
    assert done.arrival_ms == done.picture.at_tip[0].end_ms


def test_more_left_than_expected_holds_back_an_increase_and_nothing_else() -> None:
    """3 mL more than expected: the same dose goes on, a higher one waits until somebody explains it."""
    left = replace(FILL, withdrawn_nl=6_200_001)
    same = reviewed(running(), order(), replace(CHANGE, refill=left))
    more = reviewed(running(), order(330), replace(CHANGE, refill=left))
    why = reviewed(running(), order(330), replace(CHANGE, refill=replace(left, explanation="stalled in the scanner")))
    assert asked(same) == {"residual.more_left": Severity.REASON}
    assert asked(more)["residual.increase"] is Severity.BLOCK
    assert asked(why)["residual.increase"] is Severity.TWO_PEOPLE


def test_a_restart_is_compared_with_the_dose_before() -> None:
    """Within 48 hours and explained, one person restores the dose before; later, unexplained or more, two do."""
    pump = stopped(running())
    short, long = advance(pump, pump.now_ms + 2 * DAY_MS)[0], advance(pump, pump.now_ms + 2 * DAY_MS + 1)[0]
    assert asked(reviewed(short, order())) == {}
    assert asked(reviewed(long, order())) == {"restart.interruption": Severity.TWO_PEOPLE}
    assert asked(reviewed(short, order(301))) == {"restart.dose": Severity.TWO_PEOPLE}
    unexplained, mended = replace(KNOWN, interruption=None), replace(KNOWN, interruption=Interruption.REPAIR)
    assert asked(reviewed(short, order(), unexplained)) == {"restart.cause_unknown": Severity.TWO_PEOPLE}
    assert asked(reviewed(short, order(), mended)) == {"restart.start_low": Severity.TWO_PEOPLE}
    idle = running(order(dosing=MinimumRate()))
    assert set(asked(reviewed(idle, order()))) == {"restart.dose", "restart.interruption"}


@pytest.mark.parametrize("late_ms", [-1, 0, 1, DAY_MS, 30 * DAY_MS])
def test_a_refill_after_an_empty_reservoir_is_a_restart(late_ms: int) -> None:
    """Up to 48 hours after it ran empty the program goes on; later, or higher, two people: nothing flowed meanwhile."""
    full = running()
    empty_ms = interrogate(full).empty_ms
    assert empty_ms is not None
    pump = advance(full, empty_ms + 2 * DAY_MS + late_ms)[0]
    filled = replace(KNOWN, interruption=None, refill=replace(FILL, withdrawn_nl=0), last_fill=None)
    same, more = asked(reviewed(pump, order(), filled)), asked(reviewed(pump, order(301), filled))
    assert ("restart.interruption" in same) == (late_ms > 0)
    assert "restart.cause_unknown" not in same
    assert more["restart.dose"] is Severity.TWO_PEOPLE
    assert not any(severity is Severity.BLOCK for severity in same.values())


def test_a_reservoir_with_drug_in_it_is_no_interruption() -> None:
    """A millisecond before it runs empty, the same program is a refill like any other."""
    full = running()
    empty_ms = interrogate(full).empty_ms
    assert empty_ms is not None
    pump = advance(full, empty_ms - 1)[0]
    filled = replace(KNOWN, refill=replace(FILL, withdrawn_nl=0), last_fill=None)
    assert [rule for rule in asked(reviewed(pump, order(), filled)) if rule.startswith("restart")] == []


def test_the_record_answers_where_the_pump_no_longer_knows_the_dose_before() -> None:
    """After a spell at minimum rate the dose before comes from the record, for the restart and for the bridge."""
    start = running()
    idle = advance(updated(start, reviewed(start, order(dosing=MinimumRate())).update), start.now_ms + DAY_MS)[0]
    known = replace(CHANGE, before_stop_pg_per_day=300 * MCG, bridge=UseBridge())
    assert asked(reviewed(idle, order(), known)) == {}
    assert asked(reviewed(idle, order(), CHANGE)) == {"restart.dose": Severity.TWO_PEOPLE}
    change = reviewed(idle, order(concentration=2_000), known)
    assert change.bridge is not None
    assert change.bridge.rate_nl_per_day == 600_000


def test_the_reason_for_no_bridge_explains_nothing_else() -> None:
    """A dose beyond the limit in the same update still wants a reason of its own."""
    both = replace(CHANGE, bridge=ASPIRATED, second_person="Dr Vega")
    assert reviewed(running(), order(600, concentration=2_000), both).missing == ("a reason",)
    assert reviewed(running(), order(concentration=2_000), both).missing == ()


def test_a_running_bridge_is_finished_or_its_end_is_signed() -> None:
    """A dose change during a bridge continues what the bridge owes where that was chosen, and says so where not."""
    change = replace(CHANGE, bridge=UseBridge())
    start = running()
    bridging = updated(start, reviewed(start, order(concentration=2_000), change).update)
    bridging = advance(bridging, bridging.now_ms + 6 * HOUR_MS)[0]
    cut = reviewed(bridging, order(310, concentration=2_000))
    kept = reviewed(bridging, order(310, concentration=2_000), replace(KNOWN, bridge=UseBridge()))
    assert set(asked(cut)) == {"bridge.cut_short"}
    assert asked(kept) == {}
    assert kept.update.bolus == BridgeBolus(volume_nl=185_800, rate_nl_per_day=600_000, concentration_pg_per_nl=500)
    assert kept.arrival_ms is not None
    assert kept.arrival_ms - kept.at_ms == 185_800 * DAY_MS // 600_000


def test_the_book_by_date_of_a_refill_counts_from_it() -> None:
    """The pending date belongs to the new fill, the current one to the last, and the pending reservoir is full."""
    done = reviewed(running(), order(), CHANGE)
    old = {reason.name: reason.at_ms for reason in done.current.book_by.reasons}
    new = {reason.name: reason.at_ms for reason in done.pending.book_by.reasons}
    assert old["drug_life"] == MADE_MS + 180 * DAY_MS
    assert new["drug_life"] == done.at_ms + 180 * DAY_MS
    assert done.pending.low_reservoir_ms == done.at_ms + 30 * DAY_MS
    assert new["low_reservoir"] == done.at_ms + 23 * DAY_MS


def test_what_the_pump_would_refuse_is_blocked_with_what_it_can_do() -> None:
    """50 mcg/day of 2000 is slower than the pump can run; the remedy names the least, and a stop stays open."""
    pump = running(order(100, concentration=2_000))
    done = reviewed(pump, order(50, concentration=2_000))
    assert asked(done)["pump.refuses"] is Severity.BLOCK
    assert "96\u00a0mcg/day" in done.findings[0].remedy
    assert done.picture is None
    for way_out in (StopPump(), MinimumRate()):
        assert reviewed(pump, order(concentration=2_000, dosing=way_out)).verdict is not Verdict.BLOCKED


def test_a_stalled_motor_is_said_with_any_update() -> None:
    """No program makes a stalled motor turn; the review says so and blocks nothing."""
    done = reviewed(sense(running(), MotorStallSensed()), order())
    assert asked(done) == {"pump.stalled": Severity.NOTE}


@pytest.mark.parametrize(
    ("circumstances", "field"),
    [
        (replace(KNOWN, refill=Refill(filled_nl=20_000_001)), "refill.filled_nl"),
        (replace(KNOWN, refill=Refill(filled_nl=0)), "refill.filled_nl"),
        (replace(KNOWN, refill=replace(FILL, withdrawn_nl=-1)), "refill.withdrawn_nl"),
        (replace(KNOWN, catheter_length_mm=0), "catheter_length_mm"),
        (replace(KNOWN, age_years=-1), "age_years"),
        (replace(CHANGE, bridge=UseBridge(), prime=True, catheter_holds=Holds.NO_DRUG), "prime"),
    ],
)
def test_entries_that_cannot_be_meant_are_refused_by_name(circumstances: Circumstances, field: str) -> None:
    """More than the reservoir holds, less than nothing, two boluses at once: the field is named."""
    with pytest.raises(BadInput) as refused:
        reviewed(running(), order(concentration=2_000), circumstances)
    assert refused.value.field == field


def test_a_review_and_its_circumstances_can_be_written_as_json() -> None:
    """Nothing in a review is a fraction or an object of its own, and circumstances come back as they went."""
    done = reviewed(running(), order(concentration=2_000), replace(CHANGE, bridge=ASPIRATED))
    assert json.loads(json.dumps(to_plain(done)))["digest"] == done.update.digest()
    given_back = from_plain(Circumstances, json.loads(json.dumps(to_plain(replace(CHANGE, bridge=ASPIRATED)))))
    assert given_back == replace(CHANGE, bridge=ASPIRATED)


def test_a_review_changes_nothing_and_repeats_itself() -> None:
    """Two reviews of one read-out are equal, and the pump takes exactly the update that was reviewed."""
    pump = running()
    change = replace(CHANGE, bridge=UseBridge())
    first, second = (reviewed(pump, order(concentration=2_000), change) for _ in range(2))
    assert first == second
    after = interrogate(updated(pump, first.update))
    assert after.update_digest == first.digest
    assert (after.low_reservoir_ms, after.dose_pg_per_day) == (
        first.pending.low_reservoir_ms,
        first.pending.dose_pg_per_day,
    )


@pytest.mark.parametrize("length_mm", [888, 889, 890, 891, 892])
def test_a_path_that_measures_otherwise_than_the_pump_was_told_is_said(length_mm: int) -> None:
    """The pump was told 89 cm; a millimetre more or less is a note, and the same length is none."""
    done = reviewed(running(), order(), replace(CHANGE, catheter_length_mm=length_mm))
    assert (asked(done).get("path.volume_changed") is Severity.NOTE) == (length_mm != 890)


@pytest.mark.parametrize(
    ("mcg", "without_response", "rule"), [(330, 2, True), (330, 0, False), (300, 2, False), (270, 2, False)]
)
def test_a_rising_need_asks_about_the_catheter_before_the_dose(mcg: int, without_response: int, rule: bool) -> None:
    """Raised again after two steps in vain: two people, until pump and catheter are on record as checked."""
    need = Need(without_response=without_response, year_ago_pg_per_day=300 * MCG, stable_for_ms=28 * DAY_MS)
    asked_first = reviewed(running(), order(mcg), replace(KNOWN, need=need))
    checked = replace(need, pump_checked=True, catheter_checked=True)
    assert (asked(asked_first).get("titration.no_response") is Severity.TWO_PEOPLE) == rule
    assert "titration.no_response" not in asked(reviewed(running(), order(mcg), replace(KNOWN, need=checked)))
