"""Every test of the clinic gets the permanent people and a client of its own."""

import pytest
from django.test import Client
from tests.clinic.helpers import Team, make_team
from tests.clinic.steps.sample import SAMPLE

from thecal.clinic.steps import registry


@pytest.fixture
def team(db: None) -> Team:
    """Nine people and two patients."""
    return make_team()


@pytest.fixture
def client() -> Client:
    """A browser that nobody signed in with."""
    return Client()


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clinic as if it had one more step of therapy."""
    monkeypatch.setattr(registry, "STEPS", (*registry.STEPS, SAMPLE))
