"""Seeding itself: the same every time, whole or not at all."""

from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import transaction
from tests.clinic.helpers import START_MS
from tests.clinic.rehearse.helpers import WALL_MS

from thecal.clinic.models import (
    AuditRow,
    Call,
    ClinicClock,
    Fill,
    Implant,
    Patient,
    Person,
    PumpUpdate,
    ReadOut,
    Visit,
)
from thecal.clinic.rehearse import seed as seeding
from thecal.clinic.rehearse.patients import SIX
from thecal.clinic.rehearse.seed import seed_rehearsal
from thecal.pump.events import EventKind
from thecal.rehearsal.world import World

pytestmark = pytest.mark.django_db
RECORDS = (Patient, Implant, Fill, ReadOut, Visit, PumpUpdate, Call, AuditRow, ClinicClock, Person)
SECRET = {"password", "date_joined", "last_login"}


def test_two_seedings_give_the_same_records_and_the_same_logs(tmp_path: Path) -> None:
    """All but secrets and the moment an account was made by the wall's clock."""
    assert _seeded(tmp_path / "one", 12) == _seeded(tmp_path / "two", 12)


def test_another_seed_is_another_rehearsal(tmp_path: Path) -> None:
    """Chance is keyed: the call comes at another time."""
    assert _seeded(tmp_path / "one", 12) != _seeded(tmp_path / "two", 2)


def test_a_crash_while_seeding_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No record, no world; and the next attempt succeeds."""
    with monkeypatch.context() as broken:
        broken.setattr(seeding, "_titrate", _crash)
        with pytest.raises(KeyboardInterrupt):
            seed_rehearsal(tmp_path / "world", wall_ms=WALL_MS)
    assert not (tmp_path / "world").exists()
    assert all(not kind.objects.exists() for kind in RECORDS)
    seed_rehearsal(tmp_path / "world", wall_ms=WALL_MS)
    assert Patient.objects.count() == len(SIX)


def test_a_world_without_records_is_made_again(tmp_path: Path) -> None:
    """What is left where the commit failed after the world was in its place."""
    World.create(tmp_path / "world", 0, 1).close()
    seed_rehearsal(tmp_path / "world", wall_ms=WALL_MS)
    with World.open(tmp_path / "world") as world:
        assert world.now_ms == START_MS


def _crash(*args: Any) -> None:
    raise KeyboardInterrupt


def _seeded(path: Path, seed: int) -> list[Any]:
    """Every record as plain data, and every pump's log as its read-outs do not show it."""
    with transaction.atomic():
        seed_rehearsal(path, wall_ms=WALL_MS, seed=seed)
        seen = [_plain(kind) for kind in RECORDS] + [_logs(path)]
        transaction.set_rollback(True)
    return seen


def _plain(kind: Any) -> list[dict[str, Any]]:
    rows = serializers.serialize("python", kind.objects.order_by("pk"))
    return [
        row | {"fields": {name: value for name, value in row["fields"].items() if name not in SECRET}} for row in rows
    ]


def _logs(path: Path) -> list[tuple[str, str]]:
    """The head of each pump's log, which names every line before it; and the kinds that only truth holds."""
    with World.open(path) as world:
        devices = [world._read(implant.serial) for implant in Implant.objects.order_by("serial")]
    assert any(event.kind is EventKind.MOTOR_STALLED for device in devices for event in device.pump.log)
    return [(device.pump.serial, device.pump.log_head) for device in devices]
