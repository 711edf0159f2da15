"""The laws that are checked at the end of every test can be broken, each of them."""

from dataclasses import replace

import pytest
from tests.laws.teardown import Witness, astray, invalid, logged, lost_pg, wronged
from tests.pump.helpers import NEW_YEAR_MS, new_pump, running

from thecal.catheter import filled
from thecal.mechanism import Metal
from thecal.pump import machine
from thecal.pump.alarms import ActiveAlarm, Alarm
from thecal.pump.bolus import SingleBolus
from thecal.pump.limiter import Drove
from thecal.pump.memory import Given, Pump
from thecal.pump.states import State
from thecal.twin import device as implant
from thecal.units import DAY_MS, HOUR_MS

BOLUS = SingleBolus(volume_nl=1_000, rate_nl_per_day=600_000)
LATER = ActiveAlarm(alarm=Alarm.EMERGENCY_STOP, since_ms=NEW_YEAR_MS + DAY_MS)
FORGED: list[dict[str, object]] = [
    {"carry_nl_ms_per_day": DAY_MS},
    {"carry_nl_ms_per_day": -1},
    {"owed_nl": 1},
    {"delivered_nl": -1},
    {"reservoir_nl": -1},
    {"reservoir_nl": 20_000_001},
    {"bolus": BOLUS},
    {"bolus_left_nl": 1},
    {"bolus": BOLUS, "bolus_left_nl": 1_001, "state": State.BOLUS},
    {"bolus": BOLUS, "bolus_left_nl": 0, "state": State.BOLUS},
    {"bolus": BOLUS, "bolus_left_nl": 1_000, "state": State.PRIMING},
    {"state": State.BOLUS},
    {"program": None},
    {"limiter": None},
    {"state": State.END_OF_SERVICE},
    {"motor_stalled": True},
    {"clock_known": False},
    {"standing": (Alarm.EMERGENCY_STOP,)},
    {"alarms": (LATER,)},
    {"reservoir_nl": 1},
    {"state_since_ms": NEW_YEAR_MS + HOUR_MS},
    {"state": State.STOPPED, "state_since_ms": NEW_YEAR_MS - 3 * DAY_MS},
    {"given": (Given(at_ms=NEW_YEAR_MS + 1, volume_nl=1, by_patient=False),)},
]


@pytest.mark.parametrize("forged", FORGED)
def test_what_can_never_be_is_complained_of(forged: dict[str, object]) -> None:
    """Each field out of its range, or against another."""
    assert list(invalid(running())) == []
    assert list(invalid(replace(running(), **forged)))  # type: ignore[arg-type] # forged on purpose


def test_a_forged_limiter_is_complained_of() -> None:
    """Out of order, of the future, of nothing, of too much, or cut and running on."""
    pump = running()
    assert pump.limiter is not None
    hour = Drove(start_ms=NEW_YEAR_MS - HOUR_MS, end_ms=NEW_YEAR_MS, rate_nl_per_day=1)
    for window in (
        (hour, hour),
        (replace(hour, end_ms=NEW_YEAR_MS + 1),),
        (replace(hour, rate_nl_per_day=0),),
        (replace(hour, rate_nl_per_day=10**12),),
    ):
        assert list(invalid(replace(pump, limiter=replace(pump.limiter, window=window))))
    assert list(invalid(replace(pump, limiter=replace(pump.limiter, is_cut=True))))


def test_only_what_was_right_before_is_judged() -> None:
    """A test may forge a pump; the code must not spoil one, turn it back, or break its log."""
    right = running()
    wrong = replace(right, owed_nl=5)
    assert wronged(right, wrong)
    assert wronged(None, wrong)
    assert wronged(wrong, wrong) == wronged(replace(wrong, now_ms=right.now_ms + 1), wrong) == []
    before = machine.advance(right, NEW_YEAR_MS + DAY_MS)[0]
    assert len(wronged(before, replace(right, battery=replace(right.battery, used_nj=-1)))) == 3
    assert wronged(before, replace(before, revision=0))
    torn = replace(right, log=right.log[:-1])
    assert logged(right, torn)
    assert logged(torn, torn) == []


def test_a_witness_sees_both_and_forgets_after_it_has_spoken() -> None:
    """A pump spoilt by a call is told once."""
    witness = Witness()
    spoils = witness.watching(lambda pump: (replace(pump, owed_nl=7), ()))
    spoils(running())
    assert witness.complaints()
    assert witness.complaints() == []


def test_a_missing_picogram_is_found() -> None:
    """The account of an implant says what was filled in: one less held, and it is missing."""
    device = implant.opened(pump=new_pump(), metal=Metal(), catheter=filled(335_800, 500))
    assert lost_pg(device) == 0
    short = replace(device, account=device.account.came(1))
    assert astray(device, short)
    assert astray(short, replace(short, gained=1)) == []
    assert isinstance(short.pump, Pump)
