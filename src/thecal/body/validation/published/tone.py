"""Tone after a bolus and at the beginning of an infusion."""

from functools import partial

from thecal.body.validation import experiments as run
from thecal.body.validation.published.papers import KUMRU, LABEL, MEYTHALER, ONSETS, STOKIC_2005
from thecal.body.validation.targets import Target, about, fraction, label

RISING_DOSES = (
    "The label does not say for which dose. Screening goes up only where a smaller dose did too little, so that those "
    "who were given more were less sensitive; the median person, as here, is not one of them. Those who "
    "are have rows of their own."
)
STILL_FALLING = (
    "Tone was still falling six hours after 50 mcg (Stokic & Yablon 2005); eight hours in all can hardly be."
)
LEGS_ONLY = (
    "What comes to the neck is too little for the curve of tone, and Kumru 2011 saw no effect on reflexes there. The "
    "arms' tone in stroke may fall for other reasons: placebo, less overflow from the legs."
)


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
        simulate=lambda who: run.infusion_onset_h(who, 100.0),
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
        simulate=lambda who: run.infusion_settles_h(who, 100.0),
    ),
)
