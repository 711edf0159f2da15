"""What a scenario does to the patient besides visits at the pump: boluses by needle, fluid drained, posture."""

from typing import Annotated, Literal

from pydantic import Field

from thecal.body.regime import REGIMES
from thecal.scenario.part import Part
from thecal.scenario.quantities import Concentration, Duration, Level, LumbarLevel, Mass, SinceStart, Volume
from thecal.units import MINUTE_MS

PUNCTURE, PORT = "lumbar puncture", "access port"
WAYS = (PUNCTURE, PORT)
MOST_GIVEN = 1_000
USUAL_OVER_MS = MINUTE_MS


class PunctureBolus(Part):
    """A dose by lumbar puncture, as in a screening test; it spreads around `level` at once."""

    by: Literal["lumbar puncture"]
    at_ms: SinceStart = Field(alias="at", examples=["1 day"])
    dose_pg: Mass = Field(alias="dose", examples=["50 mcg"])
    level: LumbarLevel = "L3"


class PortBolus(Part):
    """A syringe pushed into the catheter's access port: what the catheter holds goes first."""

    by: Literal["access port"]
    at_ms: SinceStart = Field(alias="at", examples=["1 day"])
    volume_nl: Volume = Field(alias="volume", examples=["1 mL"])
    concentration_pg_per_nl: Concentration = Field(alias="concentration", examples=["50 mcg/mL"])
    over_ms: Duration = Field(alias="over", default=USUAL_OVER_MS, json_schema_extra={"default": "1 min"})


GivenBolus = Annotated[PunctureBolus | PortBolus, Field(discriminator="by")]


class Drain(Part):
    """Spinal fluid let out at a level, evenly: 30 to 40 mL of it is the manoeuvre after an overdose."""

    at_ms: SinceStart = Field(alias="at", examples=["2 h"])
    volume_nl: Volume = Field(alias="volume", examples=["35 mL"])
    over_ms: Duration = Field(alias="over", examples=["30 min"])
    level: Level = "L3"


class PostureChange(Part):
    """From `at` on fluid moves as in this posture; `thecal.body.regime` has them all."""

    at_ms: SinceStart = Field(alias="at", examples=["8 h"])
    posture: Literal[tuple(REGIMES)] = Field(examples=["lying"])  # type: ignore[valid-type] # the table is the list
