"""Theatres: one with a virtual patient, and one whose record is of a pump that others programmed."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.clinic.helpers import Team, make_patient
from tests.clinic.steps.theatre import Theatre

from thecal.clinic.models import RecordKind


@pytest.fixture
def theatre(team: Team, client: Client, settings: Any, tmp_path: Path) -> Theatre:
    """A rehearsal's patient before the operation, on the morning of 3 March 2026."""
    settings.THECAL_WORLD = tmp_path / "world"
    return Theatre(team, client, team.patient, settings.THECAL_WORLD)


@pytest.fixture
def elsewhere(team: Team, client: Client) -> Theatre:
    """A patient who is operated on where no rehearsal is: what is recorded has been done by people."""
    return Theatre(team, client, make_patient("Elsewhere", kind=RecordKind.TRANSCRIBED), None)
