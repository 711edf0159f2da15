"""The handshake against the standard: an oracle checked by RFC 9529's trace, and lakers checked by the oracle."""

from itertools import pairwise
from typing import TypedDict

import pytest
from tests.wand.edhoc_oracle import OracleInitiator, OracleResponder, Side, public
from tests.wand.helpers import NURSE, PUMP

from thecal.wand.credentials import Credential
from thecal.wand.handshake import CONTEXT, EXPORT_LABEL, Initiator, Keys, Responder

# RFC 9529 §3: method 3, cipher suite 2, static Diffie-Hellman keys, credentials by reference. Read in public copies of
# the trace and believed because every message below is reproduced to the byte from the private keys: a slip in any
# digit of an input changes all of them.
X = bytes.fromhex("368ec1f69aeb659ba37d5a8d45b21bdc0299dceaa8ef235f3ca42ce3530f9525")
Y = bytes.fromhex("e2f4126777205e853b437d6eaca1e1f753cdcc3e2c69fa884b0a1a640977e418")
I_SECRET = bytes.fromhex("fb13adeb6518cee5f88417660841142e830a81fe334380a953406a1305e8706b")
R_SECRET = bytes.fromhex("72cc4761dbd4c78f758931aa589d348d1ef874a7e303ede2f140dcf3e6aa4aac")
CRED_I = bytes.fromhex(
    "a2027734322d35302d33312d46462d45462d33372d33322d333908a101a5010202412b2001215820ac75e9ece3e50bfc8ed6039988952240"
    "5c47bf16df96660a41298cb4307f7eb62258206e5de611388a4b8a8211334ac7d37ecb52a387d257e6db3c2a93df21ff3affc8"
)
CRED_R = bytes.fromhex(
    "a2026b6578616d706c652e65647508a101a501020241322001215820bbc34960526ea4d32e940cad2a234148ddc21791a12afbcbac936220"
    "46dd44f02258204519e257236b2a0ce2023f0931f1f386ca7afda64fcde0108c224c51eabf6072"
)
MESSAGE_1 = "0382060258208af6f430ebe18d34184017a9a11bf511c8dff8f834730b96c1b7c8dbca2fc3b637"
MESSAGE_2 = "582b419701d7f00a26c2dc587a36dd752549f33763c893422c8ea0f955a13a4ff5d59862a1eef9e0e7e1886fcd"
MESSAGE_3 = "52e562097bc417dd5919485ac7891ffd90a9fc"
MESSAGE_4 = "4828c966b7ca304f83"
PRK_OUT = "2c71afc1a9338a940bb3529ca734b886f30d1aba0b4dc51beeaeabdfea9ecbf8"
OSCORE_SECRET = "f9868f6a3aca78a05d1485b35030b162"
OSCORE_SALT = "ada24c7dbfc85eeb"
SUITES_6_THEN_2 = b"\x82\x06\x02"


def trace_sides() -> tuple[OracleInitiator, OracleResponder]:
    """The two ends of the RFC's trace."""
    g_i, g_r = public(I_SECRET), public(R_SECRET)
    initiator = OracleInitiator(
        secret=I_SECRET, kid=b"\x2b", cred=CRED_I, ephemeral=X, c=b"\x37",
        peer_kid=b"\x32", peer_cred=CRED_R, peer_public=g_r, suites=SUITES_6_THEN_2,
    )  # fmt: skip
    responder = OracleResponder(
        secret=R_SECRET, kid=b"\x32", cred=CRED_R, ephemeral=Y, c=b"\x27",
        peer_kid=b"\x2b", peer_cred=CRED_I, peer_public=g_i,
    )  # fmt: skip
    return initiator, responder


def test_the_oracle_reproduces_the_trace_of_rfc_9529() -> None:
    """Both ends of the oracle make the RFC's four messages, its PRK_out and its two exported values, to the byte."""
    initiator, responder = trace_sides()
    assert initiator.message_1().hex() == MESSAGE_1
    assert responder.message_2(bytes.fromhex(MESSAGE_1)).hex() == MESSAGE_2
    assert initiator.message_3(bytes.fromhex(MESSAGE_2)).hex() == MESSAGE_3
    assert responder.message_4(bytes.fromhex(MESSAGE_3)).hex() == MESSAGE_4
    initiator.finish(bytes.fromhex(MESSAGE_4))
    assert (initiator.prk_out.hex(), responder.prk_out.hex()) == (PRK_OUT, PRK_OUT)
    assert initiator.exporter(0, b"", 16).hex() == OSCORE_SECRET
    assert responder.exporter(1, b"", 8).hex() == OSCORE_SALT


def keys_of(side: Side) -> Keys:
    """What the wand exports, by the oracle's exporter."""
    return Keys(
        session_id=side.exporter(EXPORT_LABEL, CONTEXT + b"session", 16),
        to_pump=side.exporter(EXPORT_LABEL, CONTEXT + b"to pump", 32),
        to_programmer=side.exporter(EXPORT_LABEL, CONTEXT + b"to programmer", 32),
    )


class Part(TypedDict):
    """What one end of the oracle is told of our credentials."""

    secret: bytes
    kid: bytes
    cred: bytes
    peer_kid: bytes
    peer_cred: bytes
    peer_public: bytes


def part(ours: Credential, peer: Credential) -> Part:
    """One end's part, from our credentials."""
    return {
        "secret": ours.secret(), "kid": bytes([ours.kid]), "cred": ours.claims(), "peer_kid": bytes([peer.kid]),
        "peer_cred": peer.claims(), "peer_public": bytes.fromhex(peer.public_key),
    }  # fmt: skip


def test_the_pump_speaks_with_an_initiator_by_the_book() -> None:
    """Our responder completes a handshake with the oracle, and both export the same keys."""
    initiator = OracleInitiator(**part(NURSE, PUMP), ephemeral=X, c=b"\x05")
    responder = Responder(PUMP, {NURSE.kid: NURSE.public()})
    message_4, keys, who = responder.message_4(initiator.message_3(responder.message_2(initiator.message_1())))
    initiator.finish(message_4)
    assert (keys, who) == (keys_of(initiator), NURSE.public())


def test_the_programmer_speaks_with_a_responder_by_the_book() -> None:
    """Our initiator completes a handshake with the oracle, and both export the same keys."""
    initiator = Initiator(NURSE, PUMP.public())
    responder = OracleResponder(**part(PUMP, NURSE), ephemeral=Y, c=b"\x05")
    message_4 = responder.message_4(initiator.message_3(responder.message_2(initiator.message_1())))
    assert initiator.finish(message_4) == keys_of(responder)


def test_the_three_exported_values_are_independent() -> None:
    """No key equals another or a part of it."""
    initiator = OracleInitiator(**part(NURSE, PUMP), ephemeral=X, c=b"\x05")
    responder = Responder(PUMP, {NURSE.kid: NURSE.public()})
    _, keys, _ = responder.message_4(initiator.message_3(responder.message_2(initiator.message_1())))
    values = sorted([keys.session_id, keys.to_pump[:16], keys.to_programmer[:16]])
    assert all(a != b for a, b in pairwise(values))


@pytest.mark.parametrize("kid", [0x00, 0x17, 0x20, 0x37])
def test_a_handshake_is_110_bytes(kid: int) -> None:
    """37, 45, 19 and 9 bytes, whatever one-byte kid the credential has."""
    ours = Credential(name="N", role="nurse", kid=kid, public_key=NURSE.public_key, private_key=NURSE.private_key)
    pump = Credential(name="P", role="pump", kid=0x05, public_key=PUMP.public_key, private_key=PUMP.private_key)
    initiator, responder = Initiator(ours, pump.public()), Responder(pump, {kid: ours.public()})
    message_1 = initiator.message_1()
    message_2 = responder.message_2(message_1)
    message_3 = initiator.message_3(message_2)
    message_4, _, _ = responder.message_4(message_3)
    assert [len(message) for message in (message_1, message_2, message_3, message_4)] == [37, 45, 19, 9]
