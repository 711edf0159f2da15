"""A replacement date that was wrong.

In nine reported cases a programmer showed a replace-by date that could not be right, more than ninety days after the
indicator, or a row of question marks; some pumps also gave low or empty alarms early, after they had been read. A
patient whose pump ends before the date on the paper is in withdrawal (class II recall of the 8870 card, 2012;
softwarecpr.com, April 2012; tga.gov.au, recall of the SynchroMed II system).

Nobody but the programmer's own arithmetic can catch this, so the date is worked out here a second time, in fractions,
from what the battery's parts use.
"""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hazards.happened.replay import sounding
from tests.pump.helpers import NEW_YEAR_MS, new_pump, running

from thecal.care.replacement import Phase, ReplacementCase, phase_of
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Interrogate
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.memory import Pump
from thecal.units import DAY_MS

YEAR_MS = 365 * DAY_MS
RATES = st.integers(48_000, 700_000)


def oracle_ms(rate_nl_per_day: int) -> Fraction:
    """When the indicator is due, from the parts: 10 microwatts always, 596 nJ a nanolitre, 147 J kept back.

    2690 J in all, and the indicator never later than ninety days before the seventh birthday.
    """
    asks_nj = 2_690_000_000_000 - 147_000_000_000
    per_ms = 10 + Fraction(596 * rate_nl_per_day, DAY_MS)
    return min(asks_nj / per_ms, Fraction(7 * YEAR_MS - 90 * DAY_MS))


@given(rate=RATES)
def test_the_date_is_the_one_that_fractions_give(rate: int) -> None:
    """To within the time that one nanolitre takes; what runs is refilled, so the reservoir never interferes."""
    read = machine.interrogate(running(SimpleContinuous(rate_nl_per_day=rate), reservoir_nl=20_000_000))
    assert abs(read.indicator_ms - NEW_YEAR_MS - oracle_ms(rate)) <= Fraction(DAY_MS, rate) + 1


@given(rate=RATES, waits_ms=st.integers(0, 3 * YEAR_MS))
@settings(max_examples=30)
def test_the_date_is_always_a_date_that_can_be(rate: int, waits_ms: int) -> None:
    """Of any pump, at any age: after it was made, within seven years, and the end at most ninety days later."""
    pump, _ = machine.advance(running(SimpleContinuous(rate_nl_per_day=rate)), NEW_YEAR_MS + waits_ms)
    read = machine.interrogate(pump)
    assert NEW_YEAR_MS < read.indicator_ms <= NEW_YEAR_MS + 7 * YEAR_MS - 90 * DAY_MS
    assert read.end_of_service_ms <= NEW_YEAR_MS + 7 * YEAR_MS
    shelf = machine.interrogate(new_pump())
    assert shelf.indicator_ms == NEW_YEAR_MS + 7 * YEAR_MS - 90 * DAY_MS


def test_reading_a_pump_moves_no_date_and_sounds_no_alarm() -> None:
    """A pump that is read every day for a month is to the last field the pump that nobody read."""
    pump = running()
    for day in range(1, 31):
        pump, _ = machine.advance(pump, NEW_YEAR_MS + day * DAY_MS)
        read = machine.handle(pump, Interrogate())
        assert read == pump
        assert isinstance(read, Pump)
        pump = read
    alone, _ = machine.advance(running(), pump.now_ms)
    assert machine.interrogate(pump) == machine.interrogate(alone)
    assert pump.reservoir_nl == 2_000_000
    assert sounding(pump) == {Alarm.LOW_RESERVOIR}


def test_whoever_plans_leans_on_the_earlier_date() -> None:
    """A date the pump gives late does not put the planning off: from the fifth year on it is due all the same."""
    wrong = ReplacementCase(
        now_ms=NEW_YEAR_MS + 6 * YEAR_MS, implanted_ms=NEW_YEAR_MS, indicator_ms=NEW_YEAR_MS + 9 * YEAR_MS
    )
    assert phase_of(wrong) is Phase.PLAN
