"""Gadobutrol given by lumbar puncture to awake people, after Hovd 2022 (Fluids Barriers CNS): another tracer.

Its concentration in blood was highest some ten hours after the puncture (n 29; PMC8262318). Hovd's own half-lives were
not available, so in fluid and cord it is taken to behave as DTPA, a chelate of the same kind, and in blood as its label
is commonly quoted: out through the kidneys, half of it in 1.8 hours. Nothing was fitted to the ten hours, and the model
misses them. What a muscle would feel means nothing.
"""

from dataclasses import replace

from thecal.body.parameters.dtpa_kroin_1993 import DTPA
from thecal.sources import UNREAD, Sourced

_LABEL = f"{UNREAD}: the label of gadobutrol as commonly quoted"

GADOBUTROL = replace(
    DTPA,
    plasma_clearance=Sourced(
        name="clearance of gadobutrol from plasma", value=0.08, unit="L/h/kg", source=_LABEL, grade="assumed"
    ),
    plasma_volume=Sourced(
        name="volume of distribution of gadobutrol", value=0.21, unit="L/kg", source=_LABEL, grade="assumed"
    ),
)
"""`Parameters` of awake people given gadobutrol."""
