"""Sealed messages: the layout by the book, and nothing that was altered, replayed, reordered or reflected opens."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from thecal.errors import OurFault, TheirFault
from thecal.wand.seal import Direction, Opener, Sealer

KEY = bytes(range(32))
SESSION = bytes(range(0x40, 0x50))


def ends(direction: Direction = Direction.TO_PUMP) -> tuple[Sealer, Opener]:
    """Both ends of one direction."""
    return Sealer(KEY, direction, SESSION), Opener(KEY, direction, SESSION)


def test_the_layout_is_what_the_ruler_says() -> None:
    """Nonce and AAD spelled out: the same cipher with them written by hand seals to the same bytes."""
    sealer, _ = ends()
    sealer.seal(0, b"first")
    nonce = bytes.fromhex("00000000 0000000000000001")
    aad = bytes.fromhex("01 404142434445464748494a4b4c4d4e4f 0000000000000001")
    assert sealer.seal(1, b"second") == ChaCha20Poly1305(KEY).encrypt(nonce, b"second", aad)


def test_the_cipher_is_the_one_of_rfc_8439() -> None:
    """The worked example of RFC 8439 §2.8.2 has this tag."""
    key = bytes.fromhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")
    nonce = bytes.fromhex("070000004041424344454647")
    aad = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    plain = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        b"sunscreen would be it."
    )
    assert ChaCha20Poly1305(key).encrypt(nonce, plain, aad)[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"


def test_messages_open_in_order() -> None:
    """What is sealed is opened, one after the other."""
    sealer, opener = ends()
    for sequence, message in enumerate((b"", b"one", b"x" * 70_000)):
        assert opener.open(sequence, sealer.seal(sequence, message)) == message


def test_nothing_else_opens_and_nothing_moves() -> None:
    """Altered, cut, replayed, early, reflected, of another session: refused; the next still opens."""
    sealer, opener = ends()
    first = sealer.seal(0, b"stop")
    second = sealer.seal(1, b"more")
    strangers = [
        ends(Direction.TO_PROGRAMMER)[0].seal(0, b"stop"),
        Sealer(KEY, Direction.TO_PUMP, bytes(16)).seal(0, b"stop"),
        Sealer(bytes(32), Direction.TO_PUMP, SESSION).seal(0, b"stop"),
        second,
        first + b"\x00",
        *(first[:size] for size in range(len(first))),
        *((int.from_bytes(first, "big") ^ 1 << bit).to_bytes(len(first), "big") for bit in range(8 * len(first))),
    ]
    for stranger in strangers:
        with pytest.raises(TheirFault):
            opener.open(0, stranger)
    with pytest.raises(TheirFault, match="turn"):
        opener.open(1, second)
    assert opener.open(0, first) == b"stop"
    with pytest.raises(TheirFault, match="turn"):
        opener.open(0, first)
    assert opener.open(1, second) == b"more"


@pytest.mark.parametrize("sequence", [0, 2])
def test_no_nonce_serves_twice(sequence: int) -> None:
    """The sealing end refuses to repeat or skip a sequence."""
    sealer, _ = ends()
    sealer.seal(0, b"once")
    with pytest.raises(OurFault):
        sealer.seal(sequence, b"twice")
