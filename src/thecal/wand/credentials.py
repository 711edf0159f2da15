"""Who may ask a pump for what: credentials, their roles, and the one table of rights.

A credential is a P-256 key pair. On the link it is named by one byte, its `kid`; its public half is a CWT claims set
(RFC 8392) that both ends hold and that never crosses the link. A pump's allow-list gives each credential its role: what
a credential claims about its own role is not read.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from thecal.canonical import canonical_json, from_plain, to_plain
from thecal.errors import OurFault, TheirFault
from thecal.pump.commands import Acknowledge, Command, Commit, GivePatientDose, Interrogate, SetClock, Stage, Stop

PUMP = "pump"

RIGHTS: dict[str, frozenset[type[Command]]] = {
    "prescriber": frozenset({Interrogate, Stop, Stage, Commit, Acknowledge, SetClock}),
    "nurse": frozenset({Interrogate, Stop, Stage, Commit, Acknowledge, SetClock}),
    "engineer": frozenset({Interrogate, Stop, Acknowledge}),
    "patient": frozenset({Interrogate, GivePatientDose}),
}
"""A patient stops with the emergency key, which is audible and leaves a line in the log. At home nobody acknowledges:
it would only quieten for hours what somebody has to be told of. A clinic gives doses by an order, not by the patient's.

What each enrolled role may ask. At the skin, and by the emergency key: see `messages` and `emergency`."""

KIDS = (*range(0x18), *range(0x20, 0x38))
"""The names that are one byte long in EDHOC (RFC 9528 §3.3.2): they keep the handshake at 110 bytes."""

_KEY = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One key pair and what it stands for. Keys are 64 hexadecimal digits; `public_key` is the point's x.

    `private_key` is None in what is handed to others. `name` is for people and is not part of what is proved.
    """

    name: str
    role: str
    kid: int
    public_key: str
    private_key: str | None

    def __post_init__(self) -> None:
        assert self.role == PUMP or self.role in RIGHTS, f"no role is called {self.role!r}"
        assert self.kid in KIDS, "a kid is one of the 48 that are one byte long"
        assert _KEY.fullmatch(self.public_key), "a public key is 64 hexadecimal digits"
        assert self.private_key is None or _KEY.fullmatch(self.private_key), "a private key is 64 hexadecimal digits"
        assert self.private_key is None or int(self.private_key, 16), "a private key is not zero"

    def __repr__(self) -> str:
        """Without the private key: credentials end up in logs and tracebacks."""
        return f"Credential({self.name!r}, {self.role!r}, kid={self.kid:#04x}, public_key={self.public_key!r})"

    def public(self) -> "Credential":
        """What others may hold of it."""
        return replace(self, private_key=None)

    def secret(self) -> bytes:
        """The private key's 32 bytes; OurFault where only the public half is here."""
        if self.private_key is None:
            raise OurFault(f"{self.name} holds no private key", remedy="Use the credential's own file.")
        return bytes.fromhex(self.private_key)

    def claims(self) -> bytes:
        """The public half as EDHOC signs it: a CWT claims set with one EC2 key on P-256.

        A2                                map of 2
          02 66 "thecal"                  2 (sub): the same for all; the key is the identity
          08 A1 01                        8 (cnf): 1 (COSE_Key):
            A4  01 02  02 41 kid          1 (kty): 2 (EC2); 2 (kid)
                20 01  21 58 20 x         -1 (crv): 1 (P-256); -2 (x): 32 bytes
        """
        key = b"\xa4\x01\x02\x02\x41" + bytes([self.kid]) + b"\x20\x01\x21\x58\x20" + bytes.fromhex(self.public_key)
        return b"\xa2\x02\x66thecal\x08\xa1\x01" + key

    def to_json(self) -> bytes:
        """The credential as a file's content: one canonical JSON text and a newline."""
        return canonical_json(to_plain(self)) + b"\n"

    @staticmethod
    def from_json(text: bytes) -> "Credential":
        """The credential that `to_json` wrote; TheirFault where the file is anything else."""
        return from_plain(Credential, _parse(text))


def allow_list(pump: Credential, enrolled: Iterable[Credential]) -> dict[int, Credential]:
    """The enrolled credentials by kid, public halves only; OurFault where two could be mistaken for one another."""
    by_kid: dict[int, Credential] = {}
    for credential in enrolled:
        if credential.role == PUMP or credential.public_key == pump.public_key:
            raise OurFault(f"{credential.name} is a pump's credential: a pump does not command itself")
        if credential.kid == pump.kid or credential.kid in by_kid:
            raise OurFault(
                f"{credential.name}: kid {credential.kid:#04x} is taken", remedy="Enrol it with another kid."
            )
        by_kid[credential.kid] = credential.public()
    return by_kid


def may(role: str, command: Command) -> bool:
    """Whether this role may ask this; a role that is not in the table may ask nothing."""
    return type(command) in RIGHTS.get(role, frozenset())


def _parse(text: bytes) -> object:
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise TheirFault(
            "this is no credential file", remedy="Use a file that `thecal pump run --new` wrote."
        ) from wrong
