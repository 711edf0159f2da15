"""A link without a wire: hands each frame to a function. Its wand can be lifted, at any moment one chooses."""

from collections.abc import Callable
from typing import Literal

from thecal.errors import LinkLost

Lose = Literal["request", "reply"]
"""Which of the two frames of an exchange is lost: the pump hears nothing, or hears and is not heard."""


class MemoryLink:
    """A link to `respond`, which answers a frame with a frame (`PumpSession.answer`, with a clock), or with nothing."""

    def __init__(self, respond: Callable[[bytes], bytes]) -> None:
        self._respond = respond
        self._carries: int | None = None
        self._lose: Lose = "request"

    @property
    def lifted(self) -> bool:
        """Whether the wand is off the skin now."""
        return self._carries == 0

    def lift(self) -> None:
        """Take the wand away: no further frame arrives."""
        self.lift_after(0, lose="request")

    def lift_after(self, exchanges: int, *, lose: Lose) -> None:
        """Take the wand away in the middle of what comes after `exchanges` more: its request or its reply is lost."""
        self._carries, self._lose = exchanges, lose

    def lower(self) -> None:
        """Put the wand back."""
        self._carries = None

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """See `Link`. Nothing is waited for: what will not come is known at once."""
        del timeout_ms
        if self._carries == 0:
            lose, self._lose = self._lose, "request"
            if lose == "reply":
                self._respond(request)
            raise _lost()
        if self._carries is not None:
            self._carries -= 1
        answer = self._respond(request)
        if not answer:
            raise _lost()
        return answer


def _lost() -> LinkLost:
    return LinkLost("no answer from the pump", remedy="Hold the wand over the pump.")
