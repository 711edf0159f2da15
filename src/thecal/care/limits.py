"""Every limit the rules use, with its birthplace. `hardest` says how hard a rule that rests on them may be."""

from thecal.findings import Severity
from thecal.sources import OWN_CHOICE, UNREAD, Sourced, register
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

_LABEL_DOSE = "baclofen label as restated by reference.medscape.com/drug/lioresal-baclofen-343335"
_LABEL_SCREENING = "baclofen label as restated by drugs.com/dosage/baclofen.html"
_LABEL_STRENGTHS = "Gablofen strengths, drugs.com/ppa/baclofen.html"
_UK_LICENCE = "Gablofen UK leaflet, from 4 to under 18 years, drugs.com/uk/gablofen-2-mg-ml"
_EXPERTS_2015 = (
    "usual starts of 25 to 100 mcg/day, CMSC 2015 panel, cmsc.confex.com/cmsc/2015/webprogram/Paper3442.html"
)
_POST_FILL = "Maino 2017, 221 refills, bib-bvb.de cdi_proquest_journals_1949114606"

START_FACTOR = Sourced(name="start_factor", value=2, unit="times", source=_LABEL_DOSE, grade="label")
LONG_EFFECT = Sourced(name="long_effect", value=8 * HOUR_MS, unit="ms", source=_LABEL_DOSE, grade="label")
LARGEST_SCREENING = Sourced(
    name="largest_screening_dose",
    value=100 * PG_PER_MCG,
    unit="pg",
    source=_LABEL_SCREENING,
    grade="label",
)
START_TWO_PEOPLE = Sourced(
    name="start_two_people",
    value=100 * PG_PER_MCG,
    unit="pg/day",
    source=_EXPERTS_2015,
    grade="paper",
)
LIBRARY_PG_PER_NL = (500, 1_000, 2_000)
LIBRARY = Sourced(
    name="least_concentration",
    value=LIBRARY_PG_PER_NL[0],
    unit="pg/nL",
    source=_LABEL_STRENGTHS,
    grade="label",
)

SPINAL_STEP = Sourced(name="spinal_step", value=300, unit="per mille", source=_LABEL_DOSE, grade="label")
CEREBRAL_STEP = Sourced(name="cerebral_step", value=150, unit="per mille", source=_LABEL_DOSE, grade="label")
SPINAL_MAINTENANCE = Sourced(name="spinal_maintenance", value=400, unit="per mille", source=_LABEL_DOSE, grade="label")
CEREBRAL_MAINTENANCE = Sourced(
    name="cerebral_maintenance", value=200, unit="per mille", source=_LABEL_DOSE, grade="label"
)
LOWERING_STEP = Sourced(name="lowering_step", value=200, unit="per mille", source=_LABEL_DOSE, grade="label")
PAEDIATRIC_BELOW = Sourced(
    name="paediatric_below",
    value=18,
    unit="years",
    source=_UK_LICENCE,
    grade="label",
)
STEP_INTERVAL = Sourced(name="step_interval", value=DAY_MS, unit="ms", source=_LABEL_DOSE, grade="label")
FIRST_DAY = Sourced(name="first_day", value=DAY_MS, unit="ms", source=_LABEL_DOSE, grade="label")
PUMP_ROUNDING = Sourced(
    name="pump_rounding",
    value=100,
    unit="per million",
    source=f"{OWN_CHOICE}: ten times what half a nanolitre a day is of the slowest rate",
    grade="assumed",
)
HIGH_DOSE = Sourced(
    name="high_dose",
    value=1_000 * PG_PER_MCG,
    unit="pg/day",
    source=_LABEL_DOSE,
    grade="label",
)
LONG_INTERRUPTION = Sourced(name="long_interruption", value=2 * DAY_MS, unit="ms", source=OWN_CHOICE, grade="assumed")

SLIP_WINDOW = Sourced(name="slip_window", value=30, unit="per mille", source=OWN_CHOICE, grade="assumed")
PEAK_SHARE = Sourced(name="peak_share", value=200, unit="per mille", source=OWN_CHOICE, grade="assumed")

BOOK_AHEAD = Sourced(
    name="book_ahead",
    value=7 * DAY_MS,
    unit="ms",
    source="ITB pump management page, book a week early, medtronic.com/us-en",
    grade="maker",
)
DRUG_LIFE = Sourced(
    name="drug_life",
    value=180 * DAY_MS,
    unit="ms",
    source="refill within 180 days, PubMed 38043050",
    grade="paper",
)
WORST_DELIVERY = Sourced(
    name="worst_delivery",
    value=1_145,
    unit="per mille",
    source=f"{OWN_CHOICE}: the labelled accuracy of 14.5 %, taken as lasting",
    grade="assumed",
)
WORST_UNDELIVERABLE = Sourced(
    name="worst_undeliverable",
    value=1_400_000,
    unit="nL",
    source=f"{OWN_CHOICE}: the greatest residual volume of the product page, taken as there",
    grade="assumed",
)

RESIDUAL_VOLUME = Sourced(
    name="residual_volume",
    value=2_000_000,
    unit="nL",
    source="ASRA 2017 poster, epostersonline.com/ASRAFALL17/node/1139",
    grade="paper",
)
RESIDUAL_SHARE = Sourced(
    name="residual_share",
    value=145,
    unit="per mille",
    source="labelled accuracy, in the over-infusion notice, medicaldevices.icij.org (SynchroMed II 8637)",
    grade="label",
)
RESIDUAL_TREND = Sourced(
    name="residual_trend",
    value=100,
    unit="per mille",
    source=f"{UNREAD}: 10 to 20 %",
    grade="assumed",
)
POST_FILL_SMALL = Sourced(name="post_fill_small", value=1_000_000, unit="nL", source=_POST_FILL, grade="paper")
POST_FILL_LARGE = Sourced(name="post_fill_large", value=2_000_000, unit="nL", source=_POST_FILL, grade="paper")
SMALL_PUMP = Sourced(name="small_pump", value=20_000_000, unit="nL", source=_POST_FILL, grade="paper")

BRIDGE_DECISION = Sourced(
    name="bridge_decision",
    value=1,
    unit="decision for each change of concentration",
    source="Saulino 2016, doi 10.1111/ner.12388",
    grade="paper",
)
PRIME_RATE = Sourced(
    name="prime_rate", value=14_400_000, unit="nL/day", source=f"{OWN_CHOICE}: 10 µL a minute", grade="assumed"
)

LABEL_TOLERANCE = Sourced(
    name="label_tolerance",
    value=50,
    unit="per mille",
    source="concentration within 5 % of the label, lioresal.com/hcp/dosing-and-administration/ampules-refill-kit",
    grade="maker",
)
MIXTURE_LIMIT = Sourced(
    name="mixture_limit",
    value=100,
    unit="per mille",
    source=f"{OWN_CHOICE}: twice the label tolerance",
    grade="assumed",
)
RINSE = Sourced(name="rinse", value=5_000_000, unit="nL", source=f"{OWN_CHOICE}: one 5 mL syringe", grade="assumed")

NUMBERS = register(
    START_FACTOR,
    LONG_EFFECT,
    LARGEST_SCREENING,
    START_TWO_PEOPLE,
    LIBRARY,
    SPINAL_STEP,
    CEREBRAL_STEP,
    SPINAL_MAINTENANCE,
    CEREBRAL_MAINTENANCE,
    LOWERING_STEP,
    PAEDIATRIC_BELOW,
    STEP_INTERVAL,
    FIRST_DAY,
    PUMP_ROUNDING,
    HIGH_DOSE,
    LONG_INTERRUPTION,
    SLIP_WINDOW,
    PEAK_SHARE,
    BOOK_AHEAD,
    DRUG_LIFE,
    WORST_DELIVERY,
    WORST_UNDELIVERABLE,
    RESIDUAL_VOLUME,
    RESIDUAL_SHARE,
    RESIDUAL_TREND,
    POST_FILL_SMALL,
    POST_FILL_LARGE,
    SMALL_PUMP,
    BRIDGE_DECISION,
    PRIME_RATE,
    LABEL_TOLERANCE,
    MIXTURE_LIMIT,
    RINSE,
)
"""All of them by name, for a page that shows where each comes from."""


def hardest(*numbers: Sourced) -> Severity:
    """BLOCK where every number has a source, TWO_PEOPLE where one is assumed."""
    assumed = any(number.grade == "assumed" for number in numbers)
    return Severity.TWO_PEOPLE if assumed else Severity.BLOCK
