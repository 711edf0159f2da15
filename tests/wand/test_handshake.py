"""What the handshake makes of messages that are not what they claim to be: their fault, never a crash."""

import random
from dataclasses import dataclass

import pytest
from tests.wand.helpers import ENROLLED, NURSE, OTHER_PUMP, PRESCRIBER, PUMP, STRANGER

from thecal.errors import OurFault, TheirFault
from thecal.wand.credentials import Credential, allow_list
from thecal.wand.handshake import Initiator, P, Responder, new_credential

SIZES = (37, 45, 19, 9)
STARTS = ("03025820", "582b", "52", "48")
ALLOWED = allow_list(PUMP, ENROLLED)


@dataclass
class Handshake:
    """A handshake that has come as far as message `number`, which is on its way."""

    number: int
    initiator: Initiator
    responder: Responder
    message: bytes

    def deliver(self, message: bytes) -> None:
        """Hand over `message` in its stead, and go on honestly to the end."""
        if self.number == 4:
            self.initiator.finish(message)
            return
        reply = b""
        for number in range(self.number, 4):
            message = reply or message
            if number == 1:
                reply = self.responder.message_2(message)
            elif number == 2:
                reply = self.initiator.message_3(message)
            else:
                reply, _, _ = self.responder.message_4(message)
        self.initiator.finish(reply)


def begun(number: int, ours: Credential = NURSE, pump: Credential = PUMP) -> Handshake:
    """A fresh one with message `number` on its way."""
    initiator, responder = Initiator(ours, pump.public()), Responder(PUMP, ALLOWED)
    message = initiator.message_1()
    if number > 1:
        message = responder.message_2(message)
    if number > 2:
        message = initiator.message_3(message)
    if number > 3:
        message, _, _ = responder.message_4(message)
    return Handshake(number, initiator, responder, message)


def has_shape(number: int, message: bytes) -> bool:
    """Whether it could be message `number` by its length and start."""
    return len(message) == SIZES[number - 1] and message.hex().startswith(STARTS[number - 1])


def spoilt(message: bytes, draw: random.Random, start: int) -> bytes:
    """One of six ways to spoil a message: flipped bits, a cut, an addition, noise, noise of the right shape, a swap."""
    size = len(message)
    changed = bytearray(message)
    at, to = draw.randrange(size), draw.randrange(size)
    changed[at], changed[to] = changed[to], changed[at]
    flipped = int.from_bytes(message, "big")
    for _ in range(draw.randint(1, 8)):
        flipped ^= 1 << draw.randrange(8 * size)
    return draw.choice(
        [
            flipped.to_bytes(size, "big"),
            message[: draw.randrange(size)],
            message + draw.randbytes(draw.randint(1, 40)),
            draw.randbytes(draw.randint(0, 2 * size)),
            message[:start] + draw.randbytes(size - start),
            bytes(changed),
        ]
    )


def spoil(number: int, times: int, seed: int) -> None:
    """`times` spoilt messages `number` end in TheirFault; one without the right shape leaves the handshake usable."""
    draw = random.Random(seed)
    handshake = begun(number)
    done = 0
    while done < times:
        message = spoilt(handshake.message, draw, len(STARTS[number - 1]) // 2)
        if message == handshake.message:
            continue
        with pytest.raises(TheirFault):
            handshake.deliver(message)
        done += 1
        if has_shape(number, message):
            handshake = begun(number)
    handshake.deliver(handshake.message)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_ten_thousand_mutations_of_each_message_are_their_fault(number: int) -> None:
    """10⁴ spoilt copies of the message end in TheirFault, never in a crash and never in keys."""
    spoil(number, 10_000, seed=number)


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_hundred_thousand_mutations_of_each_message_are_their_fault(number: int) -> None:
    """The same, ten times over, with others."""
    spoil(number, 100_000, seed=100 + number)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_single_flipped_bit_is_their_fault(number: int) -> None:
    """No bit of any handshake message is without meaning."""
    for bit in range(8 * SIZES[number - 1]):
        handshake = begun(number)
        flipped = int.from_bytes(handshake.message, "big") ^ 1 << bit
        with pytest.raises(TheirFault):
            handshake.deliver(flipped.to_bytes(SIZES[number - 1], "big"))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_message_cut_or_extended_anywhere_leaves_the_handshake_usable(number: int) -> None:
    """A wrong length is seen before anything is computed, so the right message still completes the handshake."""
    handshake = begun(number)
    for size in range(SIZES[number - 1]):
        with pytest.raises(TheirFault):
            handshake.deliver(handshake.message[:size])
    with pytest.raises(TheirFault):
        handshake.deliver(handshake.message + b"\x00")
    handshake.deliver(handshake.message)


def test_a_credential_that_is_not_enrolled_gets_no_keys() -> None:
    """A stranger's proof is right and still refused: the allow-list does not have it."""
    handshake = begun(3, STRANGER)
    with pytest.raises(TheirFault, match="enrolled"):
        handshake.deliver(handshake.message)


def test_a_stolen_kid_without_its_key_gets_no_keys() -> None:
    """Whoever names an enrolled kid must hold that kid's private key."""
    thief = Credential(
        name="Thief", role="prescriber", kid=PRESCRIBER.kid, public_key=STRANGER.public_key,
        private_key=STRANGER.private_key,
    )  # fmt: skip
    with pytest.raises(TheirFault):
        begun(4, thief)


def test_another_pump_is_not_this_pump() -> None:
    """A programmer that expects one pump does not speak to another, even one with the same kid."""
    with pytest.raises(TheirFault):
        begun(3, NURSE, OTHER_PUMP)


def test_the_right_key_under_another_name_is_not_who_was_expected() -> None:
    """The kid that comes is compared with the one that is due."""
    renamed = Credential(
        name="P", role="pump", kid=0x05, public_key=PUMP.public_key, private_key=PUMP.private_key
    )  # fmt: skip
    with pytest.raises(TheirFault, match="not who was expected"):
        begun(3, NURSE, renamed)


@pytest.mark.parametrize("c_i", [0x18, 0x38, 0x40, 0xFF])
def test_a_connection_identifier_is_one_byte(c_i: int) -> None:
    """Anything that only begins a longer one is refused before lakers reads on."""
    with pytest.raises(TheirFault, match="one byte"):
        Responder(PUMP, ALLOWED).message_2(begun(1).message[:-1] + bytes([c_i]))


def test_a_recorded_handshake_is_worth_nothing_the_next_time() -> None:
    """message_3 of one handshake does not fit message_2 of another: the pump's ephemeral key is fresh."""
    recorded = begun(3)
    with pytest.raises(TheirFault):
        begun(3).deliver(recorded.message)


def test_a_reflected_message_is_not_an_answer() -> None:
    """An end does not take its own message for the other's."""
    handshake = begun(3)
    with pytest.raises(TheirFault):
        handshake.initiator.finish(handshake.message)
    with pytest.raises(TheirFault):
        Responder(PUMP, ALLOWED).message_2(begun(2).message)


def test_a_handshake_is_over_once() -> None:
    """A second message_2, message_3 or message_4 finds nobody."""
    second, third, fourth = begun(2), begun(3), begun(4)
    second.deliver(second.message)
    third.deliver(third.message)
    fourth.deliver(fourth.message)
    for handshake in (second, third, fourth):
        with pytest.raises(TheirFault, match="over"):
            handshake.deliver(handshake.message)


@pytest.mark.parametrize("x", [0, P - 1, P, P + 5, 2**256 - 1])
def test_a_key_that_is_no_point_is_refused_before_lakers_sees_it(x: int) -> None:
    """An ephemeral key off the curve, or not reduced, is their fault; so is a credential's."""
    square = (pow(x, 3, P) - 3 * x + 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B) % P
    on_curve = x < P and pow(square, (P - 1) // 2, P) == 1
    message_1 = bytes.fromhex("03025820") + x.to_bytes(32, "big") + b"\x00"
    responder = Responder(PUMP, ALLOWED)
    if on_curve:
        assert len(responder.message_2(message_1)) == 45
        return
    with pytest.raises(TheirFault, match="no point"):
        responder.message_2(message_1)
    ours = Credential(name="X", role="nurse", kid=9, public_key=f"{x:064x}", private_key=f"{1:064x}")
    with pytest.raises(TheirFault, match="no point"):
        Initiator(ours, PUMP.public())


@pytest.mark.parametrize("passing", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_is_nobody_s_fault(monkeypatch: pytest.MonkeyPatch, passing: type[BaseException]) -> None:
    """KeyboardInterrupt and SystemExit pass through the guard that turns lakers' panics into their fault."""

    class Interrupted:
        def parse_message_2(self, message: bytes) -> None:
            raise passing

    handshake = begun(2)
    monkeypatch.setattr(handshake.initiator, "_lakers", Interrupted())
    with pytest.raises(passing):
        handshake.deliver(handshake.message)


def test_a_panic_of_lakers_is_their_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lakers throws is no Exception; it still ends as TheirFault. Provoked here behind the guard's back."""
    monkeypatch.setattr("thecal.wand.handshake._check_point", lambda x: None)
    off_the_curve = bytes.fromhex("03025820") + bytes(31) + b"\x01" + b"\x00"
    with pytest.raises(TheirFault, match="message_1"):
        Responder(PUMP, ALLOWED).message_2(off_the_curve)


def test_new_credentials_differ_and_need_their_private_half() -> None:
    """Two draws are two keys; the public half alone cannot open a session."""
    one, two = new_credential("A", "nurse", kid=1), new_credential("A", "nurse", kid=1)
    assert one != two
    with pytest.raises(OurFault, match="private"):
        Initiator(one.public(), PUMP.public())
