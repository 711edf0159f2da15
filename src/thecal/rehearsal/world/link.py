"""A link through the room's one wand, which somebody may lift."""

from collections.abc import Callable


class WorldLink:
    """A link (see `thecal.programmer.links`): `respond` is the pump's end; `pass_frame` raises LinkLost when lifted."""

    def __init__(self, respond: Callable[[bytes], bytes], pass_frame: Callable[[], None]) -> None:
        self._respond = respond
        self._pass_frame = pass_frame

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """One frame there and one back; LinkLost where the wand is lifted before the first or between the two."""
        del timeout_ms  # what will not come is known at once
        self._pass_frame()
        reply = self._respond(request)
        self._pass_frame()
        return reply
