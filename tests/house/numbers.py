"""Every number with a birthplace, and the page that lists them.

python -m tests.house.numbers      writes the table of docs/sources.md anew
"""

import importlib
from collections.abc import Iterator
from itertools import chain

from tests.house.source import ROOT, modules

from thecal.body import Parameters
from thecal.sources import Sourced

PAGE = ROOT / "docs" / "sources.md"
FIRST = "## The numbers"
ROOMS = ("pump", "mechanism", "catheter", "body", "wand", "care", "rehearsal")
"""Bottom first: imports point down, so the first room that holds a number is the one that defines it."""


def by_room() -> dict[str, list[Sourced]]:
    """Each number that stands in a module, alone or in a table, under the room that defines it. The clinic has none."""
    held = {room: list(_held_by(room)) for room in dict.fromkeys(found.room for found in modules())}
    seen: set[Sourced] = set()
    table: dict[str, list[Sourced]] = {}
    for room in sorted(held, key=lambda room: (ROOMS.index(room) if room in ROOMS else len(ROOMS), room)):
        new = [number for number in dict.fromkeys(held[room]) if number not in seen]
        seen.update(new)
        table |= {room: new} if new else {}
    return table


def numbers() -> list[Sourced]:
    """All of them."""
    return list(chain.from_iterable(by_room().values()))


def shown(number: Sourced) -> str:
    """A number as the manual writes it."""
    return plain(number.shown())


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ")


def introduction() -> str:
    """What the page says of itself."""
    return PAGE.read_text(encoding="utf-8").split(FIRST, maxsplit=1)[0].rstrip()


def written() -> str:
    """Everything below the introduction."""
    rows = ["| room | number | value | source | grade |", "|---|---|---|---|---|"]
    rows += [
        f"| {room} | {number.name.replace('_', ' ')} | {shown(number)} | {number.source} | {number.grade} |"
        for room, found in by_room().items()
        for number in found
    ]
    return "\n".join([FIRST, "", *rows])


def _held_by(room: str) -> Iterator[Sourced]:
    for found in modules():
        if found.room == room != "clinic" and not found.name.endswith("__main__"):
            name = ".".join(filter(None, ["thecal", found.name]))
            for value in vars(importlib.import_module(name)).values():
                yield from _numbers_in(value)


def _numbers_in(value: object) -> Iterator[Sourced]:
    if isinstance(value, Sourced):
        yield value
    elif isinstance(value, Parameters):
        yield from value.numbers().values()
    elif isinstance(value, dict):
        for item in value.values():
            yield from _numbers_in(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _numbers_in(item)


if __name__ == "__main__":
    PAGE.write_text(f"{introduction()}\n\n{written()}\n", encoding="utf-8")
