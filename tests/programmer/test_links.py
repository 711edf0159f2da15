"""One contract for every link: one frame there, one frame back, or LinkLost."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from thecal.errors import LinkLost, TheirFault
from thecal.programmer.links import Link
from thecal.programmer.links.memory import Lose, MemoryLink
from thecal.programmer.links.tcp import TcpLink, read_frame
from thecal.wand.frames import BODY_MAX, Frame, Kind, encode_frame

PATIENCE_MS = 2_000
IMPATIENCE_MS = 50
QUESTION = encode_frame(Frame(kind=Kind.SKIN_REQUEST, sequence=3, body=b"\xa0"))
ANSWER = encode_frame(Frame(kind=Kind.SKIN_REPLY, sequence=3, body=b"\xa1"))
LONG_ANSWER = encode_frame(Frame(kind=Kind.SEALED_REPLY, sequence=3, body=bytes(BODY_MAX[Kind.SEALED_REPLY])))

LOSSES: tuple[tuple[Lose, int], ...] = (("request", 0), ("reply", 1))
"""Which frame is lost, and how many more the pump hears than the programmer gets an answer to."""

Respond = Callable[[bytes], bytes]


class Server:
    """A pump's end on TCP, one connection after another, that says whatever `respond` gives; b"" is silence."""

    def __init__(self, respond: Respond) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._respond = respond
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError, TheirFault):
                    while True:
                        connection.sendall(self._respond(read_frame(connection)))

    def close(self) -> None:
        """Stop listening, and wait until it has stopped."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)


def listener() -> tuple[list[bytes], Respond]:
    """A pump that always answers, and what it heard."""
    heard: list[bytes] = []

    def respond(request: bytes) -> bytes:
        heard.append(request)
        return ANSWER

    return heard, respond


class LinkContract:
    """What every link keeps; each kind of link subclasses it and says how to make one."""

    def test_it_carries_a_frame_there_and_one_back(self, make: Callable[[Respond], Link]) -> None:
        """The request arrives as it was sent, and the answer as it was said."""
        heard, respond = listener()
        link = make(respond)
        assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER
        assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER
        assert heard == [QUESTION, QUESTION]

    def test_it_carries_the_longest_frame(self, make: Callable[[Respond], Link]) -> None:
        """A read-out with its whole log arrives whole."""
        assert make(lambda _: LONG_ANSWER).exchange(QUESTION, PATIENCE_MS) == LONG_ANSWER

    def test_a_silent_pump_is_a_lost_link(self, make: Callable[[Respond], Link]) -> None:
        """Silence is given up after the time that was handed in, and says what to do next."""
        with pytest.raises(LinkLost, match="no answer") as lost:
            make(lambda _: b"").exchange(QUESTION, IMPATIENCE_MS)
        assert lost.value.remedy

    def test_a_lost_exchange_does_not_end_the_link(self, make: Callable[[Respond], Link]) -> None:
        """The next exchange may succeed, and gets its own answer."""
        answers = iter([b"", ANSWER])
        link = make(lambda _: next(answers))
        with pytest.raises(LinkLost):
            link.exchange(QUESTION, IMPATIENCE_MS)
        assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER


class TestMemoryLink(LinkContract):
    """The link without a wire."""

    @pytest.fixture
    def make(self) -> Callable[[Respond], Link]:
        """A link to a function."""
        return MemoryLink

    def test_a_lifted_wand_reaches_nobody_until_it_is_put_back(self) -> None:
        """Lifted, the pump hears nothing."""
        heard, respond = listener()
        link = MemoryLink(respond)
        link.lift()
        with pytest.raises(LinkLost):
            link.exchange(QUESTION, PATIENCE_MS)
        assert (heard, link.lifted) == ([], True)
        link.lower()
        assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER
        assert not link.lifted

    def test_either_frame_of_any_exchange_can_be_lost(self) -> None:
        """After so many exchanges the request or the reply is lost, and everything after it."""
        for exchanges in range(4):
            for lose, extra in LOSSES:
                heard, respond = listener()
                link = MemoryLink(respond)
                link.lift_after(exchanges, lose=lose)
                for _ in range(exchanges):
                    assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER
                for _ in range(3):
                    with pytest.raises(LinkLost):
                        link.exchange(QUESTION, PATIENCE_MS)
                assert len(heard) == exchanges + extra


class TestTcpLink(LinkContract):
    """The link over TCP."""

    @pytest.fixture
    def make(self) -> Iterator[Callable[[Respond], Link]]:
        """A link to a server of its own on this machine."""
        servers: list[Server] = []
        links: list[TcpLink] = []

        def make(respond: Respond) -> Link:
            servers.append(Server(respond))
            links.append(TcpLink("127.0.0.1", servers[-1].port))
            return links[-1]

        yield make
        for link in links:
            link.close()
        for server in servers:
            server.close()

    def test_a_pump_that_hangs_up_is_a_lost_link(self, make: Callable[[Respond], Link]) -> None:
        """At once, not after the whole time."""

        def respond(_: bytes) -> bytes:
            raise ConnectionResetError

        with pytest.raises(LinkLost, match="hung up"):
            make(respond).exchange(QUESTION, PATIENCE_MS)

    def test_half_an_answer_is_a_lost_link(self, make: Callable[[Respond], Link]) -> None:
        """A frame cut short is waited for, and then given up."""
        with pytest.raises(LinkLost):
            make(lambda _: ANSWER[:-1]).exchange(QUESTION, IMPATIENCE_MS)

    def test_noise_is_a_lost_link(self, make: Callable[[Respond], Link]) -> None:
        """What is no frame is no answer."""
        with pytest.raises(LinkLost):
            make(lambda _: b"HTTP/1.1 400 Bad Request").exchange(QUESTION, PATIENCE_MS)

    def test_noise_behind_an_answer_is_dropped(self, make: Callable[[Respond], Link]) -> None:
        """The answer is taken; what trails it is not taken for the next one's answer."""
        link = make(lambda _: ANSWER + b"\x00\x00")
        assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER
        assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER

    def test_an_answer_that_comes_late_is_never_the_next_one_s(self, make: Callable[[Respond], Link]) -> None:
        """A slow answer dies with its connection."""
        late = threading.Event()
        answers = iter([LONG_ANSWER, ANSWER])

        def respond(_: bytes) -> bytes:
            answer = next(answers)
            if answer is LONG_ANSWER:
                late.wait(5)
            return answer

        link = make(respond)
        with pytest.raises(LinkLost):
            link.exchange(QUESTION, IMPATIENCE_MS)
        late.set()
        assert link.exchange(QUESTION, PATIENCE_MS) == ANSWER

    def test_nobody_at_the_address_is_a_lost_link(self) -> None:
        """The person is told where a pump was looked for."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with TcpLink("127.0.0.1", port) as link, pytest.raises(LinkLost, match=str(port)):
            link.exchange(QUESTION, PATIENCE_MS)
