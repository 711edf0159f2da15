"""The power goes at every write: torn, dropped, out of order, and again while the pump recovers. Bits turn over.

The old program or the new one, whole; nothing is given twice; no wrong dose is silent. The campaigns count what they
tried: a fast part runs always, all of it with the long tests.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, new_pump, program, updated
from tests.pump.memories import (
    Whole,
    brought,
    crashes,
    full_log,
    has_given_up,
    later,
    operations,
    pumps,
    sounding,
    turned,
    whole,
    with_cell,
    woken,
)

from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import Bolus
from thecal.pump.cells import BANKS, COUNTS, LIMITER, Image, contents
from thecal.pump.commands import Update
from thecal.pump.events import LOG_LINES, verify_chain
from thecal.pump.infusion import InfusionMode, MinimumRate, StopPump
from thecal.pump.memory import Pump
from thecal.pump.recovery import flip
from thecal.pump.writing import image_of, writes, written
from thecal.units import DAY_MS

Record = Callable[[str, object], None]


def check_log(pump: Pump, before: Pump, after: Pump) -> None:
    """No line is lost that was there before, no line tells of what never was, and the chain holds."""
    verify_chain(pump.log, head=pump.log_head)
    kept = [event for event in pump.log if event in after.log]
    assert kept == [event for event in after.log if event in pump.log]
    missing = [event for event in before.log if event in after.log and event not in kept]
    made_room = len(pump.log) - len(kept) if len(pump.log) == LOG_LINES else 0
    assert len(missing) <= made_room
    assert not any(event.kind.is_fault for event in missing)


def cut_once(before: Pump, after: Pump, *, torn_every: int | None) -> Iterator[tuple[str, Image, Pump]]:
    """(how, the memory, the pump that wakes) for the power gone at every point of one operation."""
    image, steps = brought(before, after)
    old, new = whole(woken(image, after)), whole(woken(written(image, steps), after))
    seen: set[Whole] = set()
    for how, crashed in crashes(image, steps, torn_every=torn_every):
        found = woken(crashed, after)
        seen.add(whole(found))
        assert seen <= {old, new}, how
        assert Alarm.MEMORY_FALLBACK in sounding(found) or not contents(crashed).damaged
        check_log(found, before, after)
        yield how, crashed, found
    assert seen == {old, new}


def cut_twice(before: Pump, after: Pump, *, torn_every: int | None, again_every: int | None) -> Counter[str]:
    """How often the power went, each time again at every point of the recovery: that stays with what it had found."""
    tried: Counter[str] = Counter()
    for how, crashed, found in cut_once(before, after, torn_every=torn_every):
        recovery = writes(crashed, found)
        then = {whole(found), whole(woken(written(crashed, recovery), after))}
        assert {each.program for each in then} == {found.program}
        tried[how] += 1
        for how_again, twice in crashes(crashed, recovery, torn_every=again_every):
            assert whole(woken(twice, after)) in then, (how, how_again)
            tried[f"{how}, then {how_again}"] += 1
    return tried


@pytest.mark.parametrize("name", operations())
def test_a_power_cut_leaves_the_old_or_the_new_and_never_a_mixture(name: str) -> None:
    """At every write: nothing of it, all of it, some bytes of it, or a later one without it; and the same once more."""
    tried = cut_twice(*operations()[name], torn_every=349, again_every=None)
    assert {"clean", "torn", "dropped", "torn, then clean", "clean, then dropped"} <= tried.keys()


def test_a_power_cut_spoils_no_full_log() -> None:
    """A line that makes room for another goes with the power or stays, and the chain of the others holds."""
    before = full_log()
    after = machine.note_access_refused(before, "nurse: Stage")
    assert len(list(cut_once(before, after, torn_every=299))) > 10


@pytest.mark.long
@pytest.mark.parametrize("name", operations())
def test_a_power_cut_at_every_byte(name: str, record_property: Record) -> None:
    """The same, torn at every byte of every write."""
    tried = Counter(how for how, _, _ in cut_once(*operations()[name], torn_every=1))
    for how, count in sorted(tried.items()):
        record_property(f"power cuts, {name}: {how}", count)
    assert tried["torn"] > 3_000


@pytest.mark.long
@pytest.mark.parametrize("name", operations())
def test_a_second_power_cut_in_the_recovery(name: str, record_property: Record) -> None:
    """The power goes again at every write of the recovery, torn in many places, as the first time."""
    tried = cut_twice(*operations()[name], torn_every=97, again_every=97)
    for how, count in sorted(tried.items()):
        record_property(f"power cuts, {name}: {how}", count)
    assert tried["torn, then torn"] > 2_000


@pytest.mark.long
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(old=MODES, new=MODES, old_bolus=BOLUSES, new_bolus=BOLUSES, lasts_ms=st.integers(0, 3 * DAY_MS))
def test_a_power_cut_in_the_update_of_any_therapy(
    old: InfusionMode, new: InfusionMode, old_bolus: Bolus | None, new_bolus: Bolus | None, lasts_ms: int
) -> None:
    """Any program and bolus after any other, the power gone at any write of the commit."""
    before = updated(new_pump(), ordered(old, old_bolus))
    before = later(before, lasts_ms)
    assert cut_twice(before, updated(before, ordered(new, new_bolus)), torn_every=997, again_every=None).total() > 50


def ordered(mode: InfusionMode, bolus: Bolus | None) -> Update:
    """An update of any kind that the pump takes."""
    bolus = None if isinstance(mode, StopPump | MinimumRate) else bolus
    return Update(program=program(mode), reservoir_nl=20_000_000, bolus=bolus)


def flip_every(pump: Pump, *, bits_every: int) -> Counter[str]:
    """Every bit of every cell, found by the running pump's test and found at its next start; what came of it."""
    image = image_of(pump)
    right, right_dark = whole(pump), whole(woken(image, pump))
    outcomes: Counter[str] = Counter()
    for number, name in enumerate(sorted(image.cells)):
        for bit in range(0, 8 * len(image.cells[name]), bits_every):
            for found, wanted in (
                (flip(pump, (number, bit)), right),
                (woken(turned(image, name, bit), pump), right_dark),
            ):
                assert Alarm.MEMORY_FALLBACK in sounding(found)
                outcomes[outcome(found, wanted)] += 1
    return outcomes


def outcome(found: Pump, wanted: object) -> str:
    """What came of a damaged memory."""
    if whole(found) == wanted:
        return "the same dose, and an alarm" if Alarm.MEMORY_FALLBACK in sounding(found) else "the same dose"
    return "stopped, and a critical alarm" if has_given_up(found) else "a silent wrong dose"


@pytest.mark.parametrize("name", pumps())
def test_no_single_bit_gives_a_wrong_dose(name: str) -> None:
    """One bit of any cell, while the pump runs or while it is dark: the alarm sounds, and the dose is what it was."""
    assert flip_every(pumps()[name], bits_every=173).keys() == {"the same dose, and an alarm"}


@pytest.mark.long
@pytest.mark.parametrize("name", pumps())
def test_no_single_bit_of_all_gives_a_wrong_dose(name: str, record_property: Record) -> None:
    """The same for every bit of every cell."""
    outcomes = flip_every(pumps()[name], bits_every=1)
    record_property(f"single bits, {name}", outcomes.total())
    assert outcomes.keys() == {"the same dose, and an alarm"}


def flip_many(pump: Pump, times: int, seed: int) -> Counter[str]:
    """A few bits at once, anywhere; or bytes, or a whole cell gone. The same seed does the same."""
    image, chance = image_of(pump), random.Random(seed)
    right = whole(woken(image, pump))
    outcomes: Counter[str] = Counter()
    for _ in range(times):
        hurt = image
        for _ in range(chance.randint(2, 12)):
            hurt = hurt_one(hurt, chance)
        outcomes[outcome(woken(hurt, pump), right)] += 1
    return outcomes


def hurt_one(image: Image, chance: random.Random) -> Image:
    """One cell damaged in one way."""
    name = chance.choice([*BANKS, *COUNTS, LIMITER, "log 0"])
    data = image.cells[name]
    match chance.randrange(4):
        case 0:
            return with_cell(image, name, b"")
        case 1:
            return with_cell(image, name, data[: chance.randrange(len(data) + 1)])
        case 2:
            return with_cell(image, name, chance.randbytes(len(data)))
        case _:
            return turned(image, name, chance.randrange(8 * len(data))) if data else image


@pytest.mark.parametrize("name", pumps())
def test_no_amount_of_damage_gives_a_wrong_dose(name: str) -> None:
    """Many cells at once: the dose is what it was, or the pump stands still and sounds."""
    outcomes = flip_many(pumps()[name], times=40, seed=4)
    assert outcomes["a silent wrong dose"] == 0
    assert outcomes["stopped, and a critical alarm"] > 0


@pytest.mark.long
@pytest.mark.parametrize("name", pumps())
def test_no_amount_of_damage_gives_a_wrong_dose_ten_thousand_times(name: str, record_property: Record) -> None:
    """The same, often."""
    outcomes = flip_many(pumps()[name], times=10_000, seed=40)
    for came, count in sorted(outcomes.items()):
        record_property(f"much damage, {name}: {came}", count)
    assert outcomes["a silent wrong dose"] == 0
