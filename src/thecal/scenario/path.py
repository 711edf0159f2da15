"""What a plan may do to a catheter: a model for each record of `thecal.catheter.faults`.

A place is the volume that lies between the rotor and it, or one of two words: the connector, where the pump's tubing
ends, and the tip.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from thecal.body.anatomy import TIP_LEVELS
from thecal.catheter import Catheter, faults
from thecal.catheter.faults import Space, TipPlace
from thecal.errors import BadInput
from thecal.scenario.metal import Share
from thecal.scenario.onset import At, Ending, FaultPart, FromThen
from thecal.scenario.quantities import VolumeOrNone, refusal, text_schema
from thecal.units import parse_volume_nl, show_volume

CONNECTOR, TIP = "connector", "tip"
_BESIDE = {space.name.lower(): TipPlace(space=space) for space in Space if space is not Space.INTRATHECAL}


def _place(value: object) -> int | str:
    """Read "0.2 mL", or one of the words."""
    right = f"Write the volume between rotor and place, as in 0.2 mL; or {CONNECTOR}, or {TIP}."
    if value in {CONNECTOR, TIP}:
        return str(value)
    if not isinstance(value, str):
        raise refusal("is not a place", remedy=right)
    try:
        return parse_volume_nl(value, field="place")
    except BadInput as wrong:
        raise refusal(wrong.says.removeprefix("place: "), remedy=right) from None


def _tip(value: object) -> TipPlace:
    """Read "T6", or the space beside the canal."""
    if isinstance(value, str) and value in TIP_LEVELS:
        return TipPlace(space=Space.INTRATHECAL, level=value)
    if isinstance(value, str) and value in _BESIDE:
        return _BESIDE[value]
    raise refusal(
        "is nowhere that a tip can lie", remedy=f"Write a level, such as T6, or one of: {', '.join(_BESIDE)}."
    )


Place = Annotated[
    int | str, PlainValidator(_place), text_schema("0.2 mL", "the volume between rotor and place; or connector, or tip")
]
MovedTip = Annotated[TipPlace, PlainValidator(_tip), WithJsonSchema({"enum": [*TIP_LEVELS, *_BESIDE]})]


class Placed(FaultPart):
    """Somewhere along the path."""

    place_nl: Place = Field(alias="place", examples=["0.2 mL"])

    def place_in(self, catheter: Catheter, *, field: str) -> int:
        """The place in nL from the rotor; BadInput where this path is shorter."""
        words = {CONNECTOR: catheter.port_nl, TIP: catheter.volume_nl}
        place_nl = words[self.place_nl] if isinstance(self.place_nl, str) else self.place_nl
        if place_nl > catheter.volume_nl:
            held = show_volume(catheter.volume_nl)
            raise BadInput(field, "lies beyond the tip", remedy=f"From rotor to tip this path holds {held}.")
        return place_nl


class LeakFault(FromThen, Placed):
    """From `at` on, `share` of what reaches the place goes into the tissue."""

    makes: ClassVar = faults.Leak
    kind: Literal["leak"]
    per_mille: Share = Field(alias="share", examples=["30 %"])


class KinkFault(Ending, Placed):
    """Nothing passes the place; up to `compliance` is stored before it, and let go at the end."""

    makes: ClassVar = faults.Kink
    kind: Literal["kink"]
    compliance_nl: VolumeOrNone = Field(alias="compliance", examples=["0.02 mL"])


class OcclusionFault(FromThen, Placed):
    """Nothing passes the place from `at` on; up to `compliance` is stored before it."""

    makes: ClassVar = faults.Occlusion
    kind: Literal["occlusion"]
    compliance_nl: VolumeOrNone = Field(alias="compliance", examples=["0.02 mL"])


class DisconnectionFault(FromThen, Placed):
    """From `at` on, everything that reaches the place goes into the tissue."""

    makes: ClassVar = faults.Disconnection
    kind: Literal["disconnection"]


class MigrationFault(At):
    """At `at` the tip moves: to a level of the canal, or beside it."""

    makes: ClassVar = faults.Migration
    kind: Literal["migration"]
    tip: MovedTip = Field(alias="to", examples=["subdural"])


PathFault = LeakFault | KinkFault | OcclusionFault | DisconnectionFault | MigrationFault
