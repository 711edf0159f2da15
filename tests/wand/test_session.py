"""Two ends of a session: what an attacker or a bad link can do to a protocol, one case a test."""

from collections.abc import Callable
from itertools import permutations

import pytest
from tests.pump.helpers import NEW_YEAR_MS
from tests.wand.helpers import (
    ENGINEER,
    NURSE,
    OTHER_PUMP,
    PATIENT,
    PRESCRIBER,
    PUMP,
    STRANGER,
    Bedside,
    doubled,
)
from tests.wand.test_frames import recomputed

from thecal.errors import OurFault, TheirFault
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Acknowledge, Command, Commit, GivePatientDose, Interrogate, SetClock, Stage, Stop
from thecal.pump.events import EventKind
from thecal.pump.memory import Interrogation
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.pump.states import State
from thecal.units import MINUTE_MS
from thecal.wand.credentials import Credential
from thecal.wand.frames import Frame, Kind, decode_frame, encode_frame
from thecal.wand.messages import Done, Staged, encode_reply
from thecal.wand.session import NOT_ACCEPTED, WandSession

STAGE = Stage(transaction_id="t1", onto_revision=1, update=doubled())
COMMIT = Commit(transaction_id="t1", digest=doubled().digest())

ACKNOWLEDGE = Acknowledge(alarm=Alarm.LOW_RESERVOIR)
SET_CLOCK = SetClock(clock_ms=NEW_YEAR_MS)


def flipped(data: bytes, bit: int) -> bytes:
    """The bytes with one bit turned."""
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


def recorded_update(bedside: Bedside) -> list[tuple[bytes, bytes]]:
    """Every request and reply of a whole session that updates the pump, as an eavesdropper has them."""
    wand, taps = WandSession(PRESCRIBER, PUMP.public()), []

    def tap(request: bytes) -> bytes:
        taps.append((request, bedside.receive(request)))
        return taps[-1][1]

    frame: bytes | None = wand.start()
    while frame is not None:
        frame = wand.receive(tap(frame))
    for command in (Interrogate(), STAGE, COMMIT):
        wand.reply(tap(wand.request(command)))
    return taps


def test_a_session_carries_commands_and_replies() -> None:
    """Interrogate, stage, commit and stop reach the pump, with the role that proved itself."""
    bedside = Bedside()
    wand = bedside.open(NURSE)
    first = bedside.ask(wand, Interrogate())
    assert isinstance(first, Interrogation)
    assert first.revision == 1
    assert bedside.ask(wand, STAGE) == Staged(digest=COMMIT.digest, transaction_id="t1")
    assert bedside.ask(wand, COMMIT) == Done(revision=2)
    assert bedside.ask(wand, Stop()) == Done(revision=2)
    assert bedside.pump.state is State.STOPPED
    assert set(bedside.roles[2:]) == {"nurse"}


@pytest.mark.parametrize(
    ("credential", "command"),
    [
        *((PATIENT, command) for command in (Stop(), STAGE, COMMIT, ACKNOWLEDGE, SET_CLOCK)),
        *((ENGINEER, command) for command in (STAGE, COMMIT, SET_CLOCK, GivePatientDose())),
        (NURSE, GivePatientDose()),
        (PRESCRIBER, GivePatientDose()),
    ],
)
def test_a_role_does_no_more_than_it_may(credential: Credential, command: Command) -> None:
    """Refused, not carried out, and one line in the log."""
    bedside = Bedside()
    wand = bedside.open(credential)
    acted = len(bedside.roles)
    reply = bedside.ask(wand, command)
    assert isinstance(reply, Refusal)
    assert reply.code is RefusalCode.NOT_AUTHORISED
    assert len(bedside.roles) == acted
    assert bedside.pump.log[-1].kind is EventKind.ACCESS_REFUSED
    assert isinstance(bedside.ask(wand, Interrogate()), Interrogation)


def test_a_role_is_what_the_pump_says_it_is() -> None:
    """A patient's credential file edited to say prescriber is still a patient's at the pump."""
    bedside = Bedside()
    promoted = Credential(
        name="Sam", role="prescriber", kid=PATIENT.kid, public_key=PATIENT.public_key, private_key=PATIENT.private_key
    )
    reply = bedside.ask(bedside.open(promoted), STAGE)
    assert isinstance(reply, Refusal)


def test_nobody_is_let_in_who_is_not_enrolled() -> None:
    """A stranger, and the right person at another pump, get no session and learn no reason."""
    for bedside, credential in ((Bedside(), STRANGER), (Bedside(OTHER_PUMP), PRESCRIBER)):
        wand = WandSession(credential, PUMP.public())
        answer = bedside.respond(wand.start())
        with pytest.raises(TheirFault):
            wand.receive(bedside.respond(wand.receive(answer) or b""))


def test_a_whole_recorded_session_replayed_changes_nothing() -> None:
    """After everything was recorded, nothing of it works again, in any session."""
    bedside = Bedside()
    requests = [request for request, _ in recorded_update(bedside)]
    bedside.wait(20 * MINUTE_MS)
    after = bedside.therapy
    for request in requests[1:]:
        assert bedside.respond(request) == NOT_ACCEPTED
    bedside.respond(requests[0])
    for request in requests[1:]:
        assert bedside.respond(request) == NOT_ACCEPTED
    bedside.open()
    for request in requests[1:]:
        assert bedside.respond(request) == NOT_ACCEPTED
    assert bedside.therapy == after


def test_a_request_repeated_a_hundred_times_is_carried_out_once() -> None:
    """The same bytes get the same reply, and one commit is applied."""
    bedside = Bedside()
    wand = bedside.open()
    bedside.ask(wand, STAGE)
    request = wand.request(COMMIT)
    before = bedside.commits
    replies = {bedside.receive(request) for _ in range(100)}
    assert len(replies) == 1
    assert (bedside.commits - before, bedside.pump.revision) == (1, 2)
    assert wand.reply(replies.pop()) == Done(revision=2)


def test_only_the_order_in_which_it_was_said_is_heard() -> None:
    """Of every order of four requests, the pump hears what comes next and nothing else."""
    for order in permutations(range(4)):
        bedside = Bedside()
        wand = bedside.open()
        requests = []
        for _ in range(4):
            requests.append(wand.request(Interrogate()))
            wand._awaits = None  # an attacker who holds frames back makes the programmer believe nothing; a test does
        heard = -1
        for position in order:
            answer = bedside.respond(requests[position])
            assert (answer != NOT_ACCEPTED) is (position == heard + 1)
            heard += answer != NOT_ACCEPTED


def test_a_different_request_with_an_old_sequence_is_refused() -> None:
    """Rule 2 holds for the same bytes only."""
    bedside = Bedside()
    wand = bedside.open()
    request = wand.request(Interrogate())
    wand.reply(bedside.receive(request))
    forged = recomputed(flipped(request, 8 * 6))
    with pytest.raises(TheirFault):
        bedside.receive(forged)


def test_a_request_cut_at_any_byte_or_altered_in_any_bit_changes_nothing() -> None:
    """With the noise's CRC or an attacker's, the pump does nothing and the session lives."""
    bedside = Bedside()
    wand = bedside.open()
    bedside.ask(wand, STAGE)
    request = wand.request(COMMIT)
    before = bedside.pump
    spoilt = [request[:size] for size in range(len(request))] + [request + b"\x00"]
    for bit in range(8 * len(request)):
        spoilt += [flipped(request, bit), recomputed(flipped(request, bit))]
    for data in spoilt:
        if data != request:  # a flipped bit of the CRC, with the CRC recomputed, is the request again
            with pytest.raises(TheirFault):
                bedside.receive(data)
    assert bedside.pump == before
    assert wand.reply(bedside.receive(request)) == Done(revision=2)


def test_an_altered_handshake_changes_nothing() -> None:
    """Any bit of message_1 or message_3, its CRC recomputed: no session comes of it, and the one that is open lives."""
    bedside = Bedside()
    bedside.is_generous = True
    live = bedside.open(ENGINEER)
    before = bedside.therapy
    message_1 = WandSession(NURSE, PUMP.public()).start()
    for bit in range(8 * (len(message_1) - 4)):
        wand = WandSession(NURSE, PUMP.public())
        answer = bedside.respond(recomputed(flipped(wand.start(), bit + 32)))
        with pytest.raises(TheirFault):
            wand.receive(answer)
    for bit in range(8 * (13 + 19 - 4)):
        wand = WandSession(NURSE, PUMP.public())
        message_3 = wand.receive(bedside.receive(wand.start()))
        assert message_3 is not None
        answer = bedside.respond(recomputed(flipped(message_3, bit + 32)))
        with pytest.raises(TheirFault):
            wand.receive(answer)
    assert isinstance(bedside.ask(live, Interrogate()), Interrogation)
    assert (bedside.therapy, bedside.session._open is not None) == (before, True)


def test_an_altered_reply_is_not_believed_and_the_retry_is() -> None:
    """The programmer takes nothing from a garbled answer, and the same request again brings the right one."""
    bedside = Bedside()
    wand = bedside.open()
    request = wand.request(Interrogate())
    reply = bedside.receive(request)
    for bit in range(0, 8 * len(reply), 7):
        for data in (flipped(reply, bit), recomputed(flipped(reply, bit))):
            if data != reply:
                with pytest.raises(TheirFault):
                    wand.reply(data)
    assert isinstance(wand.reply(bedside.receive(request)), Interrogation)


@pytest.mark.parametrize(
    "kind", [Kind.MESSAGE_2, Kind.MESSAGE_4, Kind.SEALED_REPLY, Kind.SKIN_REPLY, Kind.NOT_ACCEPTED]
)
def test_the_pump_s_own_messages_sent_back_to_it_change_nothing(kind: Kind) -> None:
    """A pump takes no frame of a kind that only it sends."""
    bedside = Bedside()
    before = bedside.pump
    with pytest.raises(TheirFault, match="takes no"):
        bedside.receive(encode_frame(Frame(kind=kind, sequence=0, body=b"")))
    assert bedside.pump == before


def test_a_reply_sent_back_as_a_request_does_not_open() -> None:
    """The direction is under the seal, so that relabelling a frame does not help."""
    bedside = Bedside()
    wand = bedside.open()
    request = wand.request(Interrogate())
    reply = decode_frame(bedside.receive(request))
    reflected = Frame(kind=Kind.SEALED_REQUEST, sequence=1, body=reply.body)
    with pytest.raises(TheirFault):
        bedside.receive(encode_frame(reflected))
    with pytest.raises(TheirFault):
        wand.reply(encode_frame(Frame(kind=Kind.SEALED_REPLY, sequence=0, body=decode_frame(request).body)))


def test_a_session_with_one_pump_says_nothing_to_another() -> None:
    """The pump in the field is swapped after the handshake; nothing opens there."""
    one, other = Bedside(), Bedside(OTHER_PUMP)
    wand = one.open()
    other_wand = WandSession(PRESCRIBER, OTHER_PUMP.public())
    frame: bytes | None = other_wand.start()
    while frame is not None:
        frame = other_wand.receive(other.receive(frame))
    with pytest.raises(TheirFault):
        other.receive(wand.request(Stop()))
    assert other.pump.state is State.INFUSING


def test_a_stranger_who_only_begins_ends_nobody_s_session() -> None:
    """A message_1 from anyone leaves the open session alone."""
    bedside = Bedside()
    wand = bedside.open()
    bedside.receive(WandSession(STRANGER, PUMP.public()).start())
    assert isinstance(bedside.ask(wand, Interrogate()), Interrogation)


def test_a_second_programmer_ends_the_first_one_s_session() -> None:
    """Two sessions are never mixed; the first one's commit, still on its way, finds nobody."""
    bedside = Bedside()
    first = bedside.open(PRESCRIBER)
    bedside.ask(first, STAGE)
    late = first.request(COMMIT)
    bedside.open(NURSE)
    assert bedside.respond(late) == NOT_ACCEPTED
    assert bedside.pump.revision == 1


@pytest.mark.parametrize(("idle_ms", "lives"), [(10 * MINUTE_MS, True), (10 * MINUTE_MS + 1, False)])
def test_a_session_dies_after_ten_idle_minutes(idle_ms: int, *, lives: bool) -> None:
    """A wand that was left lying must prove itself again; each request starts the ten minutes anew."""
    bedside = Bedside()
    wand = bedside.open()
    for _ in range(2):
        bedside.wait(10 * MINUTE_MS)
        bedside.ask(wand, Interrogate())
    bedside.wait(idle_ms)
    assert (bedside.respond(wand.request(Interrogate())) != NOT_ACCEPTED) is lives


def test_legal_frames_in_an_illegal_order_are_their_fault() -> None:
    """A message_3 first, a request first, a handshake's answer out of turn."""
    wand = WandSession(NURSE, PUMP.public())
    fresh = Bedside()
    for kind, size in ((Kind.MESSAGE_3, 19), (Kind.SEALED_REQUEST, 40)):
        with pytest.raises(TheirFault):
            fresh.receive(encode_frame(Frame(kind=kind, sequence=0, body=bytes(size))))
    message_2 = fresh.receive(wand.start())
    with pytest.raises(TheirFault, match="due"):
        wand.receive(recomputed(flipped(message_2, 8 * (len(message_2) - 6))))
    wand.receive(message_2)
    with pytest.raises(TheirFault, match="due"):
        wand.receive(message_2)
    with pytest.raises(TheirFault, match="accept"):
        wand.receive(NOT_ACCEPTED)


def test_a_lost_message_2_or_4_is_repeated() -> None:
    """The handshake is stop-and-wait too: the same request brings the same answer, and one session comes of it."""
    bedside = Bedside()
    wand = WandSession(NURSE, PUMP.public())
    message_1 = wand.start()
    message_2 = bedside.receive(message_1)
    assert bedside.receive(message_1) == message_2
    message_3 = wand.receive(message_2)
    assert message_3 is not None
    message_4 = bedside.receive(message_3)
    assert bedside.receive(message_3) == message_4
    assert wand.receive(message_4) is None
    assert isinstance(bedside.ask(wand, Interrogate()), Interrogation)


def misuses() -> list[tuple[str, Callable[[Bedside], object]]]:
    """What a caller of WandSession must not do."""
    return [
        ("a request before the handshake", lambda _: WandSession(NURSE, PUMP.public()).request(Stop())),
        ("a reply before the handshake", lambda _: WandSession(NURSE, PUMP.public()).reply(NOT_ACCEPTED)),
        ("a second start", lambda bedside: bedside.open().start()),
        ("two requests at once", lambda bedside: two_requests(bedside.open())),
    ]


def two_requests(wand: WandSession) -> None:
    """Without waiting for the first one's reply."""
    wand.request(Interrogate())
    wand.request(Interrogate())


@pytest.mark.parametrize(("name", "misuse"), misuses(), ids=[name for name, _ in misuses()])
def test_misuse_is_our_fault(name: str, misuse: Callable[[Bedside], object]) -> None:
    """The programmer's own slips are told from the pump's."""
    with pytest.raises(OurFault):
        misuse(Bedside())


def test_a_reply_with_a_broken_content_is_their_fault() -> None:
    """Even sealed by the right pump: a reply must be one of ours."""
    bedside = Bedside()
    wand = bedside.open()
    wand.request(Interrogate())
    live = bedside.session._open
    assert live is not None
    body = live.sealer.seal(0, encode_reply(Done(revision=1)) + b"\x00")
    with pytest.raises(TheirFault):
        wand.reply(encode_frame(Frame(kind=Kind.SEALED_REPLY, sequence=0, body=body)))


def test_nothing_that_names_pump_or_person_crosses_in_the_clear() -> None:
    """Neither serial, nor names, nor public keys, nor the session's id; and two sessions share no message."""
    bedside = Bedside()
    first = b"".join(request + reply for request, reply in recorded_update(bedside))
    for secret in (b"TRP-0001", b"Okafor", b"baclofen", b"prescriber", bytes.fromhex(PUMP.public_key)):
        assert secret not in first
    assert bytes.fromhex(PRESCRIBER.public_key) not in first
    again = Bedside()
    second = b"".join(request + reply for request, reply in recorded_update(again))
    assert not {first[at : at + 16] for at in range(len(first) - 16)} & {
        second[at : at + 16] for at in range(len(second) - 16)
    }


def test_a_pump_answers_every_noise_alike() -> None:
    """Cut, unknown, unsealed or out of turn, the answer is the same 13 bytes."""
    bedside = Bedside()
    for noise in (
        b"",
        b"\x00",
        b"hello",
        NOT_ACCEPTED,
        encode_frame(Frame(kind=Kind.SEALED_REQUEST, sequence=9, body=b"")),
    ):
        assert bedside.respond(noise) == NOT_ACCEPTED
    assert len(NOT_ACCEPTED) == 13
