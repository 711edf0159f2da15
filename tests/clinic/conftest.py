"""Every test of the clinic gets the permanent people and a client of its own."""

import django
import pytest

django.setup()  # the settings are named in tests/conftest.py; models can be imported from here on

from django.test import Client  # noqa: E402 -- after the set-up
from tests.clinic.helpers import Team, make_team  # noqa: E402 -- after the set-up


@pytest.fixture
def team(db: None) -> Team:
    """Alice, Bob, Pat, Charlie and two patients."""
    return make_team()


@pytest.fixture
def client() -> Client:
    """A browser that nobody signed in with."""
    return Client()
