"""The room of a rehearsal's patient: examine, inject, operate; and no room for any other record."""

from pathlib import Path
from typing import Any

import pytest
from tests.clinic.helpers import START_MS, make_implant, make_patient, make_person

from thecal.clinic.bedside import Bedside, room_of
from thecal.clinic.models import Flag, Origin, Patient, RecordKind, Role
from thecal.clinic.rehearse.teaching import lesson_of
from thecal.errors import BadInput
from thecal.rehearsal.world import World
from thecal.units import HOUR_MS

pytestmark = pytest.mark.django_db
FILLED_NL = 20_000_000


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Path:
    """An empty world at the clinic's time, as the settings name it."""
    settings.THECAL_WORLD = tmp_path / "world"
    World.create(settings.THECAL_WORLD, START_MS, 12).close()
    return tmp_path / "world"


def room(patient: Patient) -> Bedside:
    """The room, which is there."""
    found = room_of(patient)
    assert found is not None
    return found


def pass_hours(world: Path, hours: int) -> None:
    """Let the world's time go on."""
    with World.open(world) as opened:
        opened.advance_to(opened.now_ms + hours * HOUR_MS)


def test_only_a_rehearsal_has_a_room(world: Path) -> None:
    """Records of real pumps have none."""
    assert world.exists()
    assert room_of(make_patient("A")) is not None
    for kind in (RecordKind.OPEN_PUMP, RecordKind.TRANSCRIBED):
        assert room_of(make_patient("B", kind=kind)) is None


@pytest.mark.parametrize("name", ["THECAL_BEDSIDE", "THECAL_WORLD"])
def test_settings_that_keep_no_rehearsal_have_no_room(world: Path, settings: Any, name: str) -> None:
    """A rehearsal's record that was carried elsewhere has nobody behind it."""
    assert world.exists()
    delattr(settings, name)
    assert room_of(make_patient("A")) is None


def test_an_admitted_patient_is_examined_and_injected(world: Path) -> None:
    """The legs are loose some hours after 100 mcg; the examiner writes grades of the scale."""
    patient = make_patient("A", record_number="W-1", origin=Origin.CEREBRAL, baseline_mas_tenths=40)
    with pytest.raises(BadInput):
        room(patient).examine(patient)
    room(patient).admit(patient)
    before = room(patient).examine(patient)
    assert set(before.values()) <= {"3", "4"}
    room(patient).inject(patient, mass_pg=100_000_000)
    pass_hours(world, 4)
    after = room(patient).examine(patient)
    assert after["soleus"] < before["soleus"]


def test_a_patient_without_a_known_baseline_is_admitted(world: Path) -> None:
    """Unknown is not zero: there is something to examine; who cannot report is spoken for."""
    patient = make_patient("A", baseline_mas_tenths=None, flags=[Flag.CANNOT_REPORT.value])
    room(patient).admit(patient)
    assert room(patient).examine(patient)["soleus"] >= "2"
    with World.open(world) as opened:
        assert [(each.caller, each.pronoun) for each in opened.patients()] == [("the carer", "they")]


def test_a_pump_is_put_in_replaced_emptied_and_removed(world: Path) -> None:
    """The record's pump is the one the wand finds; after removal nobody finds one."""
    patient, prescriber = make_patient("A"), make_person("ruiz", Role.PRESCRIBER)
    here = room(patient)
    here.admit(patient)
    first = make_implant(patient, removed_ms=START_MS)
    here.implant(first, filled_nl=FILLED_NL, concentration_pg_per_nl=500, tubing_primed=False)
    assert here.open_session(first, prescriber).interrogate().serial == first.serial
    second = make_implant(patient)
    here.implant(second, filled_nl=FILLED_NL, concentration_pg_per_nl=2_000, tubing_primed=True)
    with pytest.raises(BadInput):
        here.open_session(first, prescriber)
    pass_hours(world, 30)
    lesson = lesson_of(patient)
    assert lesson is not None
    assert lesson.implanted is not None
    assert lesson.implanted.serial == second.serial
    assert here.withdraw(second) == FILLED_NL
    here.remove(second)
    pass_hours(world, 30)
    lesson = lesson_of(patient)
    assert lesson is not None
    assert lesson.implanted is None
    with pytest.raises(BadInput):
        here.withdraw(second)
    with World.open(world) as opened:
        assert opened.serial(patient.record_number) is None
