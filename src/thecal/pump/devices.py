"""What is fixed when a pump is made: one table, every number with its birthplace.

The Thecal reference pump is invented. It takes its numbers from what is published of a peristaltic pump of the 2000s;
what could not be found is graded *assumed*.
"""

from dataclasses import dataclass

from thecal.sources import OWN_CHOICE, UNREAD, Sourced
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

_PRODUCT_PAGE = "SynchroMed II product page for clinicians, medtronic.com/de-de"
_PRIMING_NOTICE = "SynchroMed II priming notice 2016/17, medicaldevices.icij.org, 8870 software card"
_REPLACEMENT_PAGE = "drug pump replacement page, medtronic.com/uk-en"

CAPACITY_20 = Sourced(name="capacity_20", value=20_000_000, unit="nL", source=_PRODUCT_PAGE, grade="maker")
CAPACITY_40 = Sourced(name="capacity_40", value=40_000_000, unit="nL", source=_PRODUCT_PAGE, grade="maker")
RATE_MIN = Sourced(name="rate_min", value=48_000, unit="nL/day", source=_PRODUCT_PAGE, grade="maker")
RATE_MAX = Sourced(name="rate_max", value=24_000_000, unit="nL/day", source=UNREAD, grade="assumed")
MINIMUM_RATE = Sourced(name="minimum_rate", value=6_000, unit="nL/day", source=UNREAD, grade="assumed")
TUBING = Sourced(name="tubing", value=140_000, unit="nL", source=_PRIMING_NOTICE, grade="maker")
TUBING_BEFORE_2016 = Sourced(name="tubing_before_2016", value=199_000, unit="nL", source=_PRIMING_NOTICE, grade="maker")
CATHETER_PER_CM = Sourced(
    name="catheter_per_cm", value=2_200, unit="nL/cm", source=f"{UNREAD}: a bore of 0.53 mm", grade="assumed"
)
UNDELIVERABLE = Sourced(name="undeliverable", value=1_400_000, unit="nL", source=_PRODUCT_PAGE, grade="maker")
FLOW_ACCURACY = Sourced(
    name="flow_accuracy",
    value=145,
    unit="per mille",
    source="labelled accuracy, in the over-infusion notice, medicaldevices.icij.org (SynchroMed II 8637)",
    grade="label",
)
LOW_RESERVOIR_ALARM = Sourced(
    name="low_reservoir_alarm",
    value=2_000_000,
    unit="nL",
    source="Neurosurgery, August 2004, refill charts; metajournal.com/articles/journal/2174/neurosurgery/2004/8",
    grade="paper",
)
STOPPED_TOO_LONG = Sourced(
    name="stopped_too_long",
    value=48 * HOUR_MS,
    unit="ms",
    source="the pump's alarms as told by gillettechildrens.org, Intrathecal Baclofen Discharge Information",
    grade="maker",
)
SERVICE_LIFE = Sourced(name="service_life", value=7 * 365 * DAY_MS, unit="ms", source=_REPLACEMENT_PAGE, grade="maker")
INDICATOR_TO_END = Sourced(
    name="indicator_to_end", value=90 * DAY_MS, unit="ms", source=_REPLACEMENT_PAGE, grade="maker"
)
BEEP_NON_CRITICAL = Sourced(
    name="beep_non_critical",
    value=HOUR_MS,
    unit="ms",
    source="ITB pump management page, medtronic.com/us-en",
    grade="maker",
)
BEEP_CRITICAL = Sourced(name="beep_critical", value=10 * MINUTE_MS, unit="ms", source=UNREAD, grade="assumed")
STAGE_LIFE = Sourced(name="stage_life", value=10 * MINUTE_MS, unit="ms", source=OWN_CHOICE, grade="assumed")


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpModel:
    """One kind of pump. Volumes in nL, rates in nL/day, times in ms."""

    name: str
    capacity_nl: int
    rate_min_nl_per_day: int
    rate_max_nl_per_day: int
    minimum_rate_nl_per_day: int
    tubing_nl: int
    service_life_ms: int
    indicator_to_end_ms: int


def _reference(name: str, capacity: Sourced) -> PumpModel:
    return PumpModel(
        name=name,
        capacity_nl=capacity.whole(),
        rate_min_nl_per_day=RATE_MIN.whole(),
        rate_max_nl_per_day=RATE_MAX.whole(),
        minimum_rate_nl_per_day=MINIMUM_RATE.whole(),
        tubing_nl=TUBING.whole(),
        service_life_ms=SERVICE_LIFE.whole(),
        indicator_to_end_ms=INDICATOR_TO_END.whole(),
    )


REFERENCE_20 = _reference("Thecal reference pump 20 mL", CAPACITY_20)
REFERENCE_40 = _reference("Thecal reference pump 40 mL", CAPACITY_40)
PUMP_MODELS: dict[str, PumpModel] = {model.name: model for model in (REFERENCE_20, REFERENCE_40)}
