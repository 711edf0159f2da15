"""Every published number that the body is held against. None is left out because it fails."""

from functools import partial

import numpy as np

from thecal.body.parameters import DTPA, GADOBUTROL, PIG
from thecal.body.signs import Stage
from thecal.body.validation import experiments as run
from thecal.body.validation import long_term as later
from thecal.body.validation.experiments import ONE_HOUR, ONE_TO_SIX_H
from thecal.body.validation.targets import Target, about, fraction, label, patients, words

LABEL = "US label of Lioresal Intrathecal as commonly quoted (dailymed.nlm.nih.gov)"
ONSETS = f"{LABEL}; neurosurgerynotes.bullet.site"
SWISS = "Swiss label of Lioresal Intrathecal (ch.oddb.org, 52535)"
RATIO = "touchneurology.com, troubleshooting for ITB; range as commonly quoted of the EU label"
SALLERIN = "Sallerin-Caute 1991, doi 10.1007/BF00265844"
KROIN = "Kroin 1993, Neurosurgery 33:226, PMID 7690122"
STOKIC_2012 = "Stokic & Yablon 2012, PMID 22595326"
STOKIC_2006 = "Stokic 2006 (web.maths.unsw.edu.au, stokic-20061283)"
STOKIC_2005 = "Stokic & Yablon 2005, PMID 16181946"
MEYTHALER = "Meythaler 2001 (acnpsearch.unibo.it, 84543305)"
KUMRU = "Kumru 2011 (daneshyari.com, 3044305)"
SPANISH = "dose over a year in 64 people with spinal spasticity, PMID 22151522"
HEETLA = "Heetla 2009, PMID 19333246"
DELHAAS = "Delhaas 1991 (acemap.info, 164881186)"
STETKAROVA = "Stetkarova 2015, 39 people at 90 to 420 mcg/day"
WITHDRAWAL = "reviews of withdrawal, Anaesthesia 2020 (consensus.app)"
BERNARDS = "Bernards 2006, doi 10.1097/00000542-200607000-00027"

NO_DEPOT = (
    "No tissue of the model holds drug for a day where the sample is taken; that would need a hundred millilitres of "
    "it. Samples a day apart also cannot tell twelve hours from twenty-four."
)
RISING_DOSES = (
    "The label does not say for which dose. Screening goes up only where a smaller dose did too little, so that those "
    "who were given more were less sensitive; the median person, as here, is not one of them. Those who "
    "are have rows of their own."
)
STILL_FALLING = (
    "Tone was still falling six hours after 50 mcg (Stokic & Yablon 2005); eight hours in all can hardly be."
)
SLOWER_THAN_SEEN = "At a quarter of an hour too little has come up from L3 to the conus, whatever the set."
LEGS_ONLY = (
    "What comes to the neck is too little for the curve of tone, and Kumru 2011 saw no effect on reflexes there. The "
    "arms' tone in stroke may fall for other reasons: placebo, less overflow from the legs."
)
TO_THE_NECK = (
    "Kumru 2011 saw the arms spared. The dispersion that the lumbar to cisternal ratio asks for takes a bolus at L3 to "
    "the neck within three hours, and the reflex's curve is taken to be as sensitive there as at the calf."
)
BLUNT = "The extremes of a group rest on the tails of assumed spreads, and on hours of sampling that were not read."
PLUME = (
    "A sample drawn through the catheter holds undiluted drug of catheter and plume; a section's mean knows neither. "
    "Doses and samples did not go together (n 53)."
)
PLACEHOLDERS = (
    "Drowsiness rests on placeholders: its half-effect concentration was chosen by hand, for its order alone."
)
NOT_A_BODY = "How often pumps and catheters fail is no property of the body."
OTHER_TRACER = "The tracer's own numbers are assumed, and none was fitted to this one."


def _bolus_rows(mass_mcg: int) -> tuple[Target, ...]:
    """Onset, peak and duration of one screening bolus; only those of 75 and 50 mcg took part in the fit."""
    condition = f"{mass_mcg} mcg by puncture at L3, median naive adult, 30 % of tone in the calf"
    return (
        Target(
            id=f"onset-{mass_mcg}",
            says=f"onset after {mass_mcg} mcg",
            condition=condition,
            unit="h",
            published=None,
            range=label(0.5, 1.0),
            source=ONSETS,
            grade="label",
            simulate=lambda who: run.onset_h(who, mass_mcg),
            because=RISING_DOSES if mass_mcg != 25 else "25 mcg is for small children; it is little for an adult.",
        ),
        Target(
            id=f"peak-{mass_mcg}",
            says=f"peak after {mass_mcg} mcg",
            condition=condition,
            unit="h",
            published=4.0,
            range=about(4.0),
            source=ONSETS,
            grade="label",
            simulate=lambda who: run.peak_h(who, mass_mcg),
        ),
        Target(
            id=f"duration-{mass_mcg}",
            says=f"duration after {mass_mcg} mcg",
            condition=condition,
            unit="h",
            published=None,
            range=label(4.0, 8.0),
            source=LABEL,
            grade="label",
            simulate=lambda who: run.duration_h(who, mass_mcg),
            because=RISING_DOSES if mass_mcg > 50 else STILL_FALLING,
        ),
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
        simulate=run.clearance_of_infusion_ml_per_h,
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

REFLEX = (
    Target(
        id="reflex-puncture-15min",
        says="H/M left 15 min after a puncture",
        condition="50 mcg, naive",
        unit="1",
        published=0.75,
        range=fraction(0.75),
        source=f"{KUMRU}: suppressed at 15 min, taken as by a quarter",
        simulate=lambda who: run.reflex_after_puncture(who, np.array([0.25])),
        because=SLOWER_THAN_SEEN,
    ),
    Target(
        id="reflex-puncture-1h",
        says="H/M left 1 h after a puncture",
        condition="50 mcg, naive",
        unit="1",
        published=0.23,
        range=about(0.23),
        source=STOKIC_2012,
        simulate=lambda who: run.reflex_after_puncture(who, ONE_HOUR),
    ),
    Target(
        id="reflex-puncture-1-6h",
        says="H/M left 1 to 6 h after a puncture",
        condition="50 mcg, naive",
        unit="1",
        published=0.09,
        range=about(0.09),
        source=STOKIC_2012,
        simulate=lambda who: run.reflex_after_puncture(who, ONE_TO_SIX_H),
    ),
    Target(
        id="reflex-pump-1h",
        says="H/M left 1 h after a pump's bolus",
        condition="50 mcg in 10 min on top of 62.5 mcg/day, tip T10, chronic",
        unit="1",
        published=0.37,
        range=about(0.37),
        source=STOKIC_2012,
        simulate=lambda who: run.reflex_after_pump_bolus(who, ONE_HOUR),
    ),
    Target(
        id="reflex-pump-1-6h",
        says="H/M left 1 to 6 h after a pump's bolus",
        condition="50 mcg in 10 min on top of 62.5 mcg/day, tip T10, chronic",
        unit="1",
        published=0.18,
        range=about(0.18),
        source=STOKIC_2012,
        simulate=lambda who: run.reflex_after_pump_bolus(who, ONE_TO_SIX_H),
    ),
    Target(
        id="reflex-puncture-against-pump",
        says="H/M left after a puncture over that after a pump's bolus",
        condition="the two rows of 1 to 6 h above",
        unit="1",
        published=0.5,
        range=about(0.5),
        source=STOKIC_2012,
        simulate=run.puncture_against_pump,
    ),
    *(
        Target(
            id=f"dose-reflex-{round(100 * left)}",
            says=f"dose that leaves {round(100 * left)} % of H/M",
            condition="chronic infusion, tip T10",
            unit="mcg/day",
            published=dose,
            range=about(dose),
            source=STOKIC_2006,
            simulate=partial(run.dose_that_leaves, residual=left),
        )
        for left, dose in ((0.75, 30.0), (0.5, 70.0), (0.25, 110.0))
    ),
    Target(
        id="reflex-150",
        says="H/M left from 150 mcg/day up",
        condition="chronic infusion, tip T10",
        unit="1",
        published=None,
        range=words(0.0, 0.3),
        source=STOKIC_2006,
        held_out=True,
        simulate=lambda who: run.reflex_in_therapy(who, 150.0),
    ),
    Target(
        id="reflex-quadriceps",
        says="quadriceps reflex falls by a quarter",
        condition="50 mcg by puncture; seen at 30 min and not at 15",
        unit="h",
        published=0.5,
        range=words(0.25, 0.5),
        source=KUMRU,
        held_out=True,
        simulate=lambda who: run.reflex_falls_h(who, "quadriceps"),
        because=SLOWER_THAN_SEEN,
    ),
    *(
        Target(
            id=f"reflex-{muscle.split()[-1]}",
            says=f"least reflex left of {muscle}",
            condition="3 h after 50 mcg by puncture; not suppressed",
            unit="1",
            published=1.0,
            range=words(0.75, 1.0),
            source=KUMRU,
            held_out=True,
            simulate=partial(run.least_reflex, muscle=muscle),
            because=TO_THE_NECK,
        )
        for muscle in ("flexor carpi radialis", "biceps")
    ),
    Target(
        id="reflex-brainstem",
        says="blink reflex left 1 h after a puncture",
        condition="50 mcg, brainstem by the H-reflex's curve",
        unit="1",
        published=0.75,
        range=fraction(0.75),
        source=f"{KUMRU}: suppressed at 60 min, taken as by a quarter",
        held_out=True,
        simulate=lambda who: later.brainstem_reflex(who, 1.0),
        because="A bolus at L3 has not come up to the brainstem within the hour, whatever the set.",
    ),
)

TONE = (
    Target(
        id="tone-1h",
        says="tone lost 1 h after a puncture",
        condition="50 mcg, calf",
        unit="1",
        published=0.25,
        range=fraction(0.25),
        source=f"{KUMRU}: lower at 60 min and not at 30, taken as by a quarter",
        simulate=lambda who: run.tone_after_puncture(who, 1.0),
    ),
    Target(
        id="tone-4h",
        says="tone lost 4 h after a puncture",
        condition="50 mcg, brain injury, calf",
        unit="1",
        published=0.64,
        range=fraction(0.64),
        source=STOKIC_2005,
        simulate=lambda who: run.tone_after_puncture(who, 4.0),
    ),
    Target(
        id="tone-6h",
        says="tone lost 6 h after a puncture",
        condition="50 mcg, brain injury, calf",
        unit="1",
        published=0.71,
        range=fraction(0.71),
        source=STOKIC_2005,
        simulate=lambda who: run.tone_after_puncture(who, 6.0),
        because="It was still falling at six hours; the label's duration of four to eight hours pulls the other way.",
    ),
    Target(
        id="tone-stroke-legs",
        says="tone of the legs lost 6 h after a puncture, stroke",
        condition="50 mcg, calf",
        unit="1",
        published=0.83,
        range=fraction(0.83),
        source=MEYTHALER,
        simulate=lambda who: run.tone_after_puncture(who, 6.0),
        because="Two studies of the same dose and hour differ, .71 and .83; the model lies below both.",
    ),
    Target(
        id="tone-stroke-arms",
        says="tone of the arms lost 6 h after a puncture, stroke",
        condition="50 mcg, biceps",
        unit="1",
        published=0.56,
        range=fraction(0.56),
        source=MEYTHALER,
        held_out=True,
        simulate=lambda who: run.tone_after_puncture(who, 6.0, muscle="biceps"),
        because=LEGS_ONLY,
    ),
    *_bolus_rows(25),
    *_bolus_rows(50),
    *_bolus_rows(75),
    *_bolus_rows(100),
    *(
        Target(
            id=f"duration-{mass}-needed",
            says=f"duration after {mass} mcg in those who need it",
            condition=f"puncture at L3; {mass} mcg takes half of the tone and {before} mcg does not; virtual people",
            unit="h",
            published=None,
            range=label(4.0, 8.0),
            source=LABEL,
            grade="label",
            held_out=True,
            simulate=partial(run.duration_if_needed_h, mass_mcg=mass, before_mcg=before),
        )
        for mass, before in ((75, 50), (100, 75))
    ),
    Target(
        id="infusion-onset",
        says="onset of a first infusion",
        condition="100 mcg/day, tip T10, 30 % of tone in the calf",
        unit="h",
        published=None,
        range=label(6.0, 8.0),
        source=ONSETS,
        grade="label",
        simulate=run.infusion_onset_h,
    ),
    Target(
        id="infusion-maximum",
        says="maximum of a first infusion",
        condition="100 mcg/day, tip T10, 95 % of the final effect",
        unit="h",
        published=None,
        range=label(24.0, 48.0),
        source=ONSETS,
        grade="label",
        simulate=run.infusion_settles_h,
    ),
)

THERAPY = (
    Target(
        id="tone-therapy-penn",
        says="tone lost in long therapy",
        condition="300 mcg/day (assumed), tip T10, chronic",
        unit="1",
        published=0.93,
        range=fraction(0.93),
        source="Penn 1989, doi 10.1056/NEJM198906083202303",
        held_out=True,
        simulate=lambda who: run.tone_in_therapy(who, 300.0),
        because="Doses were titrated by those who examined; one dose stands for all here.",
    ),
    Target(
        id="tone-therapy-coffey",
        says="tone lost over 19 months",
        condition="300 mcg/day (assumed), tip T10, chronic",
        unit="1",
        published=0.76,
        range=fraction(0.76),
        source="Coffey 1993 (ohsu.pure.elsevier.com)",
        held_out=True,
        simulate=lambda who: run.tone_in_therapy(who, 300.0),
        because="Doses were titrated by those who examined; one dose stands for all here.",
    ),
    Target(
        id="dose-12-months",
        says="dose after 12 months",
        condition="titrated to the effect that 83 mcg/day has at first",
        unit="mcg/day",
        published=270.0,
        range=about(270.0),
        source=f"{SPANISH}; slow tolerance was chosen with it in view",
        simulate=lambda who: later.held_dose(who, 83.0, 365.0),
    ),
    Target(
        id="dose-18-months",
        says="dose after 18 months",
        condition="titrated to the effect that 83 mcg/day has at first",
        unit="mcg/day",
        published=350.0,
        range=about(350.0),
        source=HEETLA,
        held_out=True,
        simulate=lambda who: later.held_dose(who, 83.0, 548.0),
    ),
    Target(
        id="dose-plateau",
        says="rise of the dose from month 18 to month 30",
        condition="titrated to the effect that 83 mcg/day has at first",
        unit="mcg/day",
        published=0.0,
        range=words(0.0, 35.0),
        source=f"{HEETLA}; up to a tenth counts as level",
        held_out=True,
        simulate=lambda who: later.rise_mcg_per_day(who, 83.0, 548.0, 913.0),
    ),
    Target(
        id="dose-still-rising",
        says="people whose dose rises by 100 mcg/day a year after that",
        condition="200 virtual people, month 18 to month 30",
        unit="1",
        published=0.22,
        range=fraction(0.22),
        source=HEETLA,
        held_out=True,
        simulate=later.share_still_rising,
        because="Tolerance of the model has settled after a year and a half in everybody; in people it has not.",
    ),
    Target(
        id="withdrawal-onset",
        says="spasticity back after a stop",
        condition="450 mcg/day of years, tip T10, less than 30 % of tone suppressed",
        unit="h",
        published=None,
        range=words(24.0, 72.0),
        source=WITHDRAWAL,
        simulate=later.effect_gone_h,
        because="The slow pool that would carry the effect further would also prolong a bolus.",
    ),
    Target(
        id="withdrawal-early",
        says="first signs of withdrawal after a stop",
        condition="450 mcg/day of years, tip T10",
        unit="h",
        published=None,
        range=words(24.0, 72.0),
        source=f"{WITHDRAWAL}; its thresholds were chosen with it in view",
        simulate=lambda who: later.stage_h(who, Stage.EARLY),
        because="It comes a little before the usual first day; its threshold is a placeholder.",
    ),
    Target(
        id="withdrawal-order",
        says="spasticity back over severe withdrawal",
        condition="450 mcg/day of years, tip T10; spasticity comes first",
        unit="1",
        published=None,
        range=words(0.0, 1.0),
        source=f"{WITHDRAWAL}; its thresholds were chosen with it in view",
        simulate=later.spasticity_before_severe,
    ),
    Target(
        id="withdrawal-rate",
        says="withdrawals in a pump-year",
        condition="39 people at 90 to 420 mcg/day",
        unit="1",
        published=0.05,
        range=about(0.05),
        source=STETKAROVA,
        held_out=True,
        simulate=None,
        because=NOT_A_BODY,
    ),
)

OVERDOSE = (
    *(
        Target(
            id=f"overdose-bolus-{mass}",
            says=f"chance of drowsiness after {mass} mcg",
            condition="puncture at L3 (assumed), naive; the overdose was seen",
            unit="1",
            published=None,
            range=words(0.5, 1.0),
            source=DELHAAS,
            held_out=True,
            simulate=partial(later.drowsy_after_puncture, mass_mcg=mass),
            because=PLACEHOLDERS,
        )
        for mass in (50, 280)
    ),
    *(
        Target(
            id=f"overdose-infusion-{dose}",
            says=f"chance of drowsiness at {dose} mcg/day",
            condition="tip T10, used to 300 mcg/day; the overdose was seen",
            unit="1",
            published=None,
            range=words(0.5, 1.0),
            source=DELHAAS,
            held_out=True,
            simulate=partial(later.drowsy_in_therapy, dose_mcg_per_day=dose),
            because=PLACEHOLDERS,
        )
        for dose in (800, 1920, 2400)
    ),
    *(
        Target(
            id=f"overdose-holiday-{rate}",
            says=f"chance of drowsiness 6 h into {rate} mcg/h",
            condition="tip T10, tolerance lost in a drug holiday; the overdose was seen",
            unit="1",
            published=None,
            range=words(0.5, 1.0),
            source=DELHAAS,
            held_out=True,
            simulate=partial(later.drowsy_after_holiday, rate_mcg_per_h=rate),
            because=PLACEHOLDERS,
        )
        for rate in (27, 55)
    ),
)

OTHERS = (
    Target(
        id="dtpa",
        says="DTPA at T2 over T12",
        condition="72 h of infusion, tip L1",
        unit="1",
        published=0.43,
        range=words(0.33, 0.53),
        source=KROIN,
        parameter_set="dtpa_kroin_1993",
        simulate=lambda who: later.tracer_t2_to_t12(who.given(DTPA)),
        because=OTHER_TRACER,
    ),
    Target(
        id="gadobutrol",
        says="gadobutrol highest in blood",
        condition="puncture at L3, 29 people",
        unit="h",
        published=10.0,
        range=about(10.0),
        source="Hovd 2022, PMC8262318",
        held_out=True,
        parameter_set="gadobutrol_hovd_2022",
        simulate=lambda who: later.blood_peaks_h(who.given(GADOBUTROL)),
        because=OTHER_TRACER,
    ),
    Target(
        id="pig-tenth",
        says="reach from the tip to a tenth of the peak, pig",
        condition="8 h of slow infusion, tip T10, anaesthetised",
        unit="cm",
        published=None,
        range=words(2.0, 8.0),
        source=f"{BERNARDS}: a few centimetres",
        held_out=True,
        parameter_set="pig_bernards_2006",
        simulate=lambda who: later.reach_of_a_tenth_cm(who.given(PIG)),
    ),
    Target(
        id="pig-near",
        says="drug in fluid within 5 cm of the tip, pig",
        condition="8 h of slow infusion, tip T10, anaesthetised",
        unit="1",
        published=None,
        range=words(0.5, 1.0),
        source=f"{BERNARDS}: most of it",
        held_out=True,
        parameter_set="pig_bernards_2006",
        simulate=lambda who: later.near_the_tip(who.given(PIG)),
    ),
)

TARGETS: tuple[Target, ...] = (*FLUID, *REFLEX, *TONE, *THERAPY, *OVERDOSE, *OTHERS)
PUBLISHED = {target.id: number for target in TARGETS if (number := target.sourced()) is not None}
"""The published numbers with their birthplaces."""


def target(name: str) -> Target:
    """One row by its id."""
    return next(each for each in TARGETS if each.id == name)
