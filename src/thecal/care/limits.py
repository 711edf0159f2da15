"""Every limit the rules use, with its birthplace. `hardest` says how hard a rule that rests on them may be."""

from thecal.findings import Severity
from thecal.sources import Sourced, register
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

_LABEL_START = "baclofen label, initial dose (clinical.md §0.1, §1.4)"
_LABEL_STEP = "baclofen label, titration (clinical.md §1.4)"

START_FACTOR = Sourced(name="start_factor", value=2, unit="times", source=_LABEL_START, grade="label")
LONG_EFFECT = Sourced(name="long_effect", value=8 * HOUR_MS, unit="ms", source=_LABEL_START, grade="label")
LARGEST_SCREENING = Sourced(
    name="largest_screening_dose",
    value=100 * PG_PER_MCG,
    unit="pg",
    source="baclofen label, screening (clinical.md §1.3)",
    grade="label",
)
START_TWO_PEOPLE = Sourced(
    name="start_two_people",
    value=100 * PG_PER_MCG,
    unit="pg/day",
    source="upper end of usual starts, CMSC 2015 (clinical.md §2.4)",
    grade="paper",
)
LIBRARY_PG_PER_NL = (500, 1_000, 2_000)
LIBRARY = Sourced(
    name="least_concentration",
    value=LIBRARY_PG_PER_NL[0],
    unit="pg/nL",
    source="supplied as 500, 1000 and 2000 mcg/mL (clinical.md §1.1)",
    grade="label",
)

SPINAL_STEP = Sourced(name="spinal_step", value=300, unit="per mille", source=_LABEL_STEP, grade="label")
CEREBRAL_STEP = Sourced(name="cerebral_step", value=150, unit="per mille", source=_LABEL_STEP, grade="label")
SPINAL_MAINTENANCE = Sourced(name="spinal_maintenance", value=400, unit="per mille", source=_LABEL_STEP, grade="label")
CEREBRAL_MAINTENANCE = Sourced(
    name="cerebral_maintenance", value=200, unit="per mille", source=_LABEL_STEP, grade="label"
)
LOWERING_STEP = Sourced(name="lowering_step", value=200, unit="per mille", source=_LABEL_STEP, grade="label")
PAEDIATRIC_BELOW = Sourced(
    name="paediatric_below",
    value=18,
    unit="years",
    source="UK licence, 4 to under 18 years (clinical.md §1.2)",
    grade="label",
)
STEP_INTERVAL = Sourced(name="step_interval", value=DAY_MS, unit="ms", source=_LABEL_STEP, grade="label")
FIRST_DAY = Sourced(name="first_day", value=DAY_MS, unit="ms", source=_LABEL_START, grade="label")
PUMP_ROUNDING = Sourced(
    name="pump_rounding",
    value=100,
    unit="per million",
    source="half a nanolitre a day at the slowest rate is 10 per million; ten times that",
    grade="derived",
)
HIGH_DOSE = Sourced(
    name="high_dose",
    value=1_000 * PG_PER_MCG,
    unit="pg/day",
    source="baclofen label, limited experience above 1000 mcg/day (clinical.md §1.4)",
    grade="label",
)
LONG_INTERRUPTION = Sourced(
    name="long_interruption", value=2 * DAY_MS, unit="ms", source="interlock I-17 (safety.md §5.3)", grade="assumed"
)

SLIP_WINDOW = Sourced(
    name="slip_window", value=30, unit="per mille", source="a choice; interlock I-14 names the ratios", grade="assumed"
)
PEAK_SHARE = Sourced(
    name="peak_share", value=200, unit="per mille", source="interlock I-16 (safety.md §5.3)", grade="assumed"
)

BOOK_AHEAD = Sourced(
    name="book_ahead",
    value=7 * DAY_MS,
    unit="ms",
    source="maker's pump management page, a week earlier (device.md §1.2, L)",
    grade="maker",
)
DRUG_LIFE = Sourced(
    name="drug_life",
    value=180 * DAY_MS,
    unit="ms",
    source="refill within 180 days, PMID 38043050 (clinical.md §1.1)",
    grade="paper",
)
WORST_DELIVERY = Sourced(
    name="worst_delivery",
    value=1_145,
    unit="per mille",
    source="over-infusion limit of 14.5 % (device.md §1.1, F), taken as lasting",
    grade="assumed",
)
WORST_UNDELIVERABLE = Sourced(
    name="worst_undeliverable",
    value=1_400_000,
    unit="nL",
    source="greatest residual volume (device.md §1.1, A), taken as there",
    grade="assumed",
)

RESIDUAL_VOLUME = Sourced(
    name="residual_volume",
    value=2_000_000,
    unit="nL",
    source="ASRA 2017 poster (device.md §1.1, H)",
    grade="paper",
)
RESIDUAL_SHARE = Sourced(
    name="residual_share",
    value=145,
    unit="per mille",
    source="flow accuracy in the device label (device.md §1.1, F and H)",
    grade="label",
)
RESIDUAL_TREND = Sourced(
    name="residual_trend",
    value=100,
    unit="per mille",
    source="general knowledge, 10 to 20 % (clinical.md §2.4)",
    grade="assumed",
)
POST_FILL_SMALL = Sourced(
    name="post_fill_small", value=1_000_000, unit="nL", source="Maino 2017 (clinical.md §2.4)", grade="paper"
)
POST_FILL_LARGE = Sourced(
    name="post_fill_large", value=2_000_000, unit="nL", source="Maino 2017 (clinical.md §2.4)", grade="paper"
)
SMALL_PUMP = Sourced(
    name="small_pump", value=20_000_000, unit="nL", source="Maino 2017 (clinical.md §2.4)", grade="paper"
)

BRIDGE_DECISION = Sourced(
    name="bridge_decision",
    value=1,
    unit="decision for each change of concentration",
    source="Saulino 2016 (device.md §2.1, Q)",
    grade="paper",
)
PRIME_RATE = Sourced(
    name="prime_rate", value=14_400_000, unit="nL/day", source="a choice: 10 µL a minute", grade="assumed"
)

LABEL_TOLERANCE = Sourced(
    name="label_tolerance",
    value=50,
    unit="per mille",
    source="concentration within 5 % of the label (clinical.md §1.1)",
    grade="maker",
)
MIXTURE_LIMIT = Sourced(
    name="mixture_limit", value=100, unit="per mille", source="a choice: twice the label tolerance", grade="assumed"
)
RINSE = Sourced(name="rinse", value=5_000_000, unit="nL", source="a choice: one 5 mL syringe", grade="assumed")

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
    """BLOCK where every number has a source, TWO_PEOPLE where one is assumed (design D10)."""
    assumed = any(number.grade == "assumed" for number in numbers)
    return Severity.TWO_PEOPLE if assumed else Severity.BLOCK
