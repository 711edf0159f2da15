"""What it costs to open a session: EDHOC as the wand uses it, beside TLS 1.3 with mutual authentication.

Both ends run in this process, on the same P-256 keys. TLS is Python's own, over memory buffers, with short self-signed
certificates and no session tickets; only bytes that one end handed to the other are counted, without TCP or IP. EDHOC
is counted with message_4, after which both ends know that the other holds the keys; TLS has no such message and is
counted without one. What differs and cannot be made equal: EDHOC names its credentials by one byte each, because both
ends hold them, and uses static Diffie-Hellman; TLS sends certificates and signs.

    python benchmarks/wand_handshake.py [times]
"""

import datetime as dt
import platform
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from thecal.wand.credentials import Credential
from thecal.wand.handshake import Initiator, Responder, new_credential

KBIT_PER_S = 4
"""A link of a few kilobits a second; used only to say what the bytes mean."""


def edhoc_sizes(programmer: Credential, pump: Credential) -> list[int]:
    """One handshake; the size of each message, the programmer's first."""
    initiator = Initiator(programmer, pump.public())
    responder = Responder(pump, {programmer.kid: programmer.public()})
    message_1 = initiator.message_1()
    message_2 = responder.message_2(message_1)
    message_3 = initiator.message_3(message_2)
    message_4, keys, _ = responder.message_4(message_3)
    assert initiator.finish(message_4) == keys
    return [len(message) for message in (message_1, message_2, message_3, message_4)]


def tls_sizes(client: ssl.SSLContext, server: ssl.SSLContext) -> list[int]:
    """One handshake; the size of each flight, the client's first, until the server has finished too."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True)]
    outgoing, sizes, done = [to_server, to_client], [], [False, False]
    while not all(done):
        for side in (0, 1):
            before = outgoing[side].pending
            if not done[side]:
                done[side] = finished(ends[side])
            sizes += [outgoing[side].pending - before] if outgoing[side].pending > before else []
    assert ends[0].version() == ends[1].version() == "TLSv1.3"
    return sizes


def finished(end: ssl.SSLObject) -> bool:
    """Whether this end's handshake is complete now."""
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def contexts(programmer: Credential, pump: Credential, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Client and server, each requiring the other's certificate and knowing it beforehand."""
    ours, theirs = certified(programmer, folder / "n.pem"), certified(pump, folder / "p.pem")
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for context, own, other in ((client, ours, theirs), (server, theirs, ours)):
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(own)
        context.load_verify_locations(other)
    server.num_tickets = 0
    return client, server


def certified(credential: Credential, path: Path) -> Path:
    """The credential's key with a self-signed certificate, as a file that `ssl` reads."""
    key = ec.derive_private_key(int.from_bytes(credential.secret(), "big"), ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, credential.name)])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key(), serial_number=1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3650))
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


def milliseconds(once: Callable[[], object], times: int) -> float:
    """The median time of one call."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        once()
        took.append(time.perf_counter() - start)
    return 1000 * statistics.median(took)


def main(times: int) -> None:
    programmer, pump = new_credential("n", "nurse", kid=1), new_credential("p", "pump", kid=0)
    print(f"{platform.machine()}, Python {platform.python_version()}, {ssl.OPENSSL_VERSION}, median of {times}")
    with tempfile.TemporaryDirectory() as folder:
        client, server = contexts(programmer, pump, Path(folder))
        rows = {
            "EDHOC": (edhoc_sizes(programmer, pump), milliseconds(lambda: edhoc_sizes(programmer, pump), times)),
            "TLS 1.3": (tls_sizes(client, server), milliseconds(lambda: tls_sizes(client, server), times)),
        }
    for name, (sizes, took_ms) in rows.items():
        total = sum(sizes)
        air = f"{total * 8 / (KBIT_PER_S * 1000):.2f} s at {KBIT_PER_S} kbit/s"
        print(f"{name:8} {total:5} bytes {sizes}, {air}; both ends compute {took_ms:.2f} ms")
    print(f"TLS sends {sum(rows['TLS 1.3'][0]) / sum(rows['EDHOC'][0]):.1f} times the bytes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
