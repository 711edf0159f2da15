"""Frames: where one message begins and ends on a stream of bytes.

    byte  0    1     2  3  4  5   6  7  8    9 … 9+n   9+n … 13+n
          7C   kind  sequence     length n   body      CRC-32 of everything before it

Numbers are big-endian. The CRC catches noise and nothing else: whoever can alter a frame can recompute it. What keeps
an altered frame from being believed is the seal around the body.

The link is stop-and-wait: one request, one reply that echoes its sequence. A retry repeats the request's bytes.
"""

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

from thecal.errors import OurFault, TheirFault

MAGIC = 0x7C
HEADER = struct.Struct(">BBI")
LENGTH_SIZE = 3
BODY_AT = HEADER.size + LENGTH_SIZE
CRC_SIZE = 4
SEQUENCE_MAX = 2**32 - 1


class Kind(IntEnum):
    """What a frame carries. Even numbers answer the odd number before them; 9 answers anything."""

    MESSAGE_1 = 1
    MESSAGE_2 = 2
    MESSAGE_3 = 3
    MESSAGE_4 = 4
    SEALED_REQUEST = 5
    SEALED_REPLY = 6
    SKIN_REQUEST = 7
    SKIN_REPLY = 8
    NOT_ACCEPTED = 9
    """Nothing was done, and no reason is given: a stranger learns nothing from trying."""


BODY_MAX: dict[Kind, int] = {
    Kind.MESSAGE_1: 64,
    Kind.MESSAGE_2: 64,
    Kind.MESSAGE_3: 64,
    Kind.MESSAGE_4: 64,
    Kind.SEALED_REQUEST: 16 * 1024,  # an update with 7 days of 13 steps is under 8 KiB
    Kind.SEALED_REPLY: 128 * 1024,  # a read-out with the pump's whole log of 400 lines fits
    Kind.SKIN_REQUEST: 256,
    Kind.SKIN_REPLY: 4 * 1024,  # every alarm at once, each acknowledged as often as a pump remembers
    Kind.NOT_ACCEPTED: 0,
}
"""The longest body of each kind, so that a buffer never grows on a stranger's word. Invented, with room to spare."""

FRAME_MAX = BODY_AT + max(BODY_MAX.values()) + CRC_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message's envelope."""

    kind: Kind
    sequence: int
    body: bytes


def encode_frame(frame: Frame) -> bytes:
    """The frame's bytes; OurFault where it is longer than its kind allows."""
    if len(frame.body) > BODY_MAX[frame.kind]:
        raise OurFault(f"{len(frame.body)} bytes do not fit a {frame.kind.name} frame")
    if not 0 <= frame.sequence <= SEQUENCE_MAX:
        raise OurFault("this session has used up its sequence numbers", remedy="Open a new session.")
    head = HEADER.pack(MAGIC, frame.kind, frame.sequence) + len(frame.body).to_bytes(LENGTH_SIZE, "big")
    return head + frame.body + _crc(head + frame.body)


def decode_frame(data: bytes) -> Frame:
    """The one frame that `data` is, exactly; TheirFault where it is cut short, altered or followed by more."""
    size = frame_size(data)
    if size is None or size != len(data):
        raise TheirFault("the frame is cut short" if size is None or size > len(data) else "bytes follow the frame")
    covered = data[:-CRC_SIZE]
    if _crc(covered) != data[-CRC_SIZE:]:
        raise TheirFault("the frame was garbled on its way", remedy="Hold the wand still and closer.")
    _, kind, sequence = HEADER.unpack_from(data)
    return Frame(kind=Kind(kind), sequence=sequence, body=covered[BODY_AT:])


def frame_size(data: bytes | bytearray) -> int | None:
    """How long the frame at the start of `data` is; None while its header is incomplete. TheirFault if none starts."""
    if data[:1] and data[0] != MAGIC:
        raise TheirFault("this is no frame: its first byte is wrong")
    if len(data) >= 2 and data[1] not in BODY_MAX:
        raise TheirFault(f"no frame is of kind {data[1]}")
    if len(data) < BODY_AT:
        return None
    length = int.from_bytes(data[HEADER.size : BODY_AT], "big")
    if length > BODY_MAX[Kind(data[1])]:
        raise TheirFault(f"a {Kind(data[1]).name} frame is never {length} bytes long")
    return BODY_AT + length + CRC_SIZE


class FrameDecoder:
    """Cuts a stream into frames, however it arrives. Holds `FRAME_MAX` bytes at most.

    What is no frame is TheirFault; the buffer is then empty, and the stream should be closed.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def receive(self, data: bytes) -> None:
        """Take what has arrived."""
        if len(self._buffer) + len(data) > FRAME_MAX:
            self._buffer.clear()
            raise TheirFault("more bytes than a frame can have")
        self._buffer += data

    def next_frame(self) -> bytes | None:
        """The next whole frame's bytes, checked; None while it is incomplete."""
        try:
            size = frame_size(self._buffer)
            if size is None or size > len(self._buffer):
                return None
            data = bytes(self._buffer[:size])
            decode_frame(data)
        except TheirFault:
            self._buffer.clear()
            raise
        del self._buffer[:size]
        return data


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(CRC_SIZE, "big")
