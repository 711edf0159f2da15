"""Frames on a stream: golden bytes both ways, however they arrive, and nothing from what is no frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.errors import OurFault, TheirFault
from thecal.wand.frames import BODY_MAX, FRAME_MAX, Frame, FrameDecoder, Kind, decode_frame, encode_frame

# Written by hand from the ruler in frames.py; each CRC by dividing bit by bit (`crc32` below). The body of the second
# is message_4 of RFC 9529 §3.
GOLDEN = [
    (Frame(kind=Kind.NOT_ACCEPTED, sequence=0, body=b""), "7c 09 00000000 000000 efd13f44"),
    (
        Frame(kind=Kind.MESSAGE_4, sequence=1, body=bytes.fromhex("4828c966b7ca304f83")),
        "7c 04 00000001 000009 4828c966b7ca304f83 b4dca7ca",
    ),
    (Frame(kind=Kind.SKIN_REQUEST, sequence=2**32 - 1, body=b"\xa0"), "7c 07 ffffffff 000001 a0 3e8ed296"),
]
FRAMES = st.builds(
    Frame,
    kind=st.sampled_from([kind for kind in Kind if BODY_MAX[kind]]),
    sequence=st.integers(0, 2**32 - 1),
    body=st.binary(max_size=64),
)


def crc32(data: bytes) -> int:
    """CRC-32 as IEEE 802.3 defines it, one bit at a time."""
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xEDB88320 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def recomputed(data: bytes) -> bytes:
    """The frame with a CRC that fits: noise does not do that, an attacker does."""
    return data[:-4] + crc32(data[:-4]).to_bytes(4, "big")


@pytest.mark.parametrize(("frame", "golden"), GOLDEN)
def test_golden_frames_both_ways(frame: Frame, golden: str) -> None:
    """The bytes on the link are the ruler's, written and read."""
    data = bytes.fromhex(golden)
    assert encode_frame(frame) == data
    assert decode_frame(data) == frame
    assert recomputed(data) == data


def test_the_oracle_s_crc_is_the_published_one() -> None:
    """The check value of CRC-32 over "123456789" is CBF43926."""
    assert crc32(b"123456789") == 0xCBF43926


@given(FRAMES)
def test_what_is_encoded_is_decoded(frame: Frame) -> None:
    """Decoding inverts encoding."""
    assert decode_frame(encode_frame(frame)) == frame


@given(st.lists(FRAMES, min_size=1, max_size=4), st.integers(1, 100))
def test_a_stream_is_cut_into_the_same_frames_however_it_arrives(frames: list[Frame], chunk: int) -> None:
    """Whole, byte by byte, or in any pieces."""
    stream = b"".join(encode_frame(frame) for frame in frames)
    decoder, got = FrameDecoder(), []
    for at in range(0, len(stream), chunk):
        decoder.receive(stream[at : at + chunk])
        while (data := decoder.next_frame()) is not None:
            got.append(decode_frame(data))
    assert got == frames


@pytest.mark.parametrize(("frame", "golden"), GOLDEN)
def test_a_frame_cut_at_any_byte_is_not_a_frame(frame: Frame, golden: str) -> None:
    """Alone it is their fault; on a stream it is waited for."""
    data = bytes.fromhex(golden)
    for size in range(len(data)):
        with pytest.raises(TheirFault):
            decode_frame(data[:size])
        decoder = FrameDecoder()
        decoder.receive(data[:size])
        assert decoder.next_frame() is None


@pytest.mark.parametrize(("frame", "golden"), GOLDEN)
def test_a_frame_altered_in_any_bit_is_not_a_frame(frame: Frame, golden: str) -> None:
    """The CRC catches every single bit."""
    data = bytes.fromhex(golden)
    for bit in range(8 * len(data)):
        flipped = (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")
        with pytest.raises(TheirFault):
            decode_frame(flipped)


@given(FRAMES, st.binary(min_size=1, max_size=20))
def test_what_follows_a_frame_is_not_part_of_it(frame: Frame, noise: bytes) -> None:
    """Alone, a frame with something behind it is their fault; on a stream the frame is given first."""
    data = encode_frame(frame)
    with pytest.raises(TheirFault):
        decode_frame(data + noise)
    decoder = FrameDecoder()
    decoder.receive(data + noise)
    assert decoder.next_frame() == data


@pytest.mark.parametrize(
    "noise", [b"\x00", b"GET / HTTP/1.1\r\n", b"\x7c\x00", b"\x7c\x0a", b"\x7c\x01\x00\x00\x00\x00\xff\xff\xff"]
)
def test_noise_is_seen_at_once_and_forgotten(noise: bytes) -> None:
    """A wrong first byte, an unknown kind or an impossible length is their fault before more is read."""
    decoder = FrameDecoder()
    decoder.receive(noise)
    with pytest.raises(TheirFault):
        decoder.next_frame()
    good = encode_frame(GOLDEN[0][0])
    decoder.receive(good)
    assert decoder.next_frame() == good


def test_the_buffer_is_bounded() -> None:
    """However much a stranger sends, no more than one frame is kept."""
    decoder = FrameDecoder()
    decoder.receive(bytes.fromhex("7c0600000000020000") + bytes(FRAME_MAX - 9))
    with pytest.raises(TheirFault):
        decoder.receive(b"\x00")
    assert decoder.next_frame() is None


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_longest_body(kind: Kind) -> None:
    """The longest body goes through; one byte more is our fault to write and theirs to send."""
    longest = Frame(kind=kind, sequence=0, body=bytes(BODY_MAX[kind]))
    assert decode_frame(encode_frame(longest)) == longest
    too_long = Frame(kind=kind, sequence=0, body=bytes(BODY_MAX[kind] + 1))
    with pytest.raises(OurFault):
        encode_frame(too_long)
    length = len(too_long.body).to_bytes(3, "big")
    with pytest.raises(TheirFault, match="never"):
        decode_frame(bytes([0x7C, kind, 0, 0, 0, 0]) + length + too_long.body + bytes(4))


@pytest.mark.parametrize("sequence", [-1, 2**32])
def test_a_sequence_that_does_not_fit_ends_the_session(sequence: int) -> None:
    """The counter never wraps."""
    with pytest.raises(OurFault, match="sequence"):
        encode_frame(Frame(kind=Kind.SEALED_REQUEST, sequence=sequence, body=b""))
