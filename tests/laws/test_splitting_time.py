"""The second law: whatever happens to a pump, no cut of time and no reading makes a difference."""

import pytest
from tests.laws.dice import Dice
from tests.laws.stories import SPANS_MS, act
from tests.pump.helpers import new_pump

from thecal.pump import machine
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.memory import Pump
from thecal.pump.refusals import Refusal

LIVES, ACTS = 8, 40


def passed(pump: Pump, to_ms: int) -> tuple[Pump, int]:
    """At once."""
    pump, flow = machine.advance(pump, to_ms)
    return pump, sum(segment.volume_nl for segment in flow)


def passed_in_pieces(pump: Pump, to_ms: int, dice: Dice) -> tuple[Pump, int]:
    """In up to six pieces, and somebody reads the pump at every one, in any order."""
    commanded_nl = 0
    cuts = sorted(dice.between(pump.now_ms, to_ms) for _ in range(dice.below(6)))
    for at_ms in (*cuts, to_ms):
        for _ in range(dice.below(3)):
            dice.pick((machine.interrogate, machine.read_skin, machine.dose_pg_per_day, machine.next_event_ms))(pump)
        pump, more_nl = passed(pump, at_ms)
        commanded_nl += more_nl
    return pump, commanded_nl


def lived(key: str, *, whole: bool) -> list[tuple[Pump, int]]:
    """Every pump of a life, with what was commanded before; the same orders whether time was cut or not."""
    orders, cuts = Dice(key), Dice(f"cuts of {key}")
    pump, met = new_pump(pump_model=orders.pick(tuple(PUMP_MODELS.values()))), []
    for _ in range(ACTS):
        after = act(pump, orders)
        pump = pump if isinstance(after, Refusal) else after
        to_ms = pump.now_ms + orders.pick(SPANS_MS)
        pump, commanded_nl = passed(pump, to_ms) if whole else passed_in_pieces(pump, to_ms, cuts)
        met.append((pump, commanded_nl))
    return met


@pytest.mark.parametrize("number", range(LIVES))
def test_time_may_be_cut_anywhere_and_read_in_any_order(number: int) -> None:
    """The same pump to the last field, log and all, and the same volume, after every stretch of any life."""
    assert lived(f"split {number}", whole=True) == lived(f"split {number}", whole=False)


@pytest.mark.long
def test_a_thousand_lives_however_time_is_cut() -> None:
    """As many as that, none different."""
    different = [n for n in range(1_000) if lived(f"long {n}", whole=True) != lived(f"long {n}", whole=False)]
    assert different == []
