"""EDHOC as RFC 9528 writes it, for method 3 and cipher suites 2 alone, with ephemeral keys that can be set.

An oracle for the tests: written from the specification, section by section, and checked against the traces of RFC 9529.
It is slow, it leaks timing, and it is not used outside the tests.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

METHOD_3 = b"\x03"
SUITE_2 = b"\x02"
HASH_LENGTH, MAC_LENGTH, KEY_LENGTH, IV_LENGTH = 32, 8, 16, 13


def head(major: int, argument: int) -> bytes:
    """The shortest CBOR head (RFC 8949 §3)."""
    if argument < 24:
        return bytes([major << 5 | argument])
    if argument < 256:
        return bytes([major << 5 | 24, argument])
    return bytes([major << 5 | 25]) + argument.to_bytes(2, "big")


def bstr(value: bytes) -> bytes:
    """A CBOR byte string."""
    return head(2, len(value)) + value


def sha256(value: bytes) -> bytes:
    """Cipher suite 2's hash."""
    return hashlib.sha256(value).digest()


def extract(salt: bytes, key: bytes) -> bytes:
    """EDHOC_Extract is HKDF-Extract (§4.1.1)."""
    return hmac.digest(salt, key, "sha256")


def kdf(prk: bytes, label: int, context: bytes, length: int) -> bytes:
    """EDHOC_KDF is HKDF-Expand over info = (label, context as bstr, length) (§4.1.2)."""
    info = head(0, label) + bstr(context) + head(0, length)
    return HKDFExpand(algorithm=SHA256(), length=length, info=info).derive(prk)


def public(secret: bytes) -> bytes:
    """The x-coordinate of the key's point."""
    numbers = _private(secret).public_key().public_numbers()
    return numbers.x.to_bytes(32, "big")


def dh(secret: bytes, x: bytes) -> bytes:
    """The shared x-coordinate; either y gives the same (§3.7)."""
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x02" + x)
    return _private(secret).exchange(ec.ECDH(), point)


def _private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())


def ccm_seal(key: bytes, iv: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """AES-CCM-16-64-128."""
    return AESCCM(key, tag_length=8).encrypt(iv, plaintext, aad)


def ccm_open(key: bytes, iv: bytes, aad: bytes, ciphertext: bytes) -> bytes:
    """The plaintext, or InvalidTag."""
    return AESCCM(key, tag_length=8).decrypt(iv, ciphertext, aad)


def xor(left: bytes, right: bytes) -> bytes:
    """Byte by byte."""
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


@dataclass(kw_only=True)
class Side:
    """One end. `kid` is its one-byte name, `cred` its credential, `ephemeral` the private key that lakers hides."""

    secret: bytes
    kid: bytes
    cred: bytes
    ephemeral: bytes
    c: bytes
    peer_kid: bytes
    peer_cred: bytes
    peer_public: bytes
    suites: bytes = SUITE_2
    prk_out: bytes = b""
    state: dict[str, bytes] = field(default_factory=dict)

    def exporter(self, label: int, context: bytes, length: int) -> bytes:
        """EDHOC_Exporter (§4.2.1)."""
        return kdf(kdf(self.prk_out, 10, b"", HASH_LENGTH), label, context, length)

    def _id_cred(self, kid: bytes) -> bytes:
        return b"\xa1\x04\x41" + kid

    def _th_2(self, g_y: bytes, message_1: bytes) -> bytes:
        return sha256(bstr(g_y) + bstr(sha256(message_1)))

    def _after_2(self, g_xy: bytes, th_2: bytes, g_rx: bytes) -> None:
        prk_2e = extract(th_2, g_xy)
        self.state |= {"prk_2e": prk_2e, "th_2": th_2, "prk_3e2m": extract(kdf(prk_2e, 1, th_2, HASH_LENGTH), g_rx)}

    def _plaintext_2(self, c_r: bytes, kid_r: bytes, cred_r: bytes) -> bytes:
        """C_R, ID_CRED_R as its kid, MAC_2 (§5.3.2); sets TH_3 as well."""
        th_2, prk_3e2m = self.state["th_2"], self.state["prk_3e2m"]
        mac_2 = kdf(prk_3e2m, 2, c_r + self._id_cred(kid_r) + bstr(th_2) + cred_r, MAC_LENGTH)
        plaintext = c_r + kid_r + bstr(mac_2)
        self.state["th_3"] = sha256(bstr(th_2) + plaintext + cred_r)
        return plaintext

    def _keys_3(self) -> tuple[bytes, bytes, bytes]:
        th_3, prk_3e2m = self.state["th_3"], self.state["prk_3e2m"]
        return kdf(prk_3e2m, 3, th_3, KEY_LENGTH), kdf(prk_3e2m, 4, th_3, IV_LENGTH), self._aad(th_3)

    def _plaintext_3(self, g_iy: bytes, kid_i: bytes, cred_i: bytes) -> bytes:
        """ID_CRED_I as its kid, MAC_3 (§5.4.2); sets TH_4, PRK_out and what message_4 needs as well."""
        th_3, prk_3e2m = self.state["th_3"], self.state["prk_3e2m"]
        prk_4e3m = extract(kdf(prk_3e2m, 5, th_3, HASH_LENGTH), g_iy)
        mac_3 = kdf(prk_4e3m, 6, self._id_cred(kid_i) + bstr(th_3) + cred_i, MAC_LENGTH)
        plaintext = kid_i + bstr(mac_3)
        th_4 = sha256(bstr(th_3) + plaintext + cred_i)
        self.state |= {"prk_4e3m": prk_4e3m, "th_4": th_4}
        self.prk_out = kdf(prk_4e3m, 7, th_4, HASH_LENGTH)
        return plaintext

    def _keys_4(self) -> tuple[bytes, bytes, bytes]:
        th_4, prk_4e3m = self.state["th_4"], self.state["prk_4e3m"]
        return kdf(prk_4e3m, 8, th_4, KEY_LENGTH), kdf(prk_4e3m, 9, th_4, IV_LENGTH), self._aad(th_4)

    @staticmethod
    def _aad(th: bytes) -> bytes:
        """Enc_structure: ["Encrypt0", h'', TH] (RFC 9052 §5.3)."""
        return b"\x83\x68Encrypt0\x40" + bstr(th)


class OracleInitiator(Side):
    """The programmer's side, by the book."""

    def message_1(self) -> bytes:
        """§5.2.1."""
        self.state["message_1"] = METHOD_3 + self.suites + bstr(public(self.ephemeral)) + self.c
        return self.state["message_1"]

    def message_3(self, message_2: bytes) -> bytes:
        """§5.3.3 and §5.4.2."""
        g_y, ciphertext_2 = message_2[2:34], message_2[34:]
        th_2 = self._th_2(g_y, self.state["message_1"])
        self._after_2(dh(self.ephemeral, g_y), th_2, dh(self.ephemeral, self.peer_public))
        given = xor(ciphertext_2, kdf(self.state["prk_2e"], 0, th_2, len(ciphertext_2)))
        assert given == self._plaintext_2(given[:1], self.peer_kid, self.peer_cred), "message_2 does not verify"
        plaintext = self._plaintext_3(dh(self.secret, g_y), self.kid, self.cred)
        key, iv, aad = self._keys_3()
        return bstr(ccm_seal(key, iv, aad, plaintext))

    def finish(self, message_4: bytes) -> None:
        """§5.5.3."""
        key, iv, aad = self._keys_4()
        assert ccm_open(key, iv, aad, message_4[1:]) == b"", "message_4 carries nothing"


class OracleResponder(Side):
    """The pump's side, by the book."""

    def message_2(self, message_1: bytes) -> bytes:
        """§5.3.2."""
        g_x = message_1[-33:-1]
        g_y = public(self.ephemeral)
        th_2 = self._th_2(g_y, message_1)
        self._after_2(dh(self.ephemeral, g_x), th_2, dh(self.secret, g_x))
        plaintext = self._plaintext_2(self.c, self.kid, self.cred)
        return bstr(g_y + xor(plaintext, kdf(self.state["prk_2e"], 0, th_2, len(plaintext))))

    def message_4(self, message_3: bytes) -> bytes:
        """§5.4.3 and §5.5.2."""
        key, iv, aad = self._keys_3()
        given = ccm_open(key, iv, aad, message_3[1:])
        expected = self._plaintext_3(dh(self.ephemeral, self.peer_public), self.peer_kid, self.peer_cred)
        assert given == expected, "message_3 does not verify"
        key, iv, aad = self._keys_4()
        return bstr(ccm_seal(key, iv, aad, b""))
