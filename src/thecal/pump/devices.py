"""What is fixed when a pump is made: one table, every number with its birthplace.

Profiles of real classes do what is known of them; what could not be found is graded *assumed*. Invented behaviour
belongs to the Thecal reference pump, which takes its numbers from what is published of a peristaltic pump.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto

from thecal.sources import OWN_CHOICE, UNREAD, Grade, Sourced
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

_PRODUCT_PAGE = "SynchroMed II product page for clinicians, medtronic.com/de-de"
_PRIMING_NOTICE = "SynchroMed II priming notice 2016/17, medicaldevices.icij.org, 8870 software card"
_REPLACEMENT_PAGE = "drug pump replacement page, medtronic.com/uk-en"
_VALVE_SIZES = "Prometra field safety notice, dokumen.tips, REF 11827, 13827, 16827"
_VALVE_APPROVAL = "Prometra II approval for baclofen, practicalneurology.com"
_VALVE_ACCURACY = "Prometra II instructions for use, page 22, manualshive.com/ru/manual/flowonix/13827"
_LIFE_FIT = f"{OWN_CHOICE}: seven years at 0.3 mL/day, five at 1 mL/day, within the five to seven of the maker's page"


def _number(name: str, value: int, unit: str, source: str, grade: Grade) -> Sourced:
    return Sourced(name=name, value=value, unit=unit, source=source, grade=grade)


CAPACITY_20 = _number("capacity_20", 20_000_000, "nL", _PRODUCT_PAGE, "maker")
CAPACITY_40 = _number("capacity_40", 40_000_000, "nL", _PRODUCT_PAGE, "maker")
RATE_MIN = _number("rate_min", 48_000, "nL/day", _PRODUCT_PAGE, "maker")
RATE_MAX = _number("rate_max", 24_000_000, "nL/day", UNREAD, "assumed")
MINIMUM_RATE = _number("minimum_rate", 6_000, "nL/day", UNREAD, "assumed")
TUBING = _number("tubing", 140_000, "nL", _PRIMING_NOTICE, "maker")
TUBING_BEFORE_2016 = _number("tubing_before_2016", 199_000, "nL", _PRIMING_NOTICE, "maker")
ACCESS_PORT = _number("access_port", 140_000, "nL", _PRODUCT_PAGE, "maker")
CATHETER_PER_CM = _number("catheter_per_cm", 2_200, "nL/cm", f"{UNREAD}: a bore of 0.53 mm", "assumed")
UNDELIVERABLE = _number("undeliverable", 1_400_000, "nL", _PRODUCT_PAGE, "maker")
FLOW_ACCURACY = _number(
    "flow_accuracy",
    145,
    "per mille",
    "labelled accuracy, in the over-infusion notice, medicaldevices.icij.org (SynchroMed II 8637)",
    "label",
)
_REFILL_CHARTS = "Neurosurgery, August 2004, refill charts; metajournal.com/articles/journal/2174/neurosurgery/2004/8"
LOW_RESERVOIR_ALARM = _number("low_reservoir_alarm", 4_000_000, "nL", _REFILL_CHARTS, "paper")
"""Of 88 pumps whose alarm stood at 2 mL some ran into withdrawal above it; at 4 mL none did again."""
LOW_RESERVOIR_ALARM_OF_OLD = _number("low_reservoir_alarm_of_old", 2_000_000, "nL", _REFILL_CHARTS, "paper")
"""What the maker of that time recommended; it can still be selected."""
STOPPED_TOO_LONG = _number(
    "stopped_too_long",
    48 * HOUR_MS,
    "ms",
    "the pump's alarms as told by gillettechildrens.org, Intrathecal Baclofen Discharge Information",
    "maker",
)
SERVICE_LIFE = _number("service_life", 7 * 365 * DAY_MS, "ms", _REPLACEMENT_PAGE, "maker")
INDICATOR_TO_END = _number("indicator_to_end", 90 * DAY_MS, "ms", _REPLACEMENT_PAGE, "maker")
BEEP_NON_CRITICAL = _number(
    "beep_non_critical", HOUR_MS, "ms", "ITB pump management page, medtronic.com/us-en", "maker"
)
BEEP_CRITICAL = _number("beep_critical", 10 * MINUTE_MS, "ms", UNREAD, "assumed")
STAGE_LIFE = _number("stage_life", 10 * MINUTE_MS, "ms", OWN_CHOICE, "assumed")
SILENT_CRITICAL = _number("silent_critical", 4 * HOUR_MS, "ms", OWN_CHOICE, "assumed")
SILENT_NON_CRITICAL = _number("silent_non_critical", DAY_MS, "ms", OWN_CHOICE, "assumed")
CLOCK_STEP = _number("clock_step", 26 * HOUR_MS, "ms", f"{OWN_CHOICE}: across every time zone", "assumed")

REFERENCE_PULSE = _number("reference_pulse", 1, "nL/pulse", OWN_CHOICE, "assumed")
PERISTALTIC_PULSE = _number("peristaltic_pulse", 50, "nL/pulse", UNREAD, "assumed")
SEPTUM = _number("septum", 500, "punctures", _PRODUCT_PAGE, "maker")
THICKNESS_20 = _number("thickness_20", 19_500, "um", _PRODUCT_PAGE, "maker")
THICKNESS_40 = _number("thickness_40", 26_000, "um", _PRODUCT_PAGE, "maker")
DIAMETER = _number("diameter", 87_500, "um", _PRODUCT_PAGE, "maker")
BATTERY = _number("battery", 2_690_000_000_000, "nJ", _LIFE_FIT, "assumed")
BATTERY_BASELINE = _number("battery_baseline", 10, "nJ/ms", f"{OWN_CHOICE}: ten microwatts", "assumed")
BATTERY_PER_NL = _number("battery_per_nl", 596, "nJ/nL", _LIFE_FIT, "assumed")
BATTERY_ALARM = _number("battery_alarm", 2, "nJ/ms", f"{OWN_CHOICE}, while an alarm stands", "assumed")
BATTERY_RESERVE = _number(
    "battery_reserve", 147_000_000_000, "nJ", f"{OWN_CHOICE}: ninety days of alarms at 1 mL/day", "assumed"
)
BATTERY_FRAME = _number("battery_frame", 2_000_000, "nJ", f"{OWN_CHOICE}: one frame on the wand", "assumed")
BATTERY_HANDSHAKE = _number(
    "battery_handshake", 50_000_000, "nJ", f"{OWN_CHOICE}: the arithmetic of one handshake", "assumed"
)
TELEMETRY_BUDGET = _number(
    "telemetry_budget", 1, "per mille", f"{OWN_CHOICE}: of the battery, in 24 h, for strangers' handshakes", "assumed"
)

LEGACY_CAPACITY = _number(
    "legacy_capacity",
    18_000_000,
    "nL",
    "SynchroMed EL 8627, fda.gov/medicaldevices/safety/listofrecalls/ucm359111.htm",
    "maker",
)

VALVE_CAPACITY_20 = _number("valve_capacity_20", 20_000_000, "nL", _VALVE_SIZES, "maker")
VALVE_CAPACITY_40 = _number("valve_capacity_40", 40_000_000, "nL", _VALVE_APPROVAL, "maker")
VALVE_PULSE = _number("valve_pulse", 2_000, "nL/pulse", UNREAD, "assumed")
VALVE_RATE_MIN = _number("valve_rate_min", 2_000, "nL/day", f"{UNREAD}: one micro-bolus a day", "assumed")
VALVE_MINIMUM_RATE = _number(
    "valve_minimum_rate", 2_000, "nL/day", f"{UNREAD}: no faster than what can be programmed", "assumed"
)
VALVE_RATE_MAX = _number("valve_rate_max", 28_800_000, "nL/day", UNREAD, "assumed")
VALVE_TUBING = _number("valve_tubing", 140_000, "nL", UNREAD, "assumed")
VALVE_UNDELIVERABLE = _number("valve_undeliverable", 0, "nL", UNREAD, "assumed")
VALVE_ACCURACY = _number("valve_accuracy", 150, "per mille", _VALVE_ACCURACY, "label")
VALVE_LIFE = _number("valve_life", 10 * 365 * DAY_MS, "ms", _VALVE_APPROVAL, "maker")
VALVE_BATTERY_PER_NL = _number("valve_battery_per_nl", 60, "nJ/nL", UNREAD, "assumed")
VALVE_BATTERY = _number("valve_battery", 3_300_000_000_000, "nJ", UNREAD, "assumed")


class Drive(Enum):
    """How the metal moves fluid."""

    PERISTALTIC = auto()
    VALVE_GATED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpModel:
    """One kind of pump. Volumes in nL, rates in nL/day, times in ms, energies in nJ, lengths in um.

    `undeliverable_nl` comes on top of the capacity. `minimum_rate_nl_per_day` is a mode of its own, no faster than the
    slowest rate that can be programmed: whoever falls back to it gets no more than before. `numbers` are the same
    values with their sources.

    What a class is known to do, and the reference pump does not: `single_bolus_stops` (a single bolus ended in a
    stopped pump), `stops_while_updating` (staging stops delivery until the commit), `telemetry_trap` (a pump that
    sounds, and that a field has put into telemetry, delivers nothing until it is interrogated).
    """

    name: str
    drive: Drive
    capacity_nl: int
    undeliverable_nl: int
    rate_min_nl_per_day: int
    rate_max_nl_per_day: int
    minimum_rate_nl_per_day: int
    pulse_nl: int
    tubing_nl: int
    accuracy_per_mille: int
    service_life_ms: int
    indicator_to_end_ms: int
    battery_nj: int
    baseline_nj_per_ms: int
    pulse_nj_per_nl: int
    mri: str
    senses_stall: bool
    patient_dose_drugs: tuple[str, ...]
    single_bolus_stops: bool
    stops_while_updating: bool
    telemetry_trap: bool
    numbers: tuple[Sourced, ...]

    def __post_init__(self) -> None:
        assert self.minimum_rate_nl_per_day <= self.rate_min_nl_per_day, "a fall to the minimum rate gives no more"


def _instead(of: PumpModel, others: dict[Sourced, Sourced]) -> tuple[Sourced, ...]:
    """The numbers of a model with some exchanged."""
    return tuple(others.get(number, number) for number in of.numbers)


REFERENCE_20 = PumpModel(
    name="Thecal reference pump 20 mL",
    drive=Drive.PERISTALTIC,
    capacity_nl=CAPACITY_20.whole(),
    undeliverable_nl=UNDELIVERABLE.whole(),
    rate_min_nl_per_day=RATE_MIN.whole(),
    rate_max_nl_per_day=RATE_MAX.whole(),
    minimum_rate_nl_per_day=MINIMUM_RATE.whole(),
    pulse_nl=REFERENCE_PULSE.whole(),
    tubing_nl=TUBING.whole(),
    accuracy_per_mille=FLOW_ACCURACY.whole(),
    service_life_ms=SERVICE_LIFE.whole(),
    indicator_to_end_ms=INDICATOR_TO_END.whole(),
    battery_nj=BATTERY.whole(),
    baseline_nj_per_ms=BATTERY_BASELINE.whole(),
    pulse_nj_per_nl=BATTERY_PER_NL.whole(),
    mri="conditional, 1.5 T and 3 T",
    senses_stall=True,
    patient_dose_drugs=(),
    single_bolus_stops=False,
    stops_while_updating=False,
    telemetry_trap=False,
    numbers=(
        CAPACITY_20, THICKNESS_20, DIAMETER, SEPTUM, UNDELIVERABLE, RATE_MIN, RATE_MAX, MINIMUM_RATE, REFERENCE_PULSE,
        TUBING, ACCESS_PORT, FLOW_ACCURACY, SERVICE_LIFE, INDICATOR_TO_END, BATTERY, BATTERY_BASELINE, BATTERY_PER_NL,
        BEEP_CRITICAL, BEEP_NON_CRITICAL,
    ),
)  # fmt: skip
REFERENCE_40 = replace(
    REFERENCE_20,
    name="Thecal reference pump 40 mL",
    capacity_nl=CAPACITY_40.whole(),
    numbers=_instead(REFERENCE_20, {CAPACITY_20: CAPACITY_40, THICKNESS_20: THICKNESS_40}),
)
SYNCHROMED_20 = replace(
    REFERENCE_20,
    name="SynchroMed II class 20 mL",
    pulse_nl=PERISTALTIC_PULSE.whole(),
    stops_while_updating=True,
    telemetry_trap=True,
    numbers=_instead(REFERENCE_20, {REFERENCE_PULSE: PERISTALTIC_PULSE}),
)
SYNCHROMED_40 = replace(
    SYNCHROMED_20,
    name="SynchroMed II class 40 mL",
    capacity_nl=CAPACITY_40.whole(),
    numbers=_instead(SYNCHROMED_20, {CAPACITY_20: CAPACITY_40, THICKNESS_20: THICKNESS_40}),
)
SYNCHROMED_EL = replace(
    SYNCHROMED_20,
    name="SynchroMed EL class 18 mL",
    capacity_nl=LEGACY_CAPACITY.whole(),
    mri="unknown: ask the maker",
    senses_stall=False,
    single_bolus_stops=True,
    numbers=_instead(SYNCHROMED_20, {CAPACITY_20: LEGACY_CAPACITY}),
)
"""That this class sensed no stall, and that its single bolus ended in a stopped pump, is assumed."""
PROMETRA_20 = PumpModel(
    name="Prometra II class 20 mL",
    drive=Drive.VALVE_GATED,
    capacity_nl=VALVE_CAPACITY_20.whole(),
    undeliverable_nl=VALVE_UNDELIVERABLE.whole(),
    rate_min_nl_per_day=VALVE_RATE_MIN.whole(),
    rate_max_nl_per_day=VALVE_RATE_MAX.whole(),
    minimum_rate_nl_per_day=VALVE_MINIMUM_RATE.whole(),
    pulse_nl=VALVE_PULSE.whole(),
    tubing_nl=VALVE_TUBING.whole(),
    accuracy_per_mille=VALVE_ACCURACY.whole(),
    service_life_ms=VALVE_LIFE.whole(),
    indicator_to_end_ms=INDICATOR_TO_END.whole(),
    battery_nj=VALVE_BATTERY.whole(),
    baseline_nj_per_ms=BATTERY_BASELINE.whole(),
    pulse_nj_per_nl=VALVE_BATTERY_PER_NL.whole(),
    mri="conditional, 1.5 T; the reservoir is emptied first",
    senses_stall=False,
    patient_dose_drugs=("morphine",),
    single_bolus_stops=False,
    stops_while_updating=False,
    telemetry_trap=False,
    numbers=(
        VALVE_CAPACITY_20, VALVE_UNDELIVERABLE, VALVE_RATE_MIN, VALVE_RATE_MAX, VALVE_MINIMUM_RATE, VALVE_PULSE,
        VALVE_TUBING, VALVE_ACCURACY, VALVE_LIFE, INDICATOR_TO_END, VALVE_BATTERY, BATTERY_BASELINE,
        VALVE_BATTERY_PER_NL, BEEP_CRITICAL, BEEP_NON_CRITICAL,
    ),
)  # fmt: skip
PROMETRA_40 = replace(
    PROMETRA_20,
    name="Prometra II class 40 mL",
    capacity_nl=VALVE_CAPACITY_40.whole(),
    numbers=_instead(PROMETRA_20, {VALVE_CAPACITY_20: VALVE_CAPACITY_40}),
)
PUMP_MODELS: dict[str, PumpModel] = {
    model.name: model
    for model in (
        REFERENCE_20, REFERENCE_40, SYNCHROMED_20, SYNCHROMED_40, SYNCHROMED_EL, PROMETRA_20, PROMETRA_40,
    )
}  # fmt: skip
