"""Numbers on pages: with their unit, no trailing zero, and never an abbreviation for a patient."""

import pytest
from tests.clinic.helpers import START_MS

from thecal.clinic.templatetags import thecal_units as shown
from thecal.clinic.when import show_date, show_day, show_time
from thecal.units import HOUR_MS, MINUTE_MS


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_doses_by_day_by_hour_and_in_full() -> None:
    """300 mcg/day is 12.5 mcg/h, and "micrograms" for whoever lives with the pump."""
    assert _plain(shown.dose(300_000_000)) == "300 mcg/day"
    assert _plain(shown.dose_per_hour(300_000_000)) == "12.5 mcg/h"
    assert _plain(shown.dose_in_full(97_500_000)) == "97.5 micrograms a day"


def test_volumes_and_lengths() -> None:
    """A syringe is read to a tenth; a catheter to a millimetre."""
    assert _plain(shown.volume(12_449_000)) == "12.4 mL"
    assert _plain(shown.centimetres(890)) == "89 cm"
    assert _plain(shown.centimetres(605)) == "60.5 cm"


@pytest.mark.parametrize(("tenths", "says"), [(0, "0"), (10, "1"), (15, "1+"), (20, "2"), (40, "4")])
def test_scores_as_the_scale_writes_them(tenths: int, says: str) -> None:
    """1+ lies between 1 and 2."""
    assert shown.mas(tenths) == says


def test_times() -> None:
    """Day before month in words, so that no country misreads it."""
    assert shown.clock_of(6 * HOUR_MS + 5 * MINUTE_MS) == "06:05"
    assert _plain(show_date(START_MS)) == "3 Mar 2026"
    assert _plain(show_time(START_MS)) == "3 Mar 2026 09:00"
    assert _plain(show_day(START_MS)) == "Tuesday 3 March 2026"
