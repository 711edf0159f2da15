"""What the models of all faults share: a kind, an onset, and the record that a line of the file becomes.

An attribute has the name of the record's field; those in `INSTANTS` are counted from the start, and shifted to it.
"""

from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from thecal.catheter.faults import CatheterFault
from thecal.mechanism import Fault
from thecal.scenario.part import Part
from thecal.scenario.quantities import Duration, SinceStart, refusal

INSTANTS = {"at_ms", "start_ms", "end_ms", "full_ms"}


class FaultPart(Part):
    """One line of a plan. `makes` is the record it becomes."""

    makes: ClassVar[type[Fault | CatheterFault]]

    def fields_from(self, from_ms: int) -> dict[str, Any]:
        """The record's fields, where the plan starts at `from_ms`."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "kind"}
        return {
            name: from_ms + value if name in INSTANTS and value is not None else value for name, value in values.items()
        }


class Momentary(FaultPart):
    """It happens at one instant, which is not the start itself: nothing can happen before there is a pump."""

    at_ms: Duration = Field(alias="at", examples=["3 days"])


class FromThen(FaultPart):
    """From one instant on."""

    start_ms: SinceStart = Field(alias="at", examples=["3 days"])


class Lasting(FaultPart):
    """From `at` until `until`, for good where that is left out."""

    start_ms: SinceStart = Field(alias="at", examples=["3 days"])
    end_ms: SinceStart | None = Field(alias="until", default=None)

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        check_after(self.start_ms, self.end_ms, at=".until")
        return self


class Ending(FaultPart):
    """From `at` until `until`; it never lasts for good."""

    start_ms: SinceStart = Field(alias="at", examples=["3 days"])
    end_ms: SinceStart = Field(alias="until", examples=["4 days"])

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        check_after(self.start_ms, self.end_ms, at=".until")
        return self


class At(FaultPart):
    """At one instant; what goes wrong with a fill, at the first one at or after it."""

    at_ms: SinceStart = Field(alias="at", examples=["3 days"])


def check_after(start_ms: int, later_ms: int | None, *, at: str) -> None:
    """A refusal where a fault ends before it begins."""
    if later_ms is not None and later_ms <= start_ms:
        raise refusal("is not after the fault's beginning", remedy="Write a later time, from the start.", at=at)
