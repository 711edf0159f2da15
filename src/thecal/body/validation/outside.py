"""What the validation finds outside, kept ready for screens that must say so and cannot compute it on the spot.

A test computes every row and compares: a target that comes in, falls out or moves has to be told here.
"""

from collections.abc import Mapping

from thecal.body.validation.report import Row, row
from thecal.body.validation.table import TARGETS

SIMULATED: Mapping[str, float | None] = {
    "half-life-longest": 3.14,
    "fluid-settles": 14.6,
    "reflex-puncture-15min": 0.938,
    "reflex-radialis": 0.508,
    "reflex-biceps": 0.556,
    "tone-stroke-legs": 0.666,
    "tone-stroke-arms": 0.133,
    "onset-25": 1.83,
    "duration-50": 9.53,
    "duration-75": 12.9,
    "duration-100": 15.9,
    "tone-therapy-penn": 0.76,
    "dose-still-rising": 0.0,
    "withdrawal-onset": 16.5,
    "withdrawal-early": 22.5,
    "withdrawal-rate": None,
    "overdose-bolus-50": 0.0125,
    "overdose-infusion-800": 0.316,
    "overdose-holiday-27": 0.297,
    "gadobutrol": 4.5,
}
"""Target → what was simulated, to three digits; None where there is no number."""


def outside() -> tuple[Row, ...]:
    """The rows that are outside, with their reasons, in the order of the table. Nothing is computed."""
    return tuple(row(target, SIMULATED[target.id]) for target in TARGETS if target.id in SIMULATED)
