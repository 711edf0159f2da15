"""Made-up patients, drawn widely, for tests of what is done with many at once."""

import numpy as np

from thecal.body import TWO_POOL
from thecal.body.cohort import Cohort

SPREADS = {
    "dispersion_floor": 0.8,
    "mixing_length": 0.8,
    "spinal_clearance": 0.6,
    "cord_exchange": 0.4,
    "cord_partition": 0.3,
    "cord_clearance": 0.5,
    "csf_production": 0.25,
    "cranial_exchange": 0.5,
    "area_scale": 0.25,
    "pump_spread": 0.2,
    "slow_rate": 0.3,
    "slow_share": 0.2,
    "plasma_clearance": 0.3,
    "ashworth_ec50": 0.6,
}
"""Standard deviations of logarithms, near those of people."""


def people(number: int, seed: int = 1) -> Cohort:
    """So many, the same for one seed."""
    chance = np.random.default_rng(seed)
    values = {
        name: getattr(TWO_POOL, name).value * np.exp(sd * chance.standard_normal(number))
        for name, sd in SPREADS.items()
    }
    return Cohort(values=values)
