"""Too much drug; other tracers; pigs."""

from functools import partial

from thecal.body.parameters import DTPA, GADOBUTROL, PIG
from thecal.body.validation import long_term as later
from thecal.body.validation.published.papers import BERNARDS, DELHAAS, KROIN
from thecal.body.validation.targets import Target, about, words

PLACEHOLDERS = (
    "Drowsiness rests on placeholders: its half-effect concentration was chosen by hand, for its order alone."
)
OTHER_TRACER = "The tracer's own numbers are assumed, and none was fitted to this one."

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
        parameter_set="pig_bernards_2006",
        simulate=lambda who: later.near_the_tip(who.given(PIG)),
    ),
)
