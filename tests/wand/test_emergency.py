"""The emergency key: stops whoever's pump it is, crosses no link, cannot be guessed or replayed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wand.helpers import EMERGENCY_KEY, Bedside, counting_bytes

from thecal.errors import BadInput, TheirFault
from thecal.pump.alarms import Alarm
from thecal.pump.events import EventKind
from thecal.pump.memory import SkinReading
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import MINUTE_MS
from thecal.wand.emergency import EmergencyGate, draw_key, matches, prove_stop, prove_stopped, read_key
from thecal.wand.frames import Frame, Kind, decode_frame, encode_frame
from thecal.wand.messages import (
    EmergencyChallenge,
    EmergencyStop,
    EmergencyStopped,
    Nonce,
    ReadSkin,
    SkinReply,
    SkinRequest,
    decode_skin_reply,
    encode_skin_request,
)

KEY = read_key(EMERGENCY_KEY)
WRONG = read_key("0000-0000-0000-0000")


def frame_of(request: SkinRequest) -> bytes:
    """A question at the skin on its way."""
    return encode_frame(Frame(kind=Kind.SKIN_REQUEST, sequence=7, body=encode_skin_request(request)))


def ask(bedside: Bedside, request: SkinRequest) -> SkinReply:
    """Its answer, which echoes its sequence."""
    frame = decode_frame(bedside.receive(frame_of(request)))
    assert (frame.kind, frame.sequence) == (Kind.SKIN_REPLY, 7)
    return decode_skin_reply(frame.body)


def nonce_of(bedside: Bedside) -> str:
    """A fresh challenge."""
    answer = ask(bedside, EmergencyChallenge())
    assert isinstance(answer, Nonce)
    return answer.nonce


def code_of(reply: SkinReply) -> RefusalCode | None:
    """Why not, or None."""
    return reply.code if isinstance(reply, Refusal) else None


def test_the_key_stops_the_pump_and_the_pump_proves_it() -> None:
    """The right key stops at once, is remembered as an emergency stop, and is answered by a proof of the same key."""
    bedside = Bedside()
    nonce = nonce_of(bedside)
    answer = ask(bedside, EmergencyStop(proof=prove_stop(KEY, nonce)))
    assert answer == EmergencyStopped(proof=prove_stopped(KEY, nonce))
    assert bedside.pump.state is State.STOPPED
    assert EventKind.EMERGENCY_STOPPED in {event.kind for event in bedside.pump.log}
    assert {active.alarm for active in bedside.pump.alarms} == {Alarm.EMERGENCY_STOP}
    reading = ask(bedside, ReadSkin())
    assert isinstance(reading, SkinReading)
    assert reading.state is State.STOPPED


def test_the_key_never_crosses_the_link() -> None:
    """Neither the code nor anything one could type is in what is sent."""
    request = frame_of(EmergencyStop(proof=prove_stop(KEY, "00" * 16)))
    assert KEY not in request
    assert EMERGENCY_KEY.encode() not in request


def test_the_skin_tells_no_identity() -> None:
    """What anyone may read holds neither the pump's serial nor a key, and changes nothing."""
    bedside = Bedside()
    before = bedside.therapy
    answer = bedside.receive(frame_of(ReadSkin()))
    assert b"TRP-0001" not in answer
    assert bedside.therapy == before


def test_a_reading_at_the_skin_is_fresh_each_time() -> None:
    """The same question later is answered with what holds later, not with what was said before."""
    bedside = Bedside()
    first = ask(bedside, ReadSkin())
    bedside.wait(MINUTE_MS)
    second = ask(bedside, ReadSkin())
    assert isinstance(first, SkinReading)
    assert isinstance(second, SkinReading)
    assert second.at_ms - first.at_ms == MINUTE_MS


def test_a_wrong_key_changes_nothing_but_the_log() -> None:
    """The pump goes on; one line says that somebody tried."""
    bedside = Bedside()
    state = bedside.pump.state
    answer = ask(bedside, EmergencyStop(proof=prove_stop(WRONG, nonce_of(bedside))))
    assert code_of(answer) is RefusalCode.NOT_AUTHORISED
    assert (bedside.pump.state, bedside.session.wrong_keys) == (state, 1)
    assert bedside.pump.log[-1].kind is EventKind.ACCESS_REFUSED


def test_guessing_is_slow() -> None:
    """After five wrong keys a try costs a minute, the right one's too; a try in the pause does not prolong it."""
    bedside = Bedside()
    for tries in range(5):
        answer = ask(bedside, EmergencyStop(proof=f"{tries:064x}"))
        assert code_of(answer) is RefusalCode.NOT_AUTHORISED
    lines = len(bedside.pump.log)
    right = prove_stop(KEY, nonce_of(bedside))
    assert code_of(ask(bedside, EmergencyStop(proof=right))) is RefusalCode.RATE_LIMITED
    bedside.wait(MINUTE_MS - 1)
    assert code_of(ask(bedside, EmergencyStop(proof="1" * 64))) is RefusalCode.RATE_LIMITED
    assert len(bedside.pump.log) == lines, "a flood of guesses does not wash the log away"
    bedside.wait(1)
    answer = ask(bedside, EmergencyStop(proof=prove_stop(KEY, nonce_of(bedside))))
    assert isinstance(answer, EmergencyStopped)
    assert bedside.session.wrong_keys == 0


def test_a_repeated_stop_is_answered_and_not_repeated() -> None:
    """The same bytes again, after a lost reply, get the same answer; the pump is not stopped twice."""
    bedside = Bedside()
    request = frame_of(EmergencyStop(proof=prove_stop(KEY, nonce_of(bedside))))
    first = bedside.receive(request)
    stopped = bedside.therapy
    assert bedside.receive(request) == first
    assert bedside.therapy == stopped


def test_a_recorded_stop_does_not_stop_another_day() -> None:
    """After the next challenge the old proof fits nothing; the running pump runs on."""
    gate = EmergencyGate(EMERGENCY_KEY, counting_bytes())
    proof = prove_stop(KEY, gate.challenge(0))
    assert isinstance(gate.judge(proof, 0), str)
    assert code_of_gate(gate.judge(proof, 1)) is RefusalCode.NOT_AUTHORISED
    gate.challenge(2)
    assert code_of_gate(gate.judge(proof, 3)) is RefusalCode.NOT_AUTHORISED


def code_of_gate(verdict: str | Refusal) -> RefusalCode | None:
    """Why not, or None."""
    return verdict.code if isinstance(verdict, Refusal) else None


@pytest.mark.parametrize(("age_ms", "fits"), [(0, True), (MINUTE_MS - 1, True), (MINUTE_MS, False), (-1, False)])
def test_a_nonce_serves_for_a_minute(age_ms: int, *, fits: bool) -> None:
    """A proof that was held back is worth nothing later; nor is one after the clock ran back."""
    gate = EmergencyGate(EMERGENCY_KEY, counting_bytes())
    verdict = gate.judge(prove_stop(KEY, gate.challenge(1_000)), 1_000 + age_ms)
    assert isinstance(verdict, str) is fits


def test_a_repeated_question_gets_the_same_nonce_while_it_is_young() -> None:
    """A lost answer costs nothing, and a rescuer always has half a minute."""
    gate = EmergencyGate(EMERGENCY_KEY, counting_bytes())
    first = gate.challenge(0)
    assert gate.challenge(MINUTE_MS // 2 - 1) == first
    assert gate.challenge(MINUTE_MS // 2) != first


def test_no_proof_fits_before_a_challenge() -> None:
    """A pump that was asked nothing has no nonce, and the empty one is none."""
    gate = EmergencyGate(EMERGENCY_KEY, counting_bytes())
    assert isinstance(gate.judge(prove_stop(KEY, ""), 0), Refusal)


@pytest.mark.parametrize(
    "typed", ["7Q2M-XK04-9TBW-R3HE", "7q2mxk049tbwr3he", " 7Q2M XK04 9TBW R3HE ", "7q2m-xkO4-9tbw-r3he"]
)
def test_a_key_may_be_typed_as_people_type(typed: str) -> None:
    """Case, spaces, dashes and an O for a zero do not matter."""
    assert read_key(typed) == KEY


@pytest.mark.parametrize(
    "typed", ["", "7Q2M", "7Q2M-XK04-9TBW-R3HEE", "7Q2M-XK04-9TBW-R3H!", "7Q2M-XK04-9TBW-R3HU", "é" * 16]
)
def test_what_is_no_key_is_refused_with_an_example(typed: str) -> None:
    """One letter too few or too many, or one that no key has: the person is told what a key looks like."""
    with pytest.raises(BadInput, match="7Q2M"):
        read_key(typed)


@given(st.binary(min_size=16, max_size=16))
def test_a_drawn_key_can_be_read(drawn: bytes) -> None:
    """Whatever the dice say, the card can be typed."""
    assert len(read_key(draw_key(lambda size: drawn[:size]))) == 16


def test_stop_and_stopped_are_different_proofs() -> None:
    """A pump's answer cannot be used as somebody's request, nor the other way round."""
    assert not matches(prove_stop(KEY, "n"), prove_stopped(KEY, "n"))


def test_an_altered_question_at_the_skin_changes_nothing() -> None:
    """Any bit: their fault or another valid question, and the pump runs on."""
    bedside = Bedside()
    request = frame_of(EmergencyStop(proof=prove_stop(KEY, nonce_of(bedside))))
    before = bedside.pump
    for bit in range(8 * len(request)):
        with pytest.raises(TheirFault):
            bedside.receive((int.from_bytes(request, "big") ^ 1 << bit).to_bytes(len(request), "big"))
    assert bedside.pump == before
