"""Lumbar punctures and operations: no drug is made or lost, time does not mind them, and a removed pump is silent."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import program
from tests.rehearsal.helpers import DAY_MS, HOUR_MS, MORNING_MS, patient, person, session, world_of

from thecal.body import TWO_POOL
from thecal.errors import BadInput, ThecalError
from thecal.mechanism import Stall
from thecal.programmer.exchange import Confirmed
from thecal.pump.commands import Update
from thecal.rehearsal.world import HappeningKind, NewImplant, Sign, VirtualPatient, World
from thecal.rehearsal.world.admission import draw_person
from thecal.rehearsal.world.life import glimpse
from thecal.rehearsal.world.patient import Moment
from thecal.rehearsal.world.store import Store
from thecal.rehearsal.world.surgery import catheter_of

MCG = 1_000_000
TUBING_NL, CATHETER_NL, FILLED_NL = 140_000, 195_800, 20_000_000
RUNNING = Update(program=program(), reservoir_nl=FILLED_NL)
ODD_MS = 17 * 60_000 + 23


def new_implant(serial: str = "NEW-1", **changes: object) -> NewImplant:
    """A 20 mL pump with 89 cm of catheter, filled with 500 mcg/mL, its tubing without drug."""
    usual = NewImplant(
        serial=serial,
        pump_model="Thecal reference pump 20 mL",
        catheter_nl=CATHETER_NL,
        tip_level="T10",
        filled_nl=FILLED_NL,
        concentration_pg_per_nl=500,
        tubing_primed=False,
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # one test, one field


def naive(key: str = "p1") -> VirtualPatient:
    """Somebody without pump or drug."""
    return VirtualPatient(person=person(key, tolerance=1.0))


def present(path: Path, key: str = "p1") -> Moment:
    """All that is true now."""
    with closing(Store.open(path)) as store:
        return glimpse(store.person(key), store.last_moment(key), store.now_ms())


def in_body_mcg(path: Path, key: str = "p1") -> float:
    """The drug in the canal, cord and head."""
    with closing(Store.open(path)) as store:
        return store.person(key).body().held_mcg(present(path, key).body)


def in_implant_pg(path: Path, key: str = "p1") -> int:
    """The drug in pump, tubing and catheter."""
    device = present(path, key).device
    return 0 if device is None else device.held_pg


@settings(max_examples=10)
@given(doses=st.lists(st.integers(1, 200 * MCG), min_size=1, max_size=3))
def test_what_is_injected_is_in_the_body_at_once(doses: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Boluses at one instant add up to their sum, to the last digits of the arithmetic."""
    path = tmp_path_factory.mktemp("w") / "w"
    with world_of(path, naive()) as world:
        for mass_pg in doses:
            world.inject("p1", mass_pg)
    assert in_body_mcg(path) == pytest.approx(sum(doses) / MCG, rel=1e-9)
    assert in_implant_pg(path) == 0


def test_an_injection_loosens_the_legs_for_some_hours_and_then_wears_off(tmp_path: Path) -> None:
    """50 mcg: the peak at about four hours and nearly nothing after a day (label: 4 h, 4 to 8 h)."""
    with world_of(tmp_path / "w", naive()) as world:
        assert world.examine("p1") == {"soleus": "3", "quadriceps": "3"}
        world.inject("p1", 50 * MCG)
        assert world.examine("p1") == {"soleus": "3", "quadriceps": "3"}
        world.advance_to(MORNING_MS + 4 * HOUR_MS)
        assert world.examine("p1")["soleus"] in {"0", "1"}
        world.advance_to(MORNING_MS + 30 * HOUR_MS)
        assert world.examine("p1")["soleus"] == "3"
        assert world.reports(0) == []


@pytest.mark.parametrize("mass_pg", [0, -1])
def test_nothing_cannot_be_injected(tmp_path: Path, mass_pg: int) -> None:
    """An empty syringe is a mistake of whoever typed it."""
    with world_of(tmp_path / "w", naive()) as world, pytest.raises(BadInput):
        world.inject("p1", mass_pg)


@pytest.mark.parametrize(("tubing_primed", "in_tubing_nl"), [(False, 0), (True, TUBING_NL)])
def test_what_was_filled_and_primed_is_what_is_implanted(
    tmp_path: Path, *, tubing_primed: bool, in_tubing_nl: int
) -> None:
    """The catheter is new and holds no drug; the tubing does only where it was primed; to the picogram."""
    with world_of(tmp_path / "w", naive()) as world:
        world.implant("p1", new_implant(tubing_primed=tubing_primed))
        truth = world.truth("p1")
        assert world.serial("p1") == "NEW-1"
        assert truth.reservoir_nl == FILLED_NL
        assert sum(volume_nl for volume_nl, _ in truth.slugs) == CATHETER_NL + TUBING_NL
        assert truth.slugs[0] == (CATHETER_NL, 0) or truth.slugs[0] == (CATHETER_NL + TUBING_NL, 0)
    assert in_implant_pg(tmp_path / "w") == (FILLED_NL + in_tubing_nl) * 500


def test_a_new_pump_delivers_nothing_until_it_is_programmed(tmp_path: Path) -> None:
    """There is no default dose: it lies stopped, and complains after two days; programmed, it runs."""
    path = tmp_path / "w"
    with world_of(path, naive()) as world:
        world.implant("p1", new_implant())
        world.advance_to(MORNING_MS + DAY_MS)
        assert session(world, "NEW-1").interrogate().program is None
        assert (in_implant_pg(path), in_body_mcg(path)) == (FILLED_NL * 500, 0.0)
        outcome = session(world, "NEW-1").update(RUNNING, 0, "t1", RUNNING.digest())
        assert isinstance(outcome, Confirmed)
        world.advance_to(MORNING_MS + 3 * DAY_MS)
    assert in_implant_pg(path) < FILLED_NL * 500
    assert in_body_mcg(path) > 1


def test_the_world_is_as_it_was_between_an_operation_and_a_whole_day(tmp_path: Path) -> None:
    """However the clock was moved over a bolus, an implant, a replacement and a removal, all comes out the same."""
    calls, ends = list[object](), list[list[Moment]]()
    for name, step_ms in (("whole", 90 * HOUR_MS), ("cut", 7 * HOUR_MS + ODD_MS)):
        path = tmp_path / name
        with world_of(path, patient(stalls=(Stall(start_ms=MORNING_MS + 30 * HOUR_MS),)), naive("p2")) as world:
            _walk(world, MORNING_MS + ODD_MS, step_ms)
            world.inject("p2", 75 * MCG)
            _walk(world, MORNING_MS + 5 * HOUR_MS + ODD_MS, step_ms)
            world.implant("p1", new_implant())
            world.implant("p2", new_implant("NEW-2", tip_level="T6", tubing_primed=True))
            session(world, "NEW-1").update(RUNNING, 0, "t1", RUNNING.digest())
            session(world, "NEW-2").update(RUNNING, 0, "t2", RUNNING.digest())
            _walk(world, MORNING_MS + 50 * HOUR_MS, step_ms)
            world.remove("NEW-2")
            _walk(world, MORNING_MS + 140 * HOUR_MS, step_ms)
            calls.append(world.reports(0))
            ends.append([present(path, key) for key in ("p1", "p2")])
    assert calls[0] == calls[1]
    for one, other in zip(*ends, strict=True):
        assert one.device == other.device
        assert np.allclose(one.body.to_floats(), other.body.to_floats(), rtol=1e-9, atol=1e-12)


def _walk(world: World, to_ms: int, step_ms: int) -> None:
    while world.now_ms < to_ms:
        world.advance_to(min(world.now_ms + step_ms, to_ms))


def test_a_replaced_pump_takes_its_reservoir_and_tubing_with_it_and_leaves_the_catheter(tmp_path: Path) -> None:
    """The catheter keeps what it holds, to the picogram; only the new tubing lies between it and the new drug."""
    path = tmp_path / "w"
    with world_of(path, patient()) as world:
        world.refill("TRP-1", FILLED_NL, 2_000)
        world.advance_to(MORNING_MS + 8 * HOUR_MS)
        before = present(path)
        assert before.device is not None
        catheter = catheter_of(before.device)
        world.implant("p1", new_implant(concentration_pg_per_nl=1_000, catheter_nl=999_000, tip_level="T2"))
        after = present(path)
        assert after.device is not None
        assert after.device.catheter.slugs[: len(catheter.slugs)] == catheter.slugs
        assert after.device.catheter.volume_nl == catheter.volume_nl + TUBING_NL
        assert catheter.volume_nl == before.device.catheter.volume_nl - TUBING_NL
        kept_pg = sum(slug.mass_pg for slug in catheter.slugs)
        assert in_implant_pg(path) == kept_pg + FILLED_NL * 1_000
        assert kept_pg > 0
        assert after.body == before.body
        assert world.serial("p1") == "NEW-1"
        assert [each.tip_level for each in world.patients()] == ["T10"]


def test_years_of_replacements_leave_one_pump_in_the_patient(tmp_path: Path) -> None:
    """Each new pump can be read, and none of the old ones: their serial numbers stay theirs for ever."""
    with world_of(tmp_path / "w", patient(), naive("p2")) as world:
        for turn in range(3):
            world.implant("p1", new_implant(f"NEW-{turn}"))
            world.advance_to(world.now_ms + HOUR_MS)
        assert session(world, "NEW-2").interrogate().serial == "NEW-2"
        for gone in ("TRP-1", "NEW-0", "NEW-1"):
            with pytest.raises(ThecalError):
                session(world, gone)
            with pytest.raises(BadInput):
                world.withdraw(gone)
            with pytest.raises(BadInput):
                world.implant("p2", new_implant(gone))
        assert world.serial("p2") is None


def test_after_removal_the_canal_keeps_its_drug_and_it_fades(tmp_path: Path) -> None:
    """At the instant of removal the body has what it had; a day later it has less, after two tone is back."""
    path = tmp_path / "w"
    with world_of(path, patient()) as world:
        before_mcg = in_body_mcg(path)
        world.remove("TRP-1")
        assert in_body_mcg(path) == before_mcg > 1
        assert in_implant_pg(path) == 0
        assert world.serial("p1") is None
        world.advance_to(MORNING_MS + DAY_MS)
        assert 0 < in_body_mcg(path) < before_mcg / 4
        assert world.truth("p1").reservoir_nl == 0
        world.advance_to(MORNING_MS + 2 * DAY_MS)
        assert world.examine("p1") == {"soleus": "3", "quadriceps": "3"}


def test_somebody_whose_pump_goes_at_once_telephones_of_withdrawal_and_of_no_beep(tmp_path: Path) -> None:
    """Stiff and itching within two days, although the pump beeped when it was taken out; no alarm comes any more."""
    stalls = (Stall(start_ms=MORNING_MS),)
    with world_of(tmp_path / "w", patient(stalls=stalls)) as world:
        world.advance_to(MORNING_MS + HOUR_MS)
        world.remove("TRP-1")
        happenings = world.advance_to(MORNING_MS + 5 * DAY_MS)
        signs = {sign for report in world.reports(MORNING_MS + HOUR_MS) for sign in report.signs}
        assert {Sign.STIFF, Sign.ITCH} == signs
        assert world.reports(0)[0].at_ms < MORNING_MS + 3 * DAY_MS
        assert not [each for each in happenings if each.kind is HappeningKind.ALARM]


def test_a_new_pump_after_a_removal_brings_a_catheter_of_its_own(tmp_path: Path) -> None:
    """Pump and catheter left together: the next catheter is new, lies where it was put, and holds no drug."""
    with world_of(tmp_path / "w", patient()) as world:
        world.remove("TRP-1")
        world.advance_to(MORNING_MS + HOUR_MS)
        world.implant("p1", new_implant(tip_level="C5"))
        assert world.truth("p1").slugs[0][1] == 0
        assert [each.tip_level for each in world.patients()] == ["C5"]
        world.advance_to(MORNING_MS + 2 * HOUR_MS)
        assert len(world.truth("p1").times_ms) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": ""},
        {"pump_model": "another"},
        {"catheter_nl": 0},
        {"tip_level": "T13"},
        {"filled_nl": 0},
        {"filled_nl": FILLED_NL + 1},
        {"concentration_pg_per_nl": 0},
    ],
)
def test_what_cannot_be_implanted_is_refused(changes: dict[str, object]) -> None:
    """No name, no such pump, no catheter, no such level, and a fill that does not go in are refused by name."""
    with pytest.raises(BadInput):
        replace(new_implant(), **changes)  # type: ignore[arg-type] # one test, one field


def test_a_refused_operation_leaves_the_world_as_it_was(tmp_path: Path) -> None:
    """A serial number that is taken: the old pump still lies there and runs."""
    path = tmp_path / "w"
    with world_of(path, patient(), patient("p2", "TRP-2")) as world:
        before = present(path)
        with pytest.raises(BadInput):
            world.implant("p1", new_implant("TRP-2"))
        with pytest.raises(BadInput):
            world.remove("nobody's")
        assert present(path).device == before.device
        assert world.serial("p1") == "TRP-1"


DIES = """
import os, signal, sys
from pathlib import Path
from tests.rehearsal.test_surgery import new_implant
from thecal.rehearsal.world import World
from thecal.rehearsal.world.store import Store

def die():
    os.kill(os.getpid(), signal.SIGKILL)

world, act, within = World.open(Path(sys.argv[1])), sys.argv[2], sys.argv[3] == "within"
if within:
    keep = Store.keep
    Store.keep = lambda *moments: (keep(*moments), die())
{
    "inject": lambda: world.inject("p1", 50_000_000),
    "replace": lambda: world.implant("p1", new_implant()),
    "remove": lambda: world.remove("TRP-1"),
}[act]()
die()
"""


@pytest.mark.parametrize("act", ["inject", "replace", "remove"])
@pytest.mark.parametrize("when", ["within", "after"])
def test_a_kill_leaves_an_operation_done_or_not_begun(tmp_path: Path, repository: Path, act: str, when: str) -> None:
    """What had returned is there after the next start, and nothing of what had not."""
    path = tmp_path / "w"
    world_of(path, patient()).close()
    before, before_mcg = present(path), in_body_mcg(path)
    killed = subprocess.run([sys.executable, "-c", DIES, path, act, when], cwd=repository, check=False)
    assert killed.returncode == -9
    after = present(path)
    with World.open(path) as world:
        serial = world.serial("p1")
    if when == "within":
        assert (after.device, after.body, serial) == (before.device, before.body, "TRP-1")
    else:
        assert in_body_mcg(path) == pytest.approx(before_mcg + (50 if act == "inject" else 0), rel=1e-9)
        assert serial == {"inject": "TRP-1", "replace": "NEW-1", "remove": None}[act]
        assert (after.device is None) == (act == "remove")


@given(recorded=st.one_of(st.none(), st.sampled_from((0.0, 1.0, 1.5, 2.0, 3.0, 4.0))), seed=st.integers(0, 99))
def test_a_new_patient_is_near_what_the_record_says(recorded: float | None, seed: int) -> None:
    """Legs within half a point of the recorded score and on the scale; nobody starts used to the drug."""
    for cerebral in (False, True):
        someone = draw_person(seed, key="p1", recorded_mas=recorded, cerebral=cerebral, caller="x", pronoun="they")
        tone = dict(someone.baseline_mas)
        near = 3.0 if recorded is None else recorded
        assert abs(tone["soleus"] - near) <= 0.5
        assert abs(tone["quadriceps"] - near) <= 0.5
        assert abs(tone["biceps"] - (near if cerebral else near / 2)) <= 0.5
        assert someone.tolerance == TWO_POOL.tolerance_naive.value
        assert 0.1 < someone.sensitivity < 8


def test_people_differ_and_the_same_record_gives_the_same_person() -> None:
    """Half of many are less sensitive than usual; the draw hangs on key and seed alone."""
    drawn = [
        draw_person(7, key=f"p{index}", recorded_mas=3.0, cerebral=False, caller="x", pronoun="I")
        for index in range(400)
    ]
    assert drawn[0] == draw_person(7, key="p0", recorded_mas=3.0, cerebral=False, caller="x", pronoun="I")
    weaker = sum(each.sensitivity < 1 for each in drawn)
    assert 160 < weaker < 240
    assert len({each.baseline_mas for each in drawn}) > 50


def test_an_admitted_patient_can_be_examined_and_belongs_to_the_world(tmp_path: Path) -> None:
    """`admit` adds somebody without implant, once."""
    with world_of(tmp_path / "w") as world:
        world.admit("R-9", recorded_mas=4.0, cerebral=True, caller="the carer", pronoun="they")
        assert world.examine("R-9").keys() == {"soleus", "quadriceps", "biceps"}
        assert world.examine("R-9")["soleus"] in {"3", "4"}
        with pytest.raises(BadInput):
            world.admit("R-9", recorded_mas=4.0, cerebral=True, caller="the carer", pronoun="they")
