"""What is said: canonical CBOR of commands and replies.

One message has one encoding, so decoding is strict: what does not encode back to the very same bytes is refused. No
tags, no floats, no byte strings, no indefinite lengths, at most `DEPTH_MAX` levels; that is checked before the CBOR
library sees a byte, because tags make a decoder do work that the sender chooses.

    A1                                           a map of 1; keys stand by length, then by bytes
      64 74797065       64 53746F70              "type": "Stop"     (`thecal.canonical.to_plain` writes the map)
"""

import types
from dataclasses import dataclass, replace
from typing import Any, cast

import cbor2

from thecal.canonical import from_plain, to_plain
from thecal.errors import OurFault, TheirFault
from thecal.pump.commands import Command
from thecal.pump.memory import Interrogation, SkinReading
from thecal.pump.refusals import Refusal
from thecal.wand.frames import BODY_MAX, Kind

DEPTH_MAX = 16
SEAL_SIZE = 16
"""What the seal adds to a message (RFC 8439: a 16-byte tag)."""
INTEGER_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """The update stands beside the running program; nothing changed. `digest` is what the pump computed of it."""

    digest: str
    transaction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The command was carried out. `revision` is the running program's."""

    revision: int


Reply = Interrogation | Staged | Done | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSkin:
    """Anyone at the skin asks for dose, concentration, mode and alarms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyChallenge:
    """Asks for a nonce, so that an emergency stop cannot be recorded today and replayed tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyStop:
    """Stop, by the emergency key; `proof` is 64 hexadecimal digits (see `emergency`)."""

    proof: str


SkinRequest = ReadSkin | EmergencyChallenge | EmergencyStop


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonce:
    """What the next proof must be made over, 32 hexadecimal digits. It serves once, for a minute."""

    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyStopped:
    """The pump has stopped. `proof` shows that it was a pump that knows the key who says so."""

    proof: str


SkinReply = SkinReading | Nonce | EmergencyStopped | Refusal


def encode_command(command: Command) -> bytes:
    """A command's bytes."""
    return _encode(command)


def decode_command(data: bytes) -> Command:
    """The command that these bytes are, or TheirFault."""
    return cast("Command", _decode(Command, data))


def encode_reply(reply: Reply) -> bytes:
    """A reply's bytes. A read-out that is too long gives up the oldest lines of its log: the pump always answers."""
    data = _encode(reply)
    while len(data) > BODY_MAX[Kind.SEALED_REPLY] - SEAL_SIZE and isinstance(reply, Interrogation) and reply.log:
        reply = replace(reply, log=reply.log[len(reply.log) // 8 + 1 :])
        data = _encode(reply)
    return data


def decode_reply(data: bytes) -> Reply:
    """The reply that these bytes are, or TheirFault."""
    return cast("Reply", _decode(Reply, data))


def encode_skin_request(request: SkinRequest) -> bytes:
    """A question at the skin, as bytes."""
    return _encode(request)


def decode_skin_request(data: bytes) -> SkinRequest:
    """The question that these bytes are, or TheirFault."""
    return cast("SkinRequest", _decode(SkinRequest, data))


def encode_skin_reply(reply: SkinReply) -> bytes:
    """An answer at the skin, as bytes."""
    return _encode(reply)


def decode_skin_reply(data: bytes) -> SkinReply:
    """The answer that these bytes are, or TheirFault."""
    return cast("SkinReply", _decode(SkinReply, data))


def _encode(record: object) -> bytes:
    data = _dump(to_plain(record))
    try:
        _check_shape(data)
    except TheirFault as wrong:
        raise OurFault(f"{type(record).__name__} cannot be said: {wrong.says}") from wrong
    return data


def _decode(kind: types.UnionType, data: bytes) -> object:
    """The record of one of `kind`'s types, or TheirFault."""
    _check_shape(data)
    try:
        plain = cbor2.loads(data)
        again = _dump(plain)
    except (cbor2.CBORError, ValueError, TypeError) as wrong:
        raise TheirFault("the message is not what CBOR can say") from wrong
    if again != data:
        raise TheirFault("the message is not in its canonical encoding")
    return from_plain(cast("type[Any]", kind), plain)


def _dump(plain: object) -> bytes:
    return cbor2.dumps(plain, canonical=True)


_POSITIVE, _NEGATIVE, _TEXT, _ARRAY, _MAP, _SIMPLE = 0, 1, 3, 4, 5, 7
_MAJORS = {_POSITIVE, _NEGATIVE, _TEXT, _ARRAY, _MAP, _SIMPLE}
_FALSE, _TRUE, _NULL = 20, 21, 22


def _check_shape(data: bytes) -> None:
    """Walk the heads, not the values: one item, only the kinds we use, not too deep, nothing after it."""
    owed = [1]
    at = 0
    while owed:
        if owed[-1] == 0:
            owed.pop()
            continue
        owed[-1] -= 1
        major, argument, at = _read_head(data, at)
        if major == _TEXT:
            at += argument
        elif major in {_ARRAY, _MAP}:
            owed.append(argument * (2 if major == _MAP else 1))
        if len(owed) > DEPTH_MAX + 1:
            raise _wrong(f"more than {DEPTH_MAX} levels")
        if at + sum(owed) > len(data):
            raise _wrong("it is cut short")
    if at != len(data):
        raise _wrong("bytes follow it")


def _read_head(data: bytes, at: int) -> tuple[int, int, int]:
    """(major type, argument, where the next byte is) of the item at `at` (RFC 8949 §3)."""
    major, info = divmod(data[at], 32) if at < len(data) else (_SIMPLE, 0)
    if major not in _MAJORS or info > 27 or (major == _SIMPLE and info not in {_FALSE, _TRUE, _NULL}):
        raise _wrong("it holds an item that no message has")
    if info < 24:
        return major, info, at + 1
    end = at + 1 + (1 << (info - 24))
    argument = int.from_bytes(data[at + 1 : end], "big")
    if argument > INTEGER_MAX:
        raise _wrong("it holds a number that no message has")
    return major, argument, end


def _wrong(says: str) -> TheirFault:
    return TheirFault(f"not a message of ours: {says}")
