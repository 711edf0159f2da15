"""A link through the room's one wand, which somebody may lift."""

from collections.abc import Callable

from thecal.errors import LinkLost


class WorldLink:
    """A link (see `thecal.programmer.links`): `respond` is the pump's end; `pass_frame` raises LinkLost when lifted.

    An answer of no bytes is none: the pump is dark.
    """

    def __init__(self, respond: Callable[[bytes], bytes], pass_frame: Callable[[], None]) -> None:
        self._respond = respond
        self._pass_frame = pass_frame

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """One frame there and one back; LinkLost where the wand is lifted on the way, or nobody answers."""
        del timeout_ms  # what will not come is known at once
        self._pass_frame()
        reply = self._respond(request)
        self._pass_frame()
        if not reply:
            raise LinkLost("no answer from the pump", remedy="Hold the wand over the pump.")
        return reply
