"""A world is a function of its seed and of what was done in it, however its clock was moved."""

import dataclasses
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rehearsal.helpers import (
    DAY_MS,
    HOUR_MS,
    MORNING_MS,
    NEW_YEAR_MS,
    SMALLER,
    bridged,
    device,
    patient,
    person,
    session,
    world_of,
)

from thecal.body import Body
from thecal.errors import BadInput, OurFault, TheirFault
from thecal.mechanism import Stall
from thecal.programmer.exchange import Confirmed
from thecal.pump.infusion import SimpleContinuous
from thecal.rehearsal.world import HappeningKind, Report, Sign, VirtualPatient, World
from thecal.rehearsal.world.life import born, deliveries_between, glimpse, live
from thecal.units import MINUTE_MS

STALLED_MS = NEW_YEAR_MS + 15 * HOUR_MS
STALLS = (Stall(start_ms=STALLED_MS, sensed_after_ms=20 * MINUTE_MS),)


def event_log(world: World, serial: str = "TRP-1") -> list[bytes]:
    """The pump's log, line by line."""
    return [event.line() for event in session(world, serial).interrogate().log]


def lived(path: Path) -> list[bytes]:
    """A story with a stall, an update, a refill and a few moves of the clock."""
    with world_of(path, patient(), patient("p2", "TRP-2", stalls=STALLS)) as world:
        world.advance_to(world.now_ms + 5 * HOUR_MS)
        session(world).update(SMALLER, 1, "t2", SMALLER.digest())
        world.advance_until_something()
        world.refill("TRP-2", 20_000_000, 500)
        world.advance_until_something()
        world.advance_to(world.now_ms + 3 * DAY_MS)
        calls = [repr(report).encode() for report in world.reports(0)]
        return [*event_log(world), *event_log(world, "TRP-2"), *calls]


def test_the_same_seed_and_the_same_calls_give_the_same_log_byte_for_byte(tmp_path: Path) -> None:
    """Two worlds that live the same story cannot be told apart by their logs and calls, keys notwithstanding."""
    first = lived(tmp_path / "a")
    assert first == lived(tmp_path / "b")
    assert len(first) > 8


@settings(max_examples=12)
@given(cuts=st.lists(st.integers(1, 3 * DAY_MS), max_size=5), seed=st.integers(0, 100))
def test_it_does_not_matter_in_how_many_steps_time_passes(cuts: list[int], seed: int) -> None:
    """Device and calls come out the same, and the body to 1e-9, however the way is cut."""
    someone, end_ms = patient(stalls=STALLS), MORNING_MS + 3 * DAY_MS
    whole = live(someone.person, seed, born(someone, MORNING_MS), end_ms)
    moment, calls = born(someone, MORNING_MS), []
    for to_ms in [*sorted(NEW_YEAR_MS + cut for cut in cuts), end_ms]:
        life = live(someone.person, seed, moment, max(to_ms, moment.at_ms))
        calls += [each.report for each in life.happenings if each.report]
        moment = life.moments[-1]
    ours, theirs = glimpse(someone.person, moment, end_ms), glimpse(someone.person, whole.moments[-1], end_ms)
    assert ours.device == theirs.device
    assert calls == [each.report for each in whole.happenings if each.report]
    assert np.allclose(ours.body.to_floats(), theirs.body.to_floats(), rtol=1e-9, atol=1e-12)


def test_the_clock_stands_until_it_is_moved_and_never_goes_back(tmp_path: Path) -> None:
    """Looking moves nothing; a move to the past is refused and changes nothing."""
    with world_of(tmp_path / "w", patient()) as world:
        world.examine("p1")
        world.truth("p1")
        session(world).interrogate()
        assert world.now_ms == MORNING_MS
        with pytest.raises(OurFault):
            world.advance_to(MORNING_MS - 1)
        assert world.now_ms == MORNING_MS


def test_a_world_goes_on_where_it_was_closed(tmp_path: Path) -> None:
    """Clock, pumps, bodies and calls are in the file, not in the process."""
    with world_of(tmp_path / "w", patient(stalls=STALLS)) as world:
        world.advance_to(world.now_ms + 2 * DAY_MS)
        before = world.now_ms, world.reports(0), world.examine("p1"), event_log(world)
    with World.open(tmp_path / "w") as again:
        assert (again.now_ms, again.reports(0), again.examine("p1"), event_log(again)) == before


def test_a_stalled_pump_is_heard_of_by_telephone_and_not_before(tmp_path: Path) -> None:
    """The alarm stops the clock but reaches nobody; a call comes later and says what a mother can tell."""
    with world_of(tmp_path / "w", patient(stalls=STALLS)) as world:
        (alarm,) = world.advance_until_something()
        assert (alarm.kind, alarm.at_ms) == (HappeningKind.ALARM, STALLED_MS + 20 * MINUTE_MS)
        assert world.reports(0) == []
        (call,) = world.advance_until_something()
        assert call.kind is HappeningKind.REPORT
        (report,) = world.reports(0)
        assert report == call.report
        assert report.at_ms == world.now_ms > alarm.at_ms
        assert Sign.BEEP in report.signs
        assert report.by == "his mother"
        assert world.reports(report.at_ms) == []


def test_a_device_that_lags_is_lived_forward_with_its_calls(tmp_path: Path) -> None:
    """Somebody whose motor stalled yesterday comes into the world with the call already made."""
    later_ms = STALLED_MS + 2 * DAY_MS
    with world_of(tmp_path / "w", patient(stalls=STALLS), now_ms=later_ms) as world:
        assert [report.by for report in world.reports(0)][:1] == ["his mother"]
        assert session(world).interrogate().motor_stalled
        assert world.examine("p1") == {"soleus": "3", "quadriceps": "3"}


def test_a_quiet_month_stops_at_the_limit(tmp_path: Path) -> None:
    """Where nothing happens the clock moves to the limit, and never beyond 31 days."""
    with world_of(tmp_path / "w", VirtualPatient(person=person())) as world:
        assert world.advance_until_something(MORNING_MS + HOUR_MS) == []
        assert world.now_ms == MORNING_MS + HOUR_MS
        assert world.advance_until_something() == []
        assert world.now_ms == MORNING_MS + HOUR_MS + 31 * DAY_MS
        assert world.serial("p1") is None


def test_the_end_of_a_bridge_stops_the_clock(tmp_path: Path) -> None:
    """13 h 26 min after New Year the bridge has been delivered: 0.3358 mL at 0.6 mL/day."""
    someone = VirtualPatient(person=person(), device=bridged(), body=Body.adult("T10").steady(12.5))
    with world_of(tmp_path / "w", someone) as world:
        (ended,) = world.advance_until_something()
        assert (ended.kind, ended.detail) == (HappeningKind.BOLUS_ENDED, "BridgeBolus")
        assert round((ended.at_ms - NEW_YEAR_MS) / MINUTE_MS) == 13 * 60 + 26


def test_what_happens_to_several_comes_in_order(tmp_path: Path) -> None:
    """A move of the clock tells everything on the way, by time and then by patient."""
    late = (Stall(start_ms=STALLED_MS + HOUR_MS),)
    with world_of(tmp_path / "w", patient("p1", "A", stalls=late), patient("p2", "B", stalls=STALLS)) as world:
        happenings = world.advance_to(world.now_ms + 2 * DAY_MS)
        assert [(each.at_ms, each.patient_key) for each in happenings] == sorted(
            (each.at_ms, each.patient_key) for each in happenings
        )
        assert {each.patient_key for each in happenings} == {"p1", "p2"}
        assert world.advance_to(world.now_ms) == []


def test_a_smaller_dose_is_felt(tmp_path: Path) -> None:
    """What is programmed happens: the true flow from the tip follows, and drug is what the pump was filled with."""
    with world_of(tmp_path / "w", patient()) as world:
        outcome = session(world).update(SMALLER, 1, "t2", SMALLER.digest())
        assert isinstance(outcome, Confirmed)
        world.advance_to(world.now_ms + 3 * DAY_MS)
        truth = world.truth("p1")
        assert truth.tip_pg_per_day[-1] == pytest.approx(250e6, rel=1e-3)
        assert len(truth.times_ms) == len(truth.tip_pg_per_day) == len(truth.suppressed["soleus"]) == 192
        assert truth.slugs == ((335_800, 335_800 * 500),)
        assert not truth.motor_stalled


def test_truth_shows_when_the_tip_fell_dry(tmp_path: Path) -> None:
    """The teaching view has the stall to the quarter hour, and an effect that has not left yet."""
    with world_of(tmp_path / "w", patient(stalls=STALLS)) as world:
        world.advance_to(STALLED_MS + 2 * HOUR_MS)
        truth = world.truth("p1")
        dry = truth.times_ms[truth.tip_pg_per_day == 0]
        assert STALLED_MS < dry[0] <= STALLED_MS + 15 * MINUTE_MS
        assert truth.motor_stalled
        assert truth.times_ms[-1] == world.now_ms
        assert 0 < truth.mas["soleus"] < 1


def test_truth_does_not_depend_on_how_the_clock_was_moved(tmp_path: Path) -> None:
    """The last 48 h look the same after one move and after many."""
    pictures = []
    for name, step_ms in (("a", 60 * HOUR_MS), ("b", 20 * HOUR_MS + 1)):
        with world_of(tmp_path / name, patient(stalls=STALLS)) as world:
            while world.now_ms < MORNING_MS + 60 * HOUR_MS:
                world.advance_to(min(world.now_ms + step_ms, MORNING_MS + 60 * HOUR_MS))
            pictures.append(world.truth("p1"))
    assert np.allclose(pictures[0].suppressed["soleus"], pictures[1].suppressed["soleus"], rtol=1e-9, atol=1e-12)
    assert np.array_equal(pictures[0].times_ms, pictures[1].times_ms)
    assert np.allclose(pictures[0].tip_pg_per_day, pictures[1].tip_pg_per_day, rtol=1e-3)


def test_a_syringe_measures_what_is_there(tmp_path: Path) -> None:
    """A stalled pump believes less than the syringe draws: that difference is how the stall shows at a refill."""
    with world_of(tmp_path / "w", patient(stalls=STALLS), patient("p2", "TRP-2")) as world:
        world.advance_to(STALLED_MS)
        believed_nl = session(world).interrogate().reservoir_nl
        world.advance_to(STALLED_MS + 5 * DAY_MS)
        assert abs(world.withdraw("TRP-1") - believed_nl) <= 1
        assert world.refill("TRP-1", 20_000_000, 2000) == 0
        assert world.truth("p1").reservoir_pg == 20_000_000 * 2000
        assert abs(world.refill("TRP-2", 20_000_000, 500) - session(world, "TRP-2").interrogate().reservoir_nl) <= 1


def test_a_refill_that_cannot_be_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    """More than the reservoir takes, nothing at all, and an unknown pump are refused by name."""
    with world_of(tmp_path / "w", patient()) as world:
        before = world.truth("p1").reservoir_nl
        for serial, volume_nl in (("TRP-1", 20_000_001), ("TRP-1", 0), ("nobody's", 1)):
            with pytest.raises(BadInput):
                world.refill(serial, volume_nl, 500)
        assert world.truth("p1").reservoir_nl == before


def test_calls_know_nothing_that_a_caller_cannot_know(tmp_path: Path) -> None:
    """A stall and a dry reservoir sound the same on the telephone, and a call carries no number but its time."""
    assert {each.name: each.type for each in dataclasses.fields(Report)} == {
        "patient_key": str, "at_ms": int, "by": str, "words": str, "signs": tuple[Sign, ...],
    }  # fmt: skip
    with world_of(tmp_path / "a", patient(stalls=STALLS)) as stalled, world_of(tmp_path / "b", patient()) as dry:
        dry.advance_to(STALLED_MS)
        dry.withdraw("TRP-1")
        session(dry).stop()
        for world in (stalled, dry):
            world.advance_to(STALLED_MS + 4 * DAY_MS)
        said = [{report.words for report in world.reports(0)} for world in (stalled, dry)]
    assert "It beeps every hour, he is stiff and itching." in said[0] & said[1]


def test_an_examiner_finds_grades_of_the_scale(tmp_path: Path) -> None:
    """Without an implant it is the baseline; on 300 mcg/day it is less, in grades that can be written down."""
    naive = VirtualPatient(person=person("p0", baseline_mas=(("soleus", 3.0), ("biceps", 1.6)), tolerance=1.0))
    with world_of(tmp_path / "w", naive, patient()) as world:
        assert world.examine("p0") == {"soleus": "3", "biceps": "1+"}
        assert world.examine("p1")["soleus"] in {"0", "1", "1+"}
        with pytest.raises(BadInput):
            world.examine("nobody")


def test_keys_and_serial_numbers_belong_to_one_patient(tmp_path: Path) -> None:
    """The second of a kind is refused whole: nothing of it is in the file."""
    with world_of(tmp_path / "w", patient()) as world:
        for twin in (patient("p1", "TRP-9"), patient("p9", "TRP-1")):
            with pytest.raises(BadInput):
                world.add(twin)
        assert [each.key for each in world.patients()] == ["p1"]


@pytest.mark.parametrize("baseline", [(), (("nose", 1.0),), (("soleus", 4.1),)])
def test_a_patient_has_muscles_that_can_be_examined(baseline: tuple[tuple[str, float], ...]) -> None:
    """Unknown muscle groups and scores off the scale are refused when the patient is made."""
    with pytest.raises(BadInput):
        person(baseline_mas=baseline)


def test_a_file_that_is_no_world_is_refused(tmp_path: Path) -> None:
    """A missing file, another program's file, and a world of another version each say what to do."""
    with pytest.raises(BadInput):
        World.open(tmp_path / "missing")
    (tmp_path / "text").write_text("no database, but long enough to be looked at" * 10)
    with pytest.raises(TheirFault):
        World.open(tmp_path / "text")
    world_of(tmp_path / "w").close()
    with sqlite3.connect(tmp_path / "w") as rows:
        rows.execute("PRAGMA user_version = 99")
    with pytest.raises(TheirFault):
        World.open(tmp_path / "w")
    with pytest.raises(BadInput):
        World.create(tmp_path / "w", MORNING_MS, 1)


def test_a_change_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """An advance that breaks at the second patient has not moved the first."""
    with world_of(tmp_path / "w", patient(), patient("p2", "TRP-2")) as world:
        before = world.truth("p1").reservoir_nl
        with sqlite3.connect(tmp_path / "w") as rows:
            rows.execute("UPDATE moment SET watch = 'broken' WHERE key = 'p2'")
        with pytest.raises(ValueError, match="Expecting value"):
            world.advance_to(world.now_ms + DAY_MS)
        assert world.now_ms == MORNING_MS
        assert world.truth("p1").reservoir_nl == before


def test_only_the_last_days_are_kept(tmp_path: Path) -> None:
    """However long a world lives, its file holds a handful of moments for each patient."""
    with world_of(tmp_path / "w", patient()) as world:
        for _ in range(30):
            world.advance_to(world.now_ms + 10 * HOUR_MS)
        world.truth("p1")
    with sqlite3.connect(tmp_path / "w") as rows:
        ((count, first, last),) = rows.execute("SELECT count(*), min(at_ms), max(at_ms) FROM moment").fetchall()
    assert 7 < count < 12
    assert last - first < 4 * DAY_MS


def test_a_month_for_six_patients_passes_while_somebody_waits(tmp_path: Path) -> None:
    """+1 month takes a fraction of a second on an idle machine; ten times that would be another way of computing."""
    with world_of(tmp_path / "w", *[patient(f"p{index}", f"TRP-{index}") for index in range(6)]) as world:
        begun = time.thread_time()
        world.advance_to(world.now_ms + 30 * DAY_MS)
        assert time.thread_time() - begun < 5.0


def test_drug_is_neither_made_nor_lost(tmp_path: Path) -> None:
    """What the implant held and holds no more has left through the tip, to the picogram."""
    someone = patient(stalls=STALLS)
    assert someone.device is not None
    held_pg = someone.device.held_pg
    life = live(someone.person, 1, born(someone, MORNING_MS), MORNING_MS + 5 * DAY_MS)
    end = life.moments[-1]
    assert end.device is not None
    out_pg = sum(
        delivery.mass_pg for delivery in deliveries_between(someone.person, 1, born(someone, MORNING_MS), end.at_ms)
    )
    assert held_pg == end.device.held_pg + out_pg
    assert out_pg > 0


def test_devices_and_programs_are_as_the_helpers_say() -> None:
    """The stories above rest on 0.6 mL/day of 500 mcg/mL."""
    program = device().pump.program
    assert program is not None
    assert program.infusion_mode == SimpleContinuous(rate_nl_per_day=600_000)
    assert program.concentration_pg_per_nl == 500
