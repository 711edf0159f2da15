"""A wand in a stranger's hand, held on the pump all day: what it costs, and what it keeps from others."""

from tests.wand.helpers import EMERGENCY_KEY, NURSE, PUMP, STRANGER, Bedside

from thecal.programmer.exchange import emergency_stop, read_skin
from thecal.programmer.links.memory import MemoryLink
from thecal.pump.commands import Interrogate
from thecal.pump.memory import Interrogation
from thecal.pump.states import State
from thecal.pump.telemetry import EXCHANGE_NJ, HANDSHAKE_NJ, budget_nj
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS
from thecal.wand.messages import EmergencyStopped
from thecal.wand.session import NOT_ACCEPTED, WandSession


def knock(bedside: Bedside) -> bytes:
    """One stranger's message_1, new each time, and its answer."""
    return bedside.respond(WandSession(STRANGER, PUMP.public()).start())


def flood(bedside: Bedside) -> int:
    """How many were answered before one was turned away."""
    answered = 0
    while knock(bedside) != NOT_ACCEPTED:
        answered += 1
    return answered


def test_a_day_of_flood_costs_no_more_than_the_budget() -> None:
    """Knocked every minute until none is answered, and every hour after: a thousandth of the battery, and no alarm."""
    bedside, quiet = Bedside(), Bedside()
    answered = flood(bedside)
    assert answered == budget_nj(bedside.pump) // HANDSHAKE_NJ
    for _ in range(23):
        bedside.wait(HOUR_MS)
        assert knock(bedside) == NOT_ACCEPTED
        read_skin(MemoryLink(bedside.respond))
    quiet.wait(23 * HOUR_MS)
    cost_nj = bedside.pump.battery.used_nj - quiet.pump.battery.used_nj
    assert answered * HANDSHAKE_NJ < cost_nj <= budget_nj(bedside.pump)
    assert bedside.therapy == quiet.therapy


def test_a_live_session_goes_on_in_the_flood() -> None:
    """Who was in before stays in, and pays for each exchange."""
    bedside = Bedside()
    wand = bedside.open(NURSE)
    flood(bedside)
    before_nj = bedside.pump.battery.used_nj
    assert isinstance(bedside.ask(wand, Interrogate()), Interrogation)
    assert bedside.pump.battery.used_nj == before_nj + EXCHANGE_NJ


def test_the_skin_and_the_emergency_key_go_on_in_the_flood() -> None:
    """What a rescuer needs is never used up by anybody."""
    bedside = Bedside()
    flood(bedside)
    link = MemoryLink(bedside.respond)
    for _ in range(1000):
        assert read_skin(link).state is State.INFUSING
    assert bedside.pump.battery.strangers_nj <= budget_nj(bedside.pump)
    assert isinstance(emergency_stop(link, EMERGENCY_KEY), EmergencyStopped)


def test_an_enrolled_wand_that_comes_in_the_flood_waits_for_its_end() -> None:
    """A handshake begins without a name: until a day after the first knock nobody new is let in, then everybody is."""
    bedside = Bedside()
    flood(bedside)
    bedside.wait(DAY_MS - MINUTE_MS)
    assert bedside.respond(WandSession(NURSE, PUMP.public()).start()) == NOT_ACCEPTED
    bedside.wait(MINUTE_MS)
    assert isinstance(bedside.ask(bedside.open(NURSE), Interrogate()), Interrogation)


def test_enrolled_wands_never_use_the_budget_up() -> None:
    """A busy clinic: more sessions in a day than strangers may begin, and a stranger is answered after them."""
    bedside = Bedside()
    for _ in range(budget_nj(bedside.pump) // HANDSHAKE_NJ + 5):
        bedside.open(NURSE)
    assert bedside.pump.battery.strangers_nj == 0
    assert knock(bedside) != NOT_ACCEPTED


def test_a_repeated_message_is_paid_as_an_answer_and_not_as_a_handshake() -> None:
    """A poor link asks for the same again: the handshake is counted once, each answer beside it."""
    bedside = Bedside()
    message_1 = WandSession(NURSE, PUMP.public()).start()
    first = bedside.respond(message_1)
    assert bedside.respond(message_1) == first
    assert bedside.pump.battery.used_nj == HANDSHAKE_NJ + EXCHANGE_NJ


def test_what_is_turned_away_costs_nothing() -> None:
    """Noise, and a message out of turn."""
    bedside = Bedside()
    for noise in (b"", bytes(60), NOT_ACCEPTED):
        assert bedside.respond(noise) == NOT_ACCEPTED
    assert bedside.pump.battery.used_nj == 0
