"""Ways to reach a pump: each carries one frame there and one frame back.

A link believes nothing and repeats nothing. Whether a frame is whole and whose it is, the session above it decides;
whether to try again, the exchange does.
"""

from typing import Protocol


class Link(Protocol):
    """One wand over one pump."""

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """The answer to one frame.

        LinkLost where none came within `timeout_ms`: then nobody knows whether the pump received the request.
        """
        ...
