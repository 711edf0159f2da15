"""The handshake: EDHOC (RFC 9528), static Diffie-Hellman at both ends (method 3), cipher suite 2, key confirmation.

    programmer                                      pump
      message_1   03 02 58 20 X[32] C_I              37 bytes    method, suite, ephemeral key, connection id
                  58 2B Y[32] ciphertext[11]         45 bytes    message_2: the pump proves itself
      message_3   52 ciphertext[18]                  19 bytes    the programmer proves itself
                  48 tag[8]                           9 bytes    message_4: both hold the same keys

110 bytes. Rule 1: lakers sees a message only when its length and every byte that has a fixed value are right, and a key
is a point of the curve. Rule 2: whatever lakers then does, its panics included, is the other end's fault. Rule 3: a
handshake that failed is spent; the next attempt makes new keys.

This is the one place where chance enters the wand: lakers draws the ephemeral keys from the operating system.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import lakers

from thecal.errors import TheirFault
from thecal.wand.credentials import KIDS, Credential

MESSAGE_1_START = bytes.fromhex("03025820")
MESSAGE_2_START = bytes.fromhex("582b")
MESSAGE_3_START = bytes.fromhex("52")
MESSAGE_4_START = bytes.fromhex("48")
MESSAGE_SIZES = (37, 45, 19, 9)
C_I = b"\x00"
"""The connection identifier chooses between sessions that share a link; ours has one."""

EXPORT_LABEL = 23
"""EDHOC_Exporter's label. Private use begins at 32768 (RFC 9528 §10.1), but lakers 0.6.2 takes one byte and encodes 24
and above unlike the standard (found by the oracle in the tests). 23 is reserved, so nobody else's; the context below is
what tells these keys apart."""
CONTEXT = b"thecal wand 1 "

# P-256 (SEC 2, secp256r1): y² = x³ - 3x + b over the field of P elements.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

Edhoc = TypeVar("Edhoc")
_NEW_SESSION = "Open a new session; if it fails again, check that this pump and this credential know one another."


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a finished handshake leaves, known to both ends and no one else."""

    session_id: bytes = field(repr=False)
    to_pump: bytes = field(repr=False)
    to_programmer: bytes = field(repr=False)


def new_credential(name: str, role: str, *, kid: int) -> Credential:
    """A fresh key pair for somebody."""
    private_key, public_key = lakers.p256_generate_key_pair()
    return Credential(name=name, role=role, kid=kid, public_key=public_key.hex(), private_key=private_key.hex())


class Initiator:
    """The programmer's side: `message_1`, then `message_3`, then `finish`. Each once, in this order."""

    def __init__(self, ours: Credential, pump: Credential) -> None:
        self._secret = ours.secret()
        self._ours = _as_lakers(ours)
        self._pump = _as_lakers(pump)
        self._lakers: lakers.EdhocInitiator | None = lakers.EdhocInitiator()

    def message_1(self) -> bytes:
        """Asks for a session."""
        return bytes(_alive(self._lakers).prepare_message_1(C_I))

    def message_3(self, message_2: bytes) -> bytes:
        """Proves who we are to the pump that proved itself by `message_2`; TheirFault where it did not."""
        _check_start(message_2, MESSAGE_2_START, MESSAGE_SIZES[1])
        _check_point(message_2[2:34])
        edhoc, self._lakers = _alive(self._lakers), None
        with _their_fault("message_2"):
            _, id_cred, ead = edhoc.parse_message_2(message_2)
            _check_peer(bytes(id_cred), ead, self._pump.kid())
            edhoc.verify_message_2(self._secret, self._ours, self._pump)
            message_3, _ = edhoc.prepare_message_3(lakers.CredentialTransfer.ByReference)
        self._lakers = edhoc
        return bytes(message_3)

    def finish(self, message_4: bytes) -> Keys:
        """The session's keys, once the pump has confirmed that it holds them too."""
        _check_start(message_4, MESSAGE_4_START, MESSAGE_SIZES[3])
        edhoc, self._lakers = _alive(self._lakers), None
        with _their_fault("message_4"):
            if edhoc.process_message_4(message_4):
                raise TheirFault("message_4 carries what we did not ask for")
            return _export(edhoc)


class Responder:
    """The pump's side: `message_2`, then `message_4`. Each once, in this order."""

    def __init__(self, ours: Credential, allowed: Mapping[int, Credential]) -> None:
        self._allowed = allowed
        self._lakers: lakers.EdhocResponder | None = lakers.EdhocResponder(ours.secret(), _as_lakers(ours))

    def message_2(self, message_1: bytes) -> bytes:
        """Proves who we are to whoever asks: it says nothing until the ephemeral keys hide it."""
        _check_start(message_1, MESSAGE_1_START, MESSAGE_SIZES[0])
        _check_point(message_1[4:36])
        if message_1[36] not in KIDS:
            raise TheirFault("message_1 ends in no connection identifier of one byte")
        edhoc, self._lakers = _alive(self._lakers), None
        with _their_fault("message_1"):
            edhoc.process_message_1(message_1)
            c_r = bytes([KIDS[0] if message_1[36] != KIDS[0] else KIDS[1]])
            message_2 = bytes(edhoc.prepare_message_2(lakers.CredentialTransfer.ByReference, c_r))
        self._lakers = edhoc
        return message_2

    def message_4(self, message_3: bytes) -> tuple[bytes, Keys, Credential]:
        """Key confirmation, the keys, and the enrolled credential that proved itself; TheirFault where none did."""
        _check_start(message_3, MESSAGE_3_START, MESSAGE_SIZES[2])
        edhoc, self._lakers = _alive(self._lakers), None
        with _their_fault("message_3"):
            id_cred, ead = edhoc.parse_message_3(message_3)
            peer = self._allowed.get(bytes(id_cred)[-1])
            if peer is None:
                raise TheirFault("no such credential is enrolled", remedy="Enrol it with this pump first.")
            _check_peer(bytes(id_cred), ead, bytes([peer.kid]))
            edhoc.verify_message_3(_as_lakers(peer))
            message_4 = bytes(edhoc.prepare_message_4())
            return message_4, _export(edhoc), peer


def _export(edhoc: lakers.EdhocInitiator | lakers.EdhocResponder) -> Keys:
    """Independent keys from the session's secret (RFC 9528 §4.2.1), one context each."""

    def export(purpose: bytes, size: int) -> bytes:
        return bytes(edhoc.edhoc_exporter(EXPORT_LABEL, CONTEXT + purpose, size))

    return Keys(
        session_id=export(b"session", 16), to_pump=export(b"to pump", 32), to_programmer=export(b"to programmer", 32)
    )


def _as_lakers(credential: Credential) -> lakers.Credential:
    _check_point(bytes.fromhex(credential.public_key))
    return lakers.Credential(credential.claims())


def _check_start(message: bytes, start: bytes, size: int) -> None:
    """Length and fixed bytes, before lakers sees the message."""
    if len(message) != size or not message.startswith(start):
        raise TheirFault(f"a handshake message of {size} bytes was due and did not come", remedy=_NEW_SESSION)


def _check_point(x: bytes) -> None:
    """That some point of P-256 has this x. lakers panics where none has."""
    value = int.from_bytes(x, "big")
    square = (value**3 - 3 * value + B) % P
    if value >= P or pow(square, (P - 1) // 2, P) not in {0, 1}:
        raise TheirFault("a public key is no point of the curve", remedy=_NEW_SESSION)


def _check_peer(id_cred: bytes, ead: list[object], kid: bytes) -> None:
    """{4: kid}, the one we expect, and nothing that we did not ask for."""
    if id_cred != b"\xa1\x04\x41" + kid or ead:
        raise TheirFault("the other end is not who was expected", remedy=_NEW_SESSION)


def _alive(edhoc: Edhoc | None) -> Edhoc:
    if edhoc is None:
        raise TheirFault("a message for a handshake that is over", remedy=_NEW_SESSION)
    return edhoc


@contextmanager
def _their_fault(message: str) -> Iterator[None]:
    """Whatever lakers makes of a message from outside is the sender's fault; Ctrl-C and exit pass through."""
    try:
        yield
    except TheirFault:
        raise
    except BaseException as failed:  # lakers' panics are no Exceptions
        if not isinstance(failed, Exception) and type(failed).__name__ != "PanicException":
            raise
        raise TheirFault(f"the handshake failed at {message}", remedy=_NEW_SESSION) from None
