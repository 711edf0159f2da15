"""What a plan may do to a pump's metal: a model for each record of `thecal.mechanism.faults`."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from thecal.mechanism import faults
from thecal.mechanism.numbers import (
    ALTITUDE_FLOW,
    DEFORMED_CAPACITY,
    MRI_RECOVERY_LONGEST,
    OVER_DELIVERY_MOST,
    OVERFILL_FLOW,
    OVERFILL_MOST,
    STALL_SENSED_AFTER,
    VALVE_LEAK,
)
from thecal.scenario.onset import At, Ending, FaultPart, FromThen, Lasting, Momentary, check_after
from thecal.scenario.quantities import (
    Concentration,
    Duration,
    Kelvin,
    PerMillion,
    Rate,
    SinceStart,
    Volume,
    Wait,
    refusal,
    share,
    text_schema,
    volume_within,
    wait_within,
)

WHOLE = 1_000
LARGEST_CELL, LARGEST_BIT = 1_000_000, 62
Share = Annotated[int, share(WHOLE), text_schema("30 %", "a share of the flow or of the fill")]
ShareOrNone = Annotated[int, share(WHOLE, least_per_mille=0), text_schema("14.5 %", "a share of the flow, or 0 %")]
OverShare = Annotated[int, share(OVER_DELIVERY_MOST.whole()), text_schema("30 %", "a share of the flow, at most half")]
ValveLeak = Annotated[int, volume_within(VALVE_LEAK.whole()), text_schema("0.01 mL", "volume, or 0 mL")]
Recovery = Annotated[int, wait_within(MRI_RECOVERY_LONGEST.whole()), text_schema("6 h", "duration, at most 24 h")]


class Sensed(Lasting):
    """The pump's sensor tells of its beginning and of its end `sensed_after` later."""

    sensed_after_ms: Wait = Field(alias="sensed_after", default=0, json_schema_extra={"default": "0 h"})


class StallFault(Sensed):
    """The rotor stands still."""

    makes: ClassVar = faults.Stall
    kind: Literal["stall"]


class MriStallFault(FromThen):
    """The rotor stands through a scan of `exposure`, and for `recovery` beyond it; the field hides both for a while."""

    makes: ClassVar = faults.MriStall
    kind: Literal["mri stall"]
    exposure_ms: Duration = Field(alias="exposure", examples=["40 min"])
    recovery_ms: Recovery = Field(alias="recovery", default=0, json_schema_extra={"default": "0 h"})
    sensed_after_ms: Wait = Field(
        alias="sensed_after", default=STALL_SENSED_AFTER.whole(), json_schema_extra={"default": "20 min"}
    )
    recovery_sensed_after_ms: Wait = Field(
        alias="recovery_sensed_after", default=STALL_SENSED_AFTER.whole(), json_schema_extra={"default": "20 min"}
    )


class FeedThroughShortFault(Sensed):
    """The motor's feed-through leaks: the rotor stands, or where it `resets` the electronics start anew, once."""

    makes: ClassVar = faults.FeedThroughShort
    kind: Literal["feed-through short"]
    resets: bool = False

    @model_validator(mode="after")
    def _not_at_once(self) -> Self:
        if self.resets and self.start_ms == 0:
            raise refusal("is the start itself", remedy="Let the electronics start anew a little later.", at=".at")
        return self


class RunawayFault(Sensed):
    """The motor turns unbidden at `rate`, beside what it is told, until its power is cut."""

    makes: ClassVar = faults.Runaway
    kind: Literal["runaway"]
    rate_nl_per_day: Rate = Field(alias="rate", examples=["24 mL/day"])


class OverDeliveryFault(FromThen):
    """The flow grows evenly from `at` until it is `share` more at `full`, and stays there."""

    makes: ClassVar = faults.OverDelivery
    kind: Literal["over-delivery"]
    full_ms: SinceStart = Field(alias="full", examples=["60 days"])
    per_mille: OverShare = Field(alias="share", examples=["30 %"])

    @model_validator(mode="after")
    def _rises(self) -> Self:
        check_after(self.start_ms, self.full_ms, at=".full")
        return self


class UnderDeliveryFault(Lasting):
    """The flow is `share` less."""

    makes: ClassVar = faults.UnderDelivery
    kind: Literal["under-delivery"]
    per_mille: Share = Field(alias="share", examples=["30 %"])


class AltitudeFault(Lasting):
    """Thin air: the flow is `share` more."""

    makes: ClassVar = faults.Altitude
    kind: Literal["altitude"]
    per_mille: Share = Field(alias="share", default=ALTITUDE_FLOW.whole(), json_schema_extra={"default": "14.5 %"})


class HighPressureFault(Lasting):
    """A pressure chamber or a dive: the flow is `share` less."""

    makes: ClassVar = faults.HighPressure
    kind: Literal["high pressure"]
    per_mille: Share = Field(alias="share", examples=["30 %"])


class TemperatureFault(Lasting):
    """The pump is `warmer` than the body should be, and its gas presses harder; a negative difference is colder."""

    makes: ClassVar = faults.Temperature
    kind: Literal["temperature"]
    warmer_dk: Kelvin = Field(alias="warmer", examples=["1.5 K"])


class FreeFlowFault(Lasting):
    """A magnet holds the valves open: the reservoir empties at `rate`."""

    makes: ClassVar = faults.FreeFlow
    kind: Literal["free flow"]
    rate_nl_per_day: Rate = Field(alias="rate", examples=["24 mL/day"])


class SafetyValveShutFault(Lasting):
    """A valve lets `leak` through in a magnet, shuts, and stays shut until it is reset by hand at `until`."""

    makes: ClassVar = faults.SafetyValveShut
    kind: Literal["safety valve shut"]
    leak_nl: ValveLeak = Field(alias="leak", default=VALVE_LEAK.whole(), json_schema_extra={"default": "0.01 mL"})


class ReverseLeakFault(Ending):
    """Fluid runs back from the path into the reservoir at `rate`."""

    makes: ClassVar = faults.ReverseLeak
    kind: Literal["reverse leak"]
    rate_nl_per_day: Rate = Field(alias="rate", examples=["0.5 mL/day"])


class DeformationFault(At):
    """Pressure has bent the reservoir: from `at` on it takes no more than `capacity` in all, undeliverable or not."""

    makes: ClassVar = faults.Deformation
    kind: Literal["deformation"]
    capacity_nl: Volume = Field(
        alias="capacity", default=DEFORMED_CAPACITY.whole(), json_schema_extra={"default": "27 mL"}
    )


class PocketFillFault(At):
    """The needle lies beside the port: `share` of the first fill at or after `at` goes into the tissue."""

    makes: ClassVar = faults.PocketFill
    kind: Literal["pocket fill"]
    per_mille: Share = Field(alias="share", default=WHOLE, json_schema_extra={"default": "100 %"})


class AirFault(At):
    """`volume` of the first fill at or after `at` is air."""

    makes: ClassVar = faults.Air
    kind: Literal["air"]
    volume_nl: Volume = Field(alias="volume", examples=["0.5 mL"])


class WrongSyringeFault(At):
    """The first fill at or after `at` has another concentration than its label; left out, it is another drug."""

    makes: ClassVar = faults.WrongSyringe
    kind: Literal["wrong syringe"]
    concentration_pg_per_nl: Concentration | None = Field(alias="concentration", default=None)


class OverfillFault(FaultPart):
    """The first fill at or after `at` is forced: `over` goes in beyond the capacity, and until `until` more flows."""

    makes: ClassVar = faults.Overfill
    kind: Literal["overfill"]
    at_ms: SinceStart = Field(alias="at", examples=["3 days"])
    end_ms: SinceStart = Field(alias="until", examples=["4 days"])
    over_nl: Volume = Field(alias="over", default=OVERFILL_MOST.whole(), json_schema_extra={"default": "2 mL"})
    per_mille: ShareOrNone = Field(
        alias="share", default=OVERFILL_FLOW.whole(), json_schema_extra={"default": "14.5 %"}
    )

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        check_after(self.at_ms, self.end_ms, at=".until")
        return self


class BatteryFilmFault(FromThen):
    """A film in the battery: its voltage reads low from `at` on, and spent from `spent` on, where that is written."""

    makes: ClassVar = faults.BatteryFilm
    kind: Literal["battery film"]
    end_ms: SinceStart | None = Field(alias="spent", default=None)

    @model_validator(mode="after")
    def _falls(self) -> Self:
        check_after(self.start_ms, self.end_ms, at=".spent")
        return self


class PowerCutFault(Lasting):
    """No power at all: nothing turns, nothing counts."""

    makes: ClassVar = faults.PowerCut
    kind: Literal["power cut"]


class TelemetryFieldFault(Lasting):
    """A field that the pump takes for a wand's."""

    makes: ClassVar = faults.TelemetryField
    kind: Literal["telemetry field"]


class ClockDriftFault(Lasting):
    """The pump's clock gains `drift`, or loses it where it is negative."""

    makes: ClassVar = faults.ClockDrift
    kind: Literal["clock drift"]
    per_million: PerMillion = Field(alias="drift", examples=["50 ppm"])


class LowBatteryResetFault(Momentary):
    """The battery's voltage dips: the pump's electronics start anew, once."""

    makes: ClassVar = faults.LowBatteryReset
    kind: Literal["low-battery reset"]


class ClockLostFault(Momentary):
    """The pump no longer knows what time it is."""

    makes: ClassVar = faults.ClockLost
    kind: Literal["clock lost"]


class BitFlipFault(Momentary):
    """One bit of the pump's memory turns over: bit `bit` of variable `cell`, each counted from 0 and wrapping round."""

    makes: ClassVar = faults.BitFlip
    kind: Literal["bit flip"]
    cell: Annotated[int, Field(ge=0, le=LARGEST_CELL)] = Field(examples=[3])
    bit: Annotated[int, Field(ge=0, le=LARGEST_BIT)] = Field(examples=[5])


MetalFault = (
    StallFault
    | MriStallFault
    | FeedThroughShortFault
    | RunawayFault
    | OverDeliveryFault
    | UnderDeliveryFault
    | AltitudeFault
    | HighPressureFault
    | TemperatureFault
    | FreeFlowFault
    | SafetyValveShutFault
    | ReverseLeakFault
    | DeformationFault
    | PocketFillFault
    | AirFault
    | WrongSyringeFault
    | OverfillFault
    | BatteryFilmFault
    | PowerCutFault
    | TelemetryFieldFault
    | ClockDriftFault
    | LowBatteryResetFault
    | ClockLostFault
    | BitFlipFault
)
