"""The shapes that docstrings of the twin state: all stated, and held by every array of two runs."""

from collections.abc import Iterator

import pytest
from tests.body.executed import Package, Seen, executed
from tests.pump.helpers import NEW_YEAR_MS
from tests.twin.helpers import PATH_NL, implanted
from tests.twin.test_asked import question, read_out
from tests.twin.test_simulation import FOUR_STEPS

import thecal.twin
from thecal.body import Body
from thecal.pump import machine
from thecal.twin.asked import Bolus, Continuous, What
from thecal.twin.explore import explore
from thecal.twin.forecast import Forecast, Person, forecast
from thecal.twin.outlook import Who, outlook
from thecal.twin.simulation import simulate
from thecal.units import DAY_MS, HOUR_MS

PACKAGE = Package(thecal.twin)
RUNS: tuple[tuple[int, What, tuple[str, ...]], ...] = (
    (2, Continuous(dose_pg_per_day=300_000_000), ("T10", "L1")),
    (3, Bolus(mass_pg=50_000_000, by_puncture=False), ("C2", "C5", "T10")),
)
"""Days, what is asked, and levels that are looked at."""


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    """A forecast, an exploration and a story, each in two sizes."""
    with executed(PACKAGE) as seen:
        for days, what, levels in RUNS:
            device, body = implanted(FOUR_STEPS if days > 2 else None), Body.adult("T10")
            until_ms = NEW_YEAR_MS + days * DAY_MS
            person = Person(tip_level="T10", path_nl=PATH_NL, tolerance=2.9, baseline_mas=3.0)
            read = machine.interrogate(device.pump)
            foreseen = forecast(read, person, until_ms=until_ms, every_ms=HOUR_MS)
            assert isinstance(foreseen, Forecast)
            foreseen.mas("soleus")
            foreseen.mas_band("soleus")
            foreseen.spine([NEW_YEAR_MS])
            explore(question(what, days=days, read=read_out()))
            run = simulate(device, body, body.rest(), until_ms=until_ms, every_ms=6 * HOUR_MS)
            outlook(run, body, Who(baseline_mas=3.0, tolerance="chronic"), Body.rest, levels=levels)
        yield seen


def test_every_array_has_its_shape_in_a_docstring() -> None:
    """Of every public field, argument and result that is an array somebody can read which axes it has."""
    assert PACKAGE.missing() == {}


def test_every_stated_shape_was_held_by_arrays_of_two_sizes(seen: Seen) -> None:
    """What is written was looked at, in arrays large and small."""
    assert seen.once(PACKAGE.says()) == set()


def test_axes_in_another_order_would_have_been_noticed(seen: Seen) -> None:
    """Where there are several axes they were once of different lengths, each from each."""
    assert seen.alike() == set()
