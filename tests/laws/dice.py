"""Chance that is the same on every machine and in every process: numbers made of hashes."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """An endless row of numbers that its key alone decides."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._thrown = 0

    def below(self, count: int) -> int:
        """A whole number of `[0, count)`."""
        self._thrown += 1
        thrown = hashlib.blake2b(self._thrown.to_bytes(8, "big"), digest_size=16, key=self._key[:64]).digest()
        return int.from_bytes(thrown, "big") % count

    def between(self, least: int, most: int) -> int:
        """A whole number of `[least, most]`."""
        return least + self.below(most - least + 1)

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of several."""
        return things[self.below(len(things))]
