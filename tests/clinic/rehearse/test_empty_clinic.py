"""A clinic without patients, in which nothing can happen."""

from pathlib import Path

import pytest
from tests.clinic.helpers import START_MS

from thecal.clinic.actions import start_clock
from thecal.clinic.clock import Now
from thecal.clinic.models import Person
from thecal.clinic.rehearse.clock import Jump, in_words, jump
from thecal.rehearsal.world import World
from thecal.units import DAY_MS


@pytest.mark.django_db
def test_where_nothing_happens_a_month_passes(tmp_path: Path) -> None:
    """From 3 March to 3 April; and the words say so."""
    now = Now(clinic_ms=START_MS, wall_ms=START_MS)
    start_clock(now_ms=START_MS, acting=None, now=now)
    nobody = Person.objects.create(username="nobody", role="nurse")
    with World.create(tmp_path / "world", START_MS, 1) as world:
        passed = jump(world, Jump.SOMETHING, acting=nobody, now=now)
        assert world.now_ms == passed.to_ms == START_MS + 31 * DAY_MS
    told = [sentence.replace("\u00a0", " ") for sentence in in_words(passed)]
    assert told == ["It is 3 Apr 2026 09:00. Nobody called, and nothing new is due."]
