"""An anaesthetised pig that lies still, after Bernards 2006: a species and a state.

In those pigs (doi 10.1097/00000542-200607000-00027) baclofen infused at 20 uL/h lay almost all within 5 cm of the tip
after eight hours. The dispersion that awake people need would spread it over the whole canal; what the pigs need is
about a hundredth. No one law of pulsation explains both, so the whole of a pig's dispersion is in one number, and fluid
is taken not to flow along the canal.

Nothing else was read about pigs: clearance, cord and canal are people's, and what a muscle would feel means nothing.
"""

from dataclasses import replace

from thecal.body.parameters.two_pool_2026 import TWO_POOL
from thecal.sources import COMPUTED, OWN_CHOICE, Sourced

PIG = replace(
    TWO_POOL,
    dispersion_floor=Sourced(
        name="dispersion in an anaesthetised pig",
        value=6e-4,
        unit="cm2/s",
        source=f"{COMPUTED}: 3e-4 to 1e-3 put a tenth of the peak 4 to 8 cm from the tip (steep in Bernards 2006)",
        grade="derived",
    ),
    mixing_length=Sourced(
        name="mixing-length factor in an anaesthetised pig",
        value=0.0,
        unit="1",
        source=f"{OWN_CHOICE}: all dispersion of a pig is in one number",
        grade="assumed",
    ),
    spinal_absorption=Sourced(
        name="share of CSF absorbed along the spine of an anaesthetised pig",
        value=0.0,
        unit="1",
        source=f"{OWN_CHOICE}: no flow along the canal, for drug lay on both sides of the tip",
        grade="assumed",
    ),
    pump_spread=Sourced(
        name="spread at a catheter's tip in an anaesthetised pig",
        value=0.5,
        unit="cm",
        source=f"{OWN_CHOICE}: less than in people, for nothing stirs the fluid at the tip",
        grade="assumed",
    ),
)
"""`Parameters` of an anaesthetised pig."""
