"""Reflexes after a bolus and in therapy."""

from functools import partial

import numpy as np

from thecal.body.validation import experiments as run
from thecal.body.validation import long_term as later
from thecal.body.validation.experiments import ONE_HOUR, ONE_TO_SIX_H
from thecal.body.validation.published.papers import KUMRU, STOKIC_2006, STOKIC_2012
from thecal.body.validation.targets import Target, about, fraction, words

SLOWER_THAN_SEEN = "At a quarter of an hour too little has come up from L3 to the conus, whatever the set."
TO_THE_NECK = (
    "Kumru 2011 saw the arms spared. The dispersion that the lumbar to cisternal ratio asks for takes a bolus at L3 to "
    "the neck within three hours, and the reflex's curve is taken to be as sensitive there as at the calf."
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
