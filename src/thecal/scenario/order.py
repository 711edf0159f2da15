"""An order: a reviewed update on its way to one pump, as a file.

It names the pump, the revision that the review was made on and the digest that was reviewed. An order whose update is
not that digest's is TheirFault; carrying the same order out twice is one update, because its transaction follows from
its content.
"""

import json
from dataclasses import dataclass
from typing import TypeVar

from thecal.canonical import canonical_json, from_plain, to_plain
from thecal.errors import BadInput, OurFault, TheirFault
from thecal.programmer.review import Review, Verdict
from thecal.pump.commands import Update
from thecal.pump.memory import Interrogation

Record = TypeVar("Record")

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be carried out, on which pump, onto which revision. `reviewed_ms` is the read-out's time."""

    schema: int
    serial: str
    pump_model: str
    onto_revision: int
    reviewed_ms: int
    reason: str
    second_person: str
    update: Update
    digest: str

    def __post_init__(self) -> None:
        if self.schema != SCHEMA:
            raise OurFault(f"an order of schema {self.schema} cannot be read", remedy="Review again.")
        if self.update.digest() != self.digest:
            raise OurFault("the update is not the one that was reviewed", remedy="Review again.")

    @property
    def transaction_id(self) -> str:
        """The same order is the same transaction, however often it is carried out."""
        return f"{self.digest[:24]}-{self.onto_revision}-{self.reviewed_ms}"

    def to_json(self) -> bytes:
        """The file's content."""
        return canonical_json(to_plain(self)) + b"\n"


def order_of(reviewed: Review, read: Interrogation, *, reason: str, second_person: str) -> Order:
    """The order of a review that is clear; OurFault where it is blocked or a signature is missing."""
    if reviewed.verdict is not Verdict.CLEAR:
        missing = " and ".join(reviewed.missing) or "what blocks it to be mended"
        raise OurFault(f"no order was written: this review wants {missing}", remedy="Write it into the visit.")
    return Order(
        schema=SCHEMA,
        serial=read.serial,
        pump_model=read.pump_model,
        onto_revision=read.revision,
        reviewed_ms=read.at_ms,
        reason=reason,
        second_person=second_person,
        update=reviewed.update,
        digest=reviewed.digest,
    )


def read_order(content: bytes) -> Order:
    """The order in a file; BadInput where the file holds none, or one that was altered."""
    return _read(Order, content, "order", "Use a file that `thecal review --order` wrote.")


def read_interrogation(content: bytes) -> Interrogation:
    """The read-out in a file; BadInput where the file holds none."""
    return _read(Interrogation, content, "read-out", "Use what `thecal wand interrogate --json` printed.")


def _read(kind: type[Record], content: bytes, what: str, remedy: str) -> Record:
    try:
        return from_plain(kind, json.loads(content))
    except (ValueError, RecursionError, TheirFault) as wrong:
        says = wrong.says if isinstance(wrong, TheirFault) else "it is not JSON"
        raise BadInput(what, f"this is none ({says.rstrip('.')})", remedy=remedy) from None
