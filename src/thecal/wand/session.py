"""The two ends put together: `WandSession` in the programmer, `PumpSession` in the pump.

    start → message_1 → message_2 → message_3 → message_4 → sealed request, sealed reply, and so on

Rule 1. What does not come as it should is TheirFault, and changes nothing that matters: no therapy, no session.
Rule 2. A request that comes again, byte for byte, gets the reply that it got, and is not carried out again.
Rule 3. A pump has one session. A new one begins only when an enrolled credential has proved itself; the old one is
        then over, so that nothing sent in it and still on its way is carried out after the new one's first answer.
Rule 4. Whatever is answered is paid. Nobody begins a handshake once strangers have used up their budget; the live
        session, the reading at the skin and the emergency key go on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from thecal.errors import OurFault, TheirFault
from thecal.pump.commands import Command, Stop
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.sources import OWN_CHOICE, Sourced
from thecal.units import MINUTE_MS
from thecal.wand.credentials import Credential, allow_list, may
from thecal.wand.emergency import EmergencyGate
from thecal.wand.frames import Frame, Kind, decode_frame, encode_frame
from thecal.wand.handshake import Initiator, Keys, Responder
from thecal.wand.messages import (
    EmergencyChallenge,
    EmergencyStop,
    EmergencyStopped,
    Nonce,
    ReadSkin,
    Reply,
    SkinReply,
    decode_command,
    decode_reply,
    decode_skin_request,
    encode_command,
    encode_reply,
    encode_skin_reply,
)
from thecal.wand.seal import Direction, Opener, Sealer

SESSION_IDLE = Sourced(name="session_idle", value=10 * MINUTE_MS, unit="ms", source=OWN_CHOICE, grade="assumed")
AT_THE_SKIN = "skin"
EMERGENCY = "emergency key"
"""The two roles that no credential has: what `act` is told when anyone reads, or the emergency key stops."""

NOT_ACCEPTED = encode_frame(Frame(kind=Kind.NOT_ACCEPTED, sequence=0, body=b""))

HANDSHAKE_SEQUENCE = {Kind.MESSAGE_1: 0, Kind.MESSAGE_3: 1}
"""The handshake's own frames are counted too: their header is not under its proof, so it has one value."""

Act = Callable[[Command | ReadSkin, str], SkinReply | Reply]
"""Carries out one command for one role on the pump behind the session. It answers Interrogate with an Interrogation,
ReadSkin with a SkinReading, Stage with Staged, any other command with Done; or with a Refusal."""


class Energy(Protocol):
    """The battery behind the session (see `thecal.pump.telemetry`)."""

    def may_begin(self) -> bool:
        """Whether there is energy for the handshake of somebody whom nobody knows yet."""

    def begun(self) -> None:
        """A handshake is begun."""

    def authenticated(self) -> None:
        """The handshake was an enrolled credential's."""

    def answered(self, *, known: bool) -> None:
        """One request was answered: in the session of an enrolled credential, or to anyone."""


class WandSession:
    """The programmer's side of one session with one pump.

    `start`, hand each answer to `receive` and send what it gives until it gives None; then `request` and `reply` by
    turns. To retry is to send the same bytes again. A garbled answer is TheirFault and leaves everything as it was.
    """

    def __init__(self, ours: Credential, pump: Credential) -> None:
        self._initiator = Initiator(ours, pump)
        self._awaits: Kind | None = None
        self._sequence = 0
        self._channel: tuple[Sealer, Opener] | None = None

    def start(self) -> bytes:
        """The first frame."""
        if self._awaits is not None or self._channel is not None:
            raise OurFault("this session has begun", remedy="Open a new one.")
        self._awaits = Kind.MESSAGE_2
        return encode_frame(Frame(kind=Kind.MESSAGE_1, sequence=0, body=self._initiator.message_1()))

    def receive(self, data: bytes) -> bytes | None:
        """The next frame of the handshake, or None when both ends hold the keys."""
        frame = self._expected(data)
        if frame.kind is Kind.MESSAGE_2:
            message_3 = self._initiator.message_3(frame.body)
            self._awaits, self._sequence = Kind.MESSAGE_4, 1
            return encode_frame(Frame(kind=Kind.MESSAGE_3, sequence=1, body=message_3))
        if frame.kind is not Kind.MESSAGE_4:
            raise OurFault("the handshake is over", remedy="Hand this answer to `reply`.")
        keys = self._initiator.finish(frame.body)
        self._channel = (
            Sealer(keys.to_pump, Direction.TO_PUMP, keys.session_id),
            Opener(keys.to_programmer, Direction.TO_PROGRAMMER, keys.session_id),
        )
        self._awaits, self._sequence = None, -1
        return None

    def request(self, command: Command) -> bytes:
        """The frame that asks the pump for `command`. One at a time: the last one must have been answered."""
        if self._channel is None or self._awaits is not None:
            raise OurFault("the session is not open, or the last request has no answer", remedy="Open a new session.")
        sealer, _ = self._channel
        message = encode_command(command)
        self._awaits, self._sequence = Kind.SEALED_REPLY, self._sequence + 1
        body = sealer.seal(self._sequence, message)
        return encode_frame(Frame(kind=Kind.SEALED_REQUEST, sequence=self._sequence, body=body))

    def reply(self, data: bytes) -> Reply:
        """What the pump answered."""
        if self._channel is None:
            raise OurFault("the session is not open")
        frame = self._expected(data)
        _, opener = self._channel
        reply = decode_reply(opener.open(frame.sequence, frame.body))
        self._awaits = None
        return reply

    def _expected(self, data: bytes) -> Frame:
        """The frame, if it is the answer that is due."""
        frame = decode_frame(data)
        if frame.kind is Kind.NOT_ACCEPTED:
            raise TheirFault(
                "the pump does not accept this",
                remedy="Open a new session; if it fails again, check that the credential is enrolled with this pump.",
            )
        if frame.kind is not self._awaits or frame.sequence != self._sequence:
            raise TheirFault("this is not the answer that is due")
        return frame


@dataclass(frozen=True, slots=True)
class _Answered:
    """A request and what was said to it, for when it comes again."""

    request: bytes
    reply: bytes


@dataclass(slots=True)
class _Open:
    """The live session: who, how, the last exchange, and when it was."""

    role: str
    sealer: Sealer
    opener: Opener
    last: _Answered
    last_ms: int


class PumpSession:
    """The pump's side: everything that comes over the link, for as long as the pump lives.

    `act` carries out what was allowed; `note` is told of access refused to an enrolled credential or a wrong emergency
    key, for the pump's log; `energy` pays; `random_bytes` draws nonces. Time comes with each frame.
    """

    def __init__(
        self,
        *,
        credential: Credential,
        enrolled: tuple[Credential, ...],
        emergency_key: str,
        act: Act,
        note: Callable[[str], None],
        energy: Energy,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._credential = credential
        self._allowed = allow_list(credential, enrolled)
        self._gate = EmergencyGate(emergency_key, random_bytes)
        self._act = act
        self._note = note
        self._energy = energy
        self._pending: tuple[Responder, _Answered] | None = None
        self._open: _Open | None = None
        self._emergency: _Answered | None = None

    @property
    def wrong_keys(self) -> int:
        """How many wrong emergency keys came in a row."""
        return self._gate.wrong_keys

    def answer(self, data: bytes, now_ms: int) -> bytes:
        """One frame's answer, whatever the frame: what a host puts on the link."""
        try:
            return self.receive(data, now_ms)
        except TheirFault:
            return NOT_ACCEPTED

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """One frame's answer; TheirFault where it is not one to answer."""
        frame = decode_frame(data)
        if frame.sequence != HANDSHAKE_SEQUENCE.get(frame.kind, frame.sequence):
            raise TheirFault("a handshake message out of turn")
        match frame.kind:
            case Kind.MESSAGE_1:
                return self._begin(frame, data)
            case Kind.MESSAGE_3:
                return self._authenticate(frame, data, now_ms)
            case Kind.SEALED_REQUEST:
                return self._obey(frame, data, now_ms)
            case Kind.SKIN_REQUEST:
                return self._serve_skin(frame, data, now_ms)
            case _:
                raise TheirFault(f"a pump takes no {frame.kind.name}")

    def _begin(self, frame: Frame, data: bytes) -> bytes:
        """message_1 → message_2. The live session, if there is one, goes on meanwhile."""
        if self._pending is not None and self._pending[1].request == data:
            return self._again(self._pending[1])
        if not self._energy.may_begin():
            raise TheirFault("strangers have used up their energy", remedy="Come again after a day.")
        responder = Responder(self._credential, self._allowed)
        body = responder.message_2(frame.body)
        self._energy.begun()
        reply = encode_frame(Frame(kind=Kind.MESSAGE_2, sequence=frame.sequence, body=body))
        self._pending = responder, _Answered(data, reply)
        return reply

    def _authenticate(self, frame: Frame, data: bytes, now_ms: int) -> bytes:
        """message_3 → message_4. From here on there is a new session, and only that one."""
        if self._open is not None and self._open.last.request == data:
            return self._again(self._open.last)
        if self._pending is None:
            raise TheirFault("message_3 without message_1")
        message_4, keys, peer = self._pending[0].message_4(frame.body)
        self._energy.authenticated()
        reply = encode_frame(Frame(kind=Kind.MESSAGE_4, sequence=frame.sequence, body=message_4))
        self._open = _open(keys, peer.role, _Answered(data, reply), now_ms)
        self._pending = None
        return reply

    def _obey(self, frame: Frame, data: bytes, now_ms: int) -> bytes:
        """A sealed request → a sealed reply. It is carried out once, however often it comes."""
        live = self._open
        if live is None or now_ms - live.last_ms > SESSION_IDLE.whole():
            self._open = None
            raise TheirFault("no session is open", remedy="Open a new session.")
        if live.last.request == data:
            return self._again(live.last)
        command = decode_command(live.opener.open(frame.sequence, frame.body))
        self._energy.answered(known=True)
        message = encode_reply(self._carry_out(command, live.role))
        body = live.sealer.seal(frame.sequence, message)
        reply = encode_frame(Frame(kind=Kind.SEALED_REPLY, sequence=frame.sequence, body=body))
        live.last, live.last_ms = _Answered(data, reply), now_ms
        return reply

    def _carry_out(self, command: Command, role: str) -> Reply:
        if not may(role, command):
            name = type(command).__name__
            self._note(f"{role}: {name}")
            return Refusal(code=RefusalCode.NOT_AUTHORISED, says=f"The role {role} may not {name.lower()}.")
        reply = self._act(command, role)
        assert isinstance(reply, Reply), f"the pump answers a command with a reply, not {type(reply).__name__}"
        return reply

    def _serve_skin(self, frame: Frame, data: bytes, now_ms: int) -> bytes:
        """What needs no credential. Only an emergency stop is remembered: a reading must be fresh each time."""
        if self._emergency is not None and self._emergency.request == data:
            return self._again(self._emergency)
        request = decode_skin_request(frame.body)
        self._energy.answered(known=False)
        match request:
            case ReadSkin():
                answer = self._read_skin()
            case EmergencyChallenge():
                answer = Nonce(nonce=self._gate.challenge(now_ms))
            case EmergencyStop():
                answer = self._stop_in_emergency(request, now_ms)
        reply = encode_frame(Frame(kind=Kind.SKIN_REPLY, sequence=frame.sequence, body=encode_skin_reply(answer)))
        if isinstance(request, EmergencyStop):
            self._emergency = _Answered(data, reply)
        return reply

    def _again(self, answered: _Answered) -> bytes:
        """The same reply to the same request, which anyone who overheard it can send."""
        self._energy.answered(known=False)
        return answered.reply

    def _read_skin(self) -> SkinReply:
        reading = self._act(ReadSkin(), AT_THE_SKIN)
        assert isinstance(reading, SkinReply), f"the skin is not told a {type(reading).__name__}"
        return reading

    def _stop_in_emergency(self, request: EmergencyStop, now_ms: int) -> SkinReply:
        verdict = self._gate.judge(request.proof, now_ms)
        if isinstance(verdict, Refusal):
            if verdict.code is RefusalCode.NOT_AUTHORISED:
                self._note("wrong emergency key")
            return verdict
        done = self._act(Stop(), EMERGENCY)
        return done if isinstance(done, Refusal) else EmergencyStopped(proof=verdict)


def _open(keys: Keys, role: str, last: _Answered, now_ms: int) -> _Open:
    """The pump's end of a session that has just been agreed on."""
    sealer = Sealer(keys.to_programmer, Direction.TO_PROGRAMMER, keys.session_id)
    return _Open(role, sealer, Opener(keys.to_pump, Direction.TO_PUMP, keys.session_id), last, now_ms)
