"""Parameter sets of the body: one module per set, named for what it is."""

from thecal.body.parameters.definition import Parameters
from thecal.body.parameters.dtpa_kroin_1993 import DTPA
from thecal.body.parameters.gadobutrol_hovd_2022 import GADOBUTROL
from thecal.body.parameters.pig_bernards_2006 import PIG
from thecal.body.parameters.two_pool_2026 import TWO_POOL

SETS: dict[str, Parameters] = {
    "two_pool_2026": TWO_POOL,
    "pig_bernards_2006": PIG,
    "dtpa_kroin_1993": DTPA,
    "gadobutrol_hovd_2022": GADOBUTROL,
}
"""Every set by the name of its module: awake people and baclofen, and other species, states and tracers."""

__all__ = ["DTPA", "GADOBUTROL", "PIG", "SETS", "TWO_POOL", "Parameters"]
