"""One seeded rehearsal for each file of tests; every test gets its own copy of the world and a database as seeded."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker
from tests.clinic.helpers import START_MS
from tests.clinic.rehearse.helpers import WALL_MS, Clinic

from thecal.clinic.clock import Now
from thecal.clinic.models import Person
from thecal.clinic.rehearse.seed import seed_rehearsal


@pytest.fixture(scope="module")
def seeded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The world's file; the records stand in a transaction that ends with the file of tests."""
    path = tmp_path_factory.mktemp("seeded") / "world"
    with django_db_blocker.unblock(), transaction.atomic():
        seed_rehearsal(path, wall_ms=WALL_MS)
        yield path
        transaction.set_rollback(True)


@pytest.fixture
def clinic(seeded: Path, db: None, settings: Any, tmp_path: Path) -> Clinic:
    """The rehearsal clinic at its first sign-in."""
    path = tmp_path / "world"
    shutil.copy(seeded, path)
    settings.THECAL_WORLD = path
    people = {person.username: person for person in Person.objects.all()}
    return Clinic(
        path=path,
        ruiz=people["ruiz"],
        okafor=people["okafor"],
        lindqvist=people["lindqvist"],
        lind=people["lind"],
        now=Now(clinic_ms=START_MS, wall_ms=WALL_MS),
    )
