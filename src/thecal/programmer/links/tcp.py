"""A link over TCP: to a virtual pump that runs as a process, or to a radio's gateway on this machine.

A connection that failed is closed, so that an answer that comes late is never taken for the next one's.
"""

import socket
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from thecal.errors import LinkLost, TheirFault
from thecal.wand.frames import FrameDecoder

CHUNK = 4096


class TcpLink:
    """A link to `host` and `port`. Connects when first used, and again after a loss. Close it, or use it in `with`."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._connection: socket.socket | None = None

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """See `Link`."""
        deadline_s = time.monotonic() + timeout_ms / 1000
        try:
            connection = self._connect(timeout_ms / 1000)
            connection.sendall(request)
            return read_frame(connection, deadline_s)
        except (OSError, TheirFault) as lost:
            self.close()
            host, port = self._address
            remedy = f"Check that a pump answers at {host}:{port}, then try again."
            raise LinkLost(f"no answer from the pump ({lost})", remedy=remedy) from lost

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self, timeout_s: float) -> socket.socket:
        if self._connection is None:
            self._connection = socket.create_connection(self._address, timeout=timeout_s)
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.settimeout(timeout_s)
        return self._connection


def read_frame(connection: socket.socket, deadline_s: float | None = None) -> bytes:
    """The next frame's bytes, for either end. `deadline_s` is on the monotonic clock; None waits for ever.

    OSError where the line breaks, closes or is too slow; TheirFault where what comes is no frame. What follows the
    frame in the same breath is noise and is dropped: each end waits for the other.
    """
    decoder = FrameDecoder()
    while (frame := decoder.next_frame()) is None:
        if deadline_s is not None:
            connection.settimeout(max(deadline_s - time.monotonic(), 0.001))
        data = connection.recv(CHUNK)
        if not data:
            raise ConnectionResetError("the other end hung up")
        decoder.receive(data)
    return frame
