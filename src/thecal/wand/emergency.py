"""The emergency key: a code on a card of its own that lets anyone's wand stop the pump.

It works in every state, is audible, and never resumes by itself. The key never crosses the link:

    programmer  →  EmergencyChallenge
    pump        →  Nonce(n)                       serves once, for a minute
    programmer  →  EmergencyStop(HMAC-SHA256(key, "thecal emergency stop" · n))
    pump        →  EmergencyStopped(HMAC-SHA256(key, "thecal emergency stopped" · n))

The last line is what tells a rescuer that the pump has stopped, and not somebody who plays one. Who records a proof can
try keys against it at leisure, so a key is drawn, not chosen: 16 letters of 32, 80 bits.
"""

import hmac
from collections.abc import Callable

from thecal.errors import BadInput
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.sources import OWN_CHOICE, Sourced
from thecal.units import MINUTE_MS

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: no I, L, O or U, which are misread or spell things."""
KEY_LETTERS = 16
NONCE_BYTES = 16

_PROPOSED = f"{OWN_CHOICE}, against guessing the key"
WRONG_KEYS = Sourced(name="wrong_keys", value=5, unit="tries", source=_PROPOSED, grade="assumed")
WRONG_KEY_PAUSE = Sourced(name="wrong_key_pause", value=MINUTE_MS, unit="ms", source=_PROPOSED, grade="assumed")
NONCE_LIFE = Sourced(name="nonce_life", value=MINUTE_MS, unit="ms", source=_PROPOSED, grade="assumed")


def draw_key(random_bytes: Callable[[int], bytes]) -> str:
    """A new key as it is printed on the card: "7Q2M-XK04-9TBW-R3HE"."""
    letters = "".join(LETTERS[byte % 32] for byte in random_bytes(KEY_LETTERS))
    return "-".join(letters[at : at + 4] for at in range(0, KEY_LETTERS, 4))


def read_key(text: str) -> bytes:
    """The key in a typed code: case, spaces and dashes do not matter; O reads as 0, I and L as 1. Else BadInput."""
    letters = "".join(text.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    if len(letters) != KEY_LETTERS or any(letter not in LETTERS for letter in letters):
        remedy = "Type the 16 letters and digits of the card, for example 7Q2M-XK04-9TBW-R3HE."
        raise BadInput("emergency key", "this is not one", remedy=remedy)
    return letters.encode()


def prove_stop(key: bytes, nonce: str) -> str:
    """What shows the pump that the rescuer holds the key."""
    return _prove(key, "thecal emergency stop", nonce)


def prove_stopped(key: bytes, nonce: str) -> str:
    """What shows the rescuer that it was this pump that stopped."""
    return _prove(key, "thecal emergency stopped", nonce)


def matches(proof: str, given: str) -> bool:
    """Whether two proofs are one, in a time that tells nothing."""
    return hmac.compare_digest(proof.encode(), given.encode())


class EmergencyGate:
    """The pump's side: hands out nonces, judges proofs, and makes guessing slow.

    After `WRONG_KEYS` wrong ones in a row each further try costs a pause; during it even the right key waits.
    """

    def __init__(self, key: str, random_bytes: Callable[[int], bytes]) -> None:
        self._key = read_key(key)
        self._random_bytes = random_bytes
        self._nonce = ""
        self._nonce_ms = 0
        self._wrong_ms = 0
        self.wrong_keys = 0

    def challenge(self, now_ms: int) -> str:
        """The nonce of now: the same one while it is young and unused, so that a repeated question is harmless."""
        if not self._is_fresh(now_ms, NONCE_LIFE.whole() // 2):
            self._nonce, self._nonce_ms = self._random_bytes(NONCE_BYTES).hex(), now_ms
        return self._nonce

    def judge(self, proof: str, now_ms: int) -> str | Refusal:
        """Our counter-proof where the key was right, and the nonce is used up; else why not, and it stands."""
        nonce = self._nonce
        if self._is_paused(now_ms):
            return Refusal(code=RefusalCode.RATE_LIMITED, says="Too many wrong emergency keys were tried.")
        if self._is_fresh(now_ms, NONCE_LIFE.whole()) and matches(prove_stop(self._key, nonce), proof):
            self._nonce, self.wrong_keys = "", 0
            return prove_stopped(self._key, nonce)
        self.wrong_keys, self._wrong_ms = self.wrong_keys + 1, now_ms
        return Refusal(code=RefusalCode.NOT_AUTHORISED, says="This is not the pump's emergency key.")

    def _is_fresh(self, now_ms: int, life_ms: int) -> bool:
        return self._nonce != "" and 0 <= now_ms - self._nonce_ms < life_ms

    def _is_paused(self, now_ms: int) -> bool:
        return self.wrong_keys >= WRONG_KEYS.whole() and 0 <= now_ms - self._wrong_ms < WRONG_KEY_PAUSE.whole()


def _prove(key: bytes, purpose: str, nonce: str) -> str:
    return hmac.digest(key, f"{purpose} {nonce}".encode(), "sha256").hex()
