"""Sealed messages: ChaCha20-Poly1305 (RFC 8439), one key and one counter per direction.

    nonce  00 00 00 00 · sequence, 8 bytes
    AAD    direction, 1 byte · session id, 16 bytes · sequence, 8 bytes

The counter starts at 0 and rises by one. A nonce serves once: a retry repeats bytes, it does not seal again. What is
reflected, reordered, replayed or from another session does not open.
"""

from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from thecal.errors import OurFault, TheirFault


class Direction(IntEnum):
    """Who speaks."""

    TO_PUMP = 1
    TO_PROGRAMMER = 2


class _Counted:
    """One direction's key, and the sequence that comes next."""

    def __init__(self, key: bytes, direction: Direction, session_id: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)
        self._aad = bytes([direction]) + session_id
        self._next = 0

    def _envelope(self, sequence: int) -> tuple[bytes, bytes]:
        count = sequence.to_bytes(8, "big")
        return bytes(4) + count, self._aad + count


class Sealer(_Counted):
    """Seals what this end says."""

    def seal(self, sequence: int, message: bytes) -> bytes:
        """The message, sealed; OurFault where this sequence is not the next: no nonce serves twice."""
        if sequence != self._next:
            raise OurFault(f"sequence {sequence} is not the next, {self._next}")
        nonce, aad = self._envelope(sequence)
        self._next += 1
        return self._cipher.encrypt(nonce, message, aad)


class Opener(_Counted):
    """Opens what the other end says."""

    def open(self, sequence: int, sealed: bytes) -> bytes:
        """The message; TheirFault, and nothing moves, where it was altered, is from elsewhere, or is not the next."""
        nonce, aad = self._envelope(sequence)
        if sequence != self._next:
            raise TheirFault("a message out of turn", remedy="Open a new session.")
        try:
            message = self._cipher.decrypt(nonce, sealed, aad)
        except InvalidTag:
            raise TheirFault("the seal is broken", remedy="Open a new session.") from None
        self._next += 1
        return message
