"""What is said: golden bytes both ways, one encoding per message, and nothing but our own messages."""

from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.helpers import BOLUSES, MODES, program
from tests.wand.helpers import Bedside, doubled

from thecal.canonical import to_plain
from thecal.errors import OurFault, TheirFault
from thecal.pump import machine
from thecal.pump.alarms import MOST_SILENCES, ActiveAlarm, Alarm
from thecal.pump.commands import (
    Acknowledge,
    Command,
    Commit,
    GivePatientDose,
    Interrogate,
    SetClock,
    Stage,
    Stop,
    Update,
)
from thecal.pump.events import LOG_LINES, verify_chain
from thecal.pump.memory import Interrogation
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.wand.frames import BODY_MAX, Frame, Kind, decode_frame, encode_frame
from thecal.wand.messages import (
    Done,
    EmergencyChallenge,
    EmergencyStop,
    EmergencyStopped,
    Nonce,
    ReadSkin,
    Staged,
    decode_command,
    decode_reply,
    decode_skin_reply,
    decode_skin_request,
    encode_command,
    encode_reply,
    encode_skin_reply,
    encode_skin_request,
)

# Written by hand from RFC 8949: A_ is a map of _ pairs, 6_ a text of _ bytes, 0_ a small number. Keys stand by length,
# then by bytes.
TYPE = "64 74797065"
GOLDEN_COMMANDS = [
    (Interrogate(), f"A1 {TYPE} 6B 496E746572726F67617465"),
    (Stop(), f"A1 {TYPE} 64 53746F70"),
    (GivePatientDose(), f"A1 {TYPE} 6F 4769766550617469656E74446F7365"),
    (
        Acknowledge(alarm=Alarm.MOTOR_STALL),
        f"A2 {TYPE} 6B 41636B6E6F776C65646765  65 616C61726D 6B 4D4F544F525F5354414C4C",
    ),
    (
        SetClock(clock_ms=1_772_528_400_000),
        f"A2 {TYPE} 68 536574436C6F636B  68 636C6F636B5F6D73 1B 0000019CB2ECF680",
    ),
    (
        Commit(transaction_id="t1", digest="ab"),
        f"A3 {TYPE} 66 436F6D6D6974  66 646967657374 62 6162  6E 7472616E73616374696F6E5F6964 62 7431",
    ),
]
GOLDEN_REPLIES = [
    (Done(revision=1000), f"A2 {TYPE} 64 446F6E65  68 7265766973696F6E 19 03E8"),
    (
        Refusal(code=RefusalCode.STAGE_EXPIRED, says="Old."),
        f"A3 64 636F6465 6D 53544147455F45585049524544  64 73617973 64 4F6C642E  {TYPE} 67 5265667573616C",
    ),
]
NOT_OUR_SHAPE = {
    "nothing": "",
    "half a head": "19 03",
    "cut text": "64 7479",
    "a float": f"A2 {TYPE} 64 446F6E65 68 7265766973696F6E F9 3C00",
    "a half float whose bits are true": f"A2 {TYPE} 64 446F6E65 68 7265766973696F6E F9 0015",
    "a byte string": f"A2 {TYPE} 64 446F6E65 68 7265766973696F6E 41 01",
    "a tag": f"A2 {TYPE} 64 446F6E65 68 7265766973696F6E C1 01",
    "a big number": f"A2 {TYPE} 64 446F6E65 68 7265766973696F6E C2 49 010000000000000000",
    "a number of 64 bits": f"A2 {TYPE} 64 446F6E65 68 7265766973696F6E 1B FFFFFFFFFFFFFFFF",
    "indefinite length": f"BF {TYPE} 64 53746F70 FF",
    "undefined": "F7",
    "an unassigned length": "1C",
    "17 levels": "81" * 17 + "01",
    "60 000 levels": "81" * 60_000 + "01",
    "a map of 2**32 pairs": "BA FFFFFFFF",
    "something after it": f"A1 {TYPE} 64 53746F70 00",
}
"""What is refused before the CBOR library sees it."""
NOT_OURS = {
    "a bare number": "01",
    "null": "F6",
    "an unknown type": f"A1 {TYPE} 64 44726F70",
    "a field too many": f"A2 {TYPE} 64 53746F70 61 78 01",
    "a field too few": f"A2 {TYPE} 66 436F6D6D6974 66 646967657374 62 6162",
    "a number where text is due": f"A2 {TYPE} 6D 456D657267656E637953746F70 65 70726F6F66 01",
    "keys in another order": "A2 68 7265766973696F6E 01 64 74797065 64 446F6E65",
    "a key twice": f"A2 {TYPE} 64 53746F70 {TYPE} 64 53746F70",
    "a number in a longer form": f"A2 {TYPE} 64 446F6E65 68 7265766973696F6E 18 01",
    "text that is not UTF-8": f"A1 {TYPE} 64 FFFFFFFF",
    "a list as a key": "A1 80 01",
    "a number as a key": "A1 01 01",
}


@pytest.mark.parametrize(("command", "golden"), GOLDEN_COMMANDS)
def test_golden_commands_both_ways(command: Command, golden: str) -> None:
    """A command's bytes are what the standard says, written and read."""
    assert encode_command(command) == bytes.fromhex(golden)
    assert decode_command(bytes.fromhex(golden)) == command


@pytest.mark.parametrize(("reply", "golden"), GOLDEN_REPLIES)
def test_golden_replies_both_ways(reply: Done | Refusal, golden: str) -> None:
    """A reply's bytes are what the standard says, written and read."""
    assert encode_reply(reply) == bytes.fromhex(golden)
    assert decode_reply(bytes.fromhex(golden)) == reply


@pytest.mark.parametrize("data", NOT_OUR_SHAPE.values(), ids=NOT_OUR_SHAPE.keys())
def test_what_has_not_our_shape_is_refused_unread(data: str) -> None:
    """Tags, floats, depth, lengths that lie: the heads alone decide, so that no sender chooses how hard we work."""
    for decode in (decode_command, decode_reply, decode_skin_request, decode_skin_reply):
        with pytest.raises(TheirFault, match="not a message of ours"):
            decode(bytes.fromhex(data))


@pytest.mark.parametrize("data", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_what_is_not_a_message_of_ours_is_their_fault(data: str) -> None:
    """Whatever CBOR, or no CBOR, it is: every decoder refuses it and nothing else happens."""
    for decode in (decode_command, decode_reply, decode_skin_request, decode_skin_reply):
        with pytest.raises(TheirFault):
            decode(bytes.fromhex(data))


@given(st.binary(max_size=200))
def test_noise_is_their_fault(data: bytes) -> None:
    """No bytes crash a decoder."""
    with pytest.raises(TheirFault):
        decode_command(data)


@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()), st.lists))
def test_well_formed_cbor_that_is_no_message_is_their_fault(value: object) -> None:
    """Being CBOR is not enough."""
    with pytest.raises(TheirFault):
        decode_reply(cbor2.dumps(value))


@given(MODES, BOLUSES, st.none() | st.integers(0, 20_000_000))
def test_every_update_survives_the_link_with_its_digest(mode: object, bolus: object, reservoir_nl: int | None) -> None:
    """What a reviewer saw is what the pump stages, to the digest, and it fits a frame."""
    update = Update(program=program(mode), bolus=bolus, reservoir_nl=reservoir_nl)  # type: ignore[arg-type] # any bolus
    data = encode_command(Stage(transaction_id="t" * 36, onto_revision=3, update=update))
    assert len(data) + 16 <= BODY_MAX[Kind.SEALED_REQUEST]
    again = decode_command(data)
    assert isinstance(again, Stage)
    assert (again.update, again.update.digest()) == (update, update.digest())


def test_every_other_message_survives_the_link() -> None:
    """Decoding inverts encoding for each record that crosses the link."""
    bedside = Bedside()
    reading = machine.read_skin(bedside.pump)
    staged = Staged(digest=doubled().digest(), transaction_id="t1")
    for reply in (machine.interrogate(bedside.pump), staged):
        assert decode_reply(encode_reply(reply)) == reply
    for request in (ReadSkin(), EmergencyChallenge(), EmergencyStop(proof="ab" * 32)):
        assert decode_skin_request(encode_skin_request(request)) == request
    for answer in (reading, Nonce(nonce="00" * 16), EmergencyStopped(proof="ab" * 32)):
        assert decode_skin_reply(encode_skin_reply(answer)) == answer


def long_read_out(lines: int) -> Interrogation:
    """A read-out whose log has this many of the longest lines."""
    pump = Bedside().pump
    for _ in range(lines):
        pump = machine.note_access_refused(pump, "f" * 64)
    return replace(machine.interrogate(pump), log=pump.log)


def test_a_full_log_fits_one_frame() -> None:
    """The pump's whole memory of 400 lines crosses the link unshortened."""
    reading = long_read_out(500)
    assert len(reading.log) == LOG_LINES
    assert decode_reply(encode_reply(reading)) == reading


def test_a_log_that_does_not_fit_gives_up_its_oldest_lines() -> None:
    """The pump answers all the same, with a chain that still ends where it says."""
    reading = long_read_out(400)
    reading = replace(reading, log=reading.log * 3)
    again = decode_reply(encode_reply(reading))
    assert isinstance(again, Interrogation)
    assert 0 < len(again.log) < len(reading.log)
    assert again.log == reading.log[-len(again.log) :]
    verify_chain(again.log[-200:], head=again.log_head)


def test_a_number_that_does_not_fit_is_not_said() -> None:
    """More than 63 bits is our own slip, found before it is sent."""
    with pytest.raises(OurFault):
        encode_reply(Done(revision=2**64))


def test_a_message_of_another_direction_is_not_a_command() -> None:
    """The pump takes no reply for a command, and the skin takes no command at all."""
    with pytest.raises(TheirFault):
        decode_command(encode_reply(Done(revision=1)))
    for command in (Stop(), Commit(transaction_id="t", digest="d")):
        with pytest.raises(TheirFault):
            decode_skin_request(encode_command(command))
    assert to_plain(Stop()) == {"type": "Stop"}


def test_the_worst_that_a_skin_can_be_told_fits_its_frame() -> None:
    """Every alarm at once, each acknowledged as often as is remembered, at the largest numbers: it can be read."""
    last_ms = 10**13
    silences = tuple((last_ms - 2 * at, last_ms - 2 * at + 1) for at in range(MOST_SILENCES))
    alarms = tuple(ActiveAlarm(alarm=alarm, since_ms=last_ms, silences=silences, left_out=last_ms) for alarm in Alarm)
    reading = replace(machine.read_skin(Bedside().pump), at_ms=last_ms, dose_pg_per_day=last_ms, alarms=alarms)
    body = encode_skin_reply(reading)
    assert (
        decode_skin_reply(decode_frame(encode_frame(Frame(kind=Kind.SKIN_REPLY, sequence=0, body=body))).body)
        == reading
    )
