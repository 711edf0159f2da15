"""Baclofen in fluid: half-lives, clearances, ratios."""

from thecal.body.validation import experiments as run
from thecal.body.validation import long_term as later
from thecal.body.validation.published.papers import LABEL, RATIO, SALLERIN, SWISS
from thecal.body.validation.targets import Target, about, label, patients

NO_DEPOT = (
    "No tissue of the model holds drug for a day where the sample is taken; that would need a hundred millilitres of "
    "it. Samples a day apart also cannot tell twelve hours from twenty-four."
)
BLUNT = "The extremes of a group rest on the tails of assumed spreads, and on hours of sampling that were not read."
PLUME = (
    "A sample drawn through the catheter holds undiluted drug of catheter and plume; a section's mean knows neither. "
    "Doses and samples did not go together (n 53)."
)

FLUID = (
    Target(
        id="half-life",
        says="half-life in lumbar fluid",
        condition="75 mcg by puncture, sampled there for 4 h",
        unit="h",
        published=1.5,
        range=patients(0.9, 5.0),
        source=f"{LABEL}; range: {SALLERIN}",
        grade="label",
        simulate=run.half_life_h,
    ),
    Target(
        id="half-life-shortest",
        says="shortest elimination half-life of 11 people",
        condition="9 groups of 11 virtual people, 2 to 8 h after 75 mcg",
        unit="h",
        published=0.9,
        range=about(0.9),
        source=SALLERIN,
        simulate=later.shortest_half_life_h,
        because=BLUNT,
    ),
    Target(
        id="half-life-longest",
        says="longest elimination half-life of 11 people",
        condition="9 groups of 11 virtual people, 2 to 8 h after 75 mcg",
        unit="h",
        published=5.0,
        range=about(5.0),
        source=SALLERIN,
        simulate=later.longest_half_life_h,
        because=BLUNT,
    ),
    Target(
        id="clearance-bolus",
        says="clearance after a bolus",
        condition="75 mcg by puncture, dose over area at the site",
        unit="mL/h",
        published=30.0,
        range=patients(13.0, 80.0),
        source=f"{LABEL}; range: {SALLERIN}",
        grade="label",
        simulate=run.clearance_of_bolus_ml_per_h,
    ),
    Target(
        id="clearance-infusion",
        says="clearance during infusion",
        condition="300 mcg/day, tip L1, sampled between L3 and L4",
        unit="mL/h",
        published=30.0,
        range=patients(16.0, 40.0),
        source=f"{LABEL}; range from concentrations: {SWISS}",
        grade="label",
        simulate=lambda who: run.clearance_of_infusion_ml_per_h(who, 300.0),
    ),
    Target(
        id="lumbar-cisternal",
        says="lumbar over cisternal fluid",
        condition="steady infusion, tip L1",
        unit="1",
        published=4.0,
        range=patients(1.8, 8.7),
        source=RATIO,
        simulate=run.lumbar_to_cisternal,
    ),
    Target(
        id="volume",
        says="volume of distribution",
        condition="75 mcg by puncture, line back to the start",
        unit="mL",
        published=59.0,
        range=patients(22.0, 157.0),
        source=f"{SWISS}; 59 is the range's geometric middle",
        simulate=run.volume_ml,
    ),
    Target(
        id="fluid-settles",
        says="lumbar fluid settles",
        condition="new infusion, tip L1, 97 % of the final concentration",
        unit="h",
        published=None,
        range=label(24.0, 48.0),
        source=SWISS,
        grade="label",
        simulate=run.fluid_settles_h,
        because=NO_DEPOT,
    ),
    Target(
        id="aspirates",
        says="sample through the catheter",
        condition="607 mcg/day, tip T10, section of the canal at the tip",
        unit="mcg/mL",
        published=3.55,
        range=patients(0.5, 12.9),
        source="Albright 2007, doi 10.1111/j.1469-8749.2007.00423.x",
        held_out=True,
        simulate=lambda who: later.fluid_at_tip_mcg_per_ml(who, 607.0),
        because=PLUME,
    ),
)
