"""What the wand costs: counted to the nanojoule, bounded for strangers, and nothing of it reaches therapy."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.helpers import NEW_YEAR_MS, new_pump, running

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.battery import BatteryLevel
from thecal.pump.commands import BatterySensed
from thecal.pump.devices import BATTERY, BATTERY_RESERVE, PUMP_MODELS, PumpModel
from thecal.pump.memory import Pump
from thecal.pump.states import State
from thecal.pump.telemetry import (
    EXCHANGE_NJ,
    HANDSHAKE_NJ,
    answered_anyone,
    authenticated,
    begun,
    budget_nj,
    may_begin,
    spend,
)
from thecal.units import DAY_MS, SECOND_MS


def flooded(pump: Pump) -> Pump:
    """As many handshakes as the budget holds."""
    while may_begin(pump):
        pump = begun(pump)
    return pump


def later(pump: Pump, elapsed_ms: int) -> Pump:
    """The pump after a while."""
    return machine.advance(pump, pump.now_ms + elapsed_ms)[0]


def test_an_exchange_and_a_handshake_cost_what_their_parts_do() -> None:
    """Two frames; four frames and the arithmetic."""
    assert (EXCHANGE_NJ, HANDSHAKE_NJ) == (2 * 2_000_000, 50_000_000 + 4 * 2_000_000)
    assert spend(running(), 7).battery.used_nj - running().battery.used_nj == 7


@pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: str(model.name))
def test_the_budget_is_one_in_a_thousand_of_the_battery(model: PumpModel) -> None:
    """Of every pump's own battery."""
    pump = machine.manufacture(serial="T-1", pump_model=model, now_ms=NEW_YEAR_MS)
    assert budget_nj(pump) == model.battery_nj // 1000


@given(st.lists(st.sampled_from(["begun", "answered", "authenticated", "second", "more"]), max_size=120))
def test_strangers_never_have_more_than_their_budget(what: list[str]) -> None:
    """Whatever comes in whatever order, and all that was used beyond time and flow is on somebody's account."""
    pump = running()
    known_nj, strangers_nj = 0, 0
    for each in what:
        before = pump.battery.used_nj
        match each:
            case "begun" if may_begin(pump):
                pump = begun(pump)
                strangers_nj += pump.battery.used_nj - before
            case "answered":
                pump = answered_anyone(pump)
                strangers_nj += pump.battery.used_nj - before
            case "authenticated" if strangers_nj >= HANDSHAKE_NJ:
                pump = authenticated(pump)
                known_nj, strangers_nj = known_nj + HANDSHAKE_NJ, strangers_nj - HANDSHAKE_NJ
                assert pump.battery.used_nj == before
            case "second" | "more":
                pump = later(pump, SECOND_MS if each == "second" else 10 * SECOND_MS)
            case _:
                pass
        assert pump.battery.strangers_nj == strangers_nj <= budget_nj(pump)
    idle = later(running(), pump.now_ms - NEW_YEAR_MS)
    assert pump.battery.used_nj == idle.battery.used_nj + known_nj + strangers_nj


def test_a_day_of_flood_costs_the_budget_and_therapy_does_not_notice() -> None:
    """A handshake and a reading every second of a day, by strangers: at most a thousandth of the battery."""
    pump, quiet = running(), later(running(), DAY_MS)
    for _ in range(24 * 3600):
        if may_begin(pump):
            pump = begun(pump)
        pump = answered_anyone(pump)
        pump = replace(pump, now_ms=pump.now_ms + SECOND_MS)  # only the account is looked at
    assert pump.battery.used_nj == budget_nj(pump) == pump.battery.strangers_nj
    after = later(flooded(running()), DAY_MS)
    assert after.battery.used_nj - quiet.battery.used_nj <= budget_nj(after)
    assert replace(after, battery=quiet.battery) == quiet


def test_a_day_after_the_first_the_account_begins_anew() -> None:
    """Not a millisecond before; and an idle account has no beginning."""
    pump = flooded(later(running(), DAY_MS // 2))
    assert not may_begin(later(pump, DAY_MS - 1))
    fresh = later(pump, DAY_MS)
    assert may_begin(fresh)
    assert begun(fresh).battery.strangers_nj == HANDSHAKE_NJ
    assert begun(fresh).battery.strangers_since_ms == fresh.now_ms


def test_an_enrolled_wand_costs_strangers_nothing() -> None:
    """However often it comes; the battery pays all the same."""
    pump = running()
    for _ in range(100):
        assert may_begin(pump)
        pump = authenticated(begun(pump))
    assert (pump.battery.strangers_nj, pump.battery.used_nj) == (0, 100 * HANDSHAKE_NJ)


def test_a_handshake_that_ends_in_a_new_day_takes_nothing_off_its_account() -> None:
    """Begun before midnight of the account and proved after it."""
    pump = authenticated(later(begun(running()), DAY_MS))
    assert pump.battery.strangers_nj == 0
    assert flooded(pump).battery.strangers_nj <= budget_nj(pump)


def test_what_it_costs_can_make_the_indicator_due_and_end_the_service() -> None:
    """The nanojoule that reaches the reserve raises the alarm; the one that empties the battery ends delivery."""
    at_reserve = BATTERY.whole() - BATTERY_RESERVE.whole()
    pump = replace(running(), battery=replace(running().battery, used_nj=at_reserve - 2))
    assert spend(pump, 1).alarms == ()
    due = spend(pump, 2)
    assert [active.alarm for active in due.alarms] == [Alarm.REPLACEMENT_INDICATOR]
    assert due.battery.indicator_since_ms == due.now_ms
    left = BATTERY.whole() - due.battery.used_nj
    assert spend(due, left - 1).state is State.INFUSING
    assert spend(due, left).state is State.END_OF_SERVICE


def test_a_pump_without_power_or_service_spends_nothing() -> None:
    """There is nothing left to take."""
    dead = machine.sense(running(), BatterySensed(level=BatteryLevel.END))
    assert dead.state is State.END_OF_SERVICE
    assert spend(dead, 5) == dead
    unpowered = replace(new_pump(), powered=False)
    assert spend(unpowered, 5) == unpowered
