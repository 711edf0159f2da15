"""Every test of the clinic gets the permanent people and a client of its own."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.clinic.helpers import Team


@pytest.fixture
def team(db: None) -> "Team":
    """Alice, Bob, Pat, Charlie and two patients."""
    from tests.clinic.helpers import make_team  # models can be imported only once Django has its settings

    return make_team()


@pytest.fixture
def client() -> Client:
    """A browser that nobody signed in with."""
    return Client()
