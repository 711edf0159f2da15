"""The default set of 2026: one adult, two effect pools, fitted to published means.

`derived` numbers come from `thecal.body.validation.fit`, which says how, and are rounded; each carries the log-SD that
the fit leaves it with. Numbers of which the published means say less than a quarter (mixing length, everything of the
cord, exchange with the head, the spread of a puncture) were left where theory or an earlier choice had them, and are
`assumed`, as are numbers that have no source that was read.
"""

from thecal.body.parameters.definition import Parameters
from thecal.sources import COMPUTED, OWN_CHOICE, UNREAD, Grade, Sourced

KINETICS = (
    "fit to published means of baclofen in human CSF: half-life and clearance (Sallerin-Caute 1991, "
    "doi 10.1007/BF00265844; US label as commonly quoted), volume (Swiss label, ch.oddb.org, 52535) and "
    "lumbar:cisternal ratio (touchneurology.com, troubleshooting for ITB)"
)
EFFECT = (
    "fit to published responses: H-reflex (Stokic 2006; Stokic 2012, PMID 22595326), Ashworth after 50 mcg "
    "(Stokic & Yablon 2005, PMID 16181946; Meythaler 2001), onset, peak and duration (US label as commonly quoted)"
)
UNTOLD = f"{OWN_CHOICE}: the published means say next to nothing of it"
PLASMA = "oral baclofen in children, J Child Neurol 2015 (PMID 25028414) and He 2014 (PMID 24607242)"
PLACEHOLDER = f"{OWN_CHOICE}: a placeholder, of which only the order of magnitude is meant"
RECEPTORS = f"{OWN_CHOICE}, after receptor density in rats within a week, Kroin 1993 (J Neurosurg 79:544)"
DRIFT = f"{OWN_CHOICE}: makes a dose of 83 mcg/day drift to some 270 within a year, PMID 22151522"
TIMING = f"{OWN_CHOICE}, by hand: withdrawal shows one to three days after a stop and grows over one to three more"
SPASMS = (
    f"{OWN_CHOICE} of form; spasms against tone: 0.95, 0.90 and 1.10 (Penn 1989, doi 10.1056/NEJM198906083202303; "
    "Coffey 1993; Meythaler 2001)"
)
PLACEBO = f"{OWN_CHOICE}: Van Schaeybroeck 2000 (PMID 10719857) calls it marked; no size was read"
TYPICAL_STROKE = "0.65 mL a cycle at the neck, Enzmann & Pelc 1993; 0.58 to 0.62 mL, doi 10.1186/s12987-024-00520-0"


def _number(name: str, value: float, unit: str, source: str, grade: Grade) -> Sourced:
    return Sourced(name=name, value=value, unit=unit, source=source, grade=grade)


def _fitted(name: str, value: float, unit: str, source: str, log_sd: float) -> Sourced:
    return _number(name, value, unit, f"{source}; log-SD {log_sd:g}", "derived")


TWO_POOL = Parameters(
    dispersion_floor=_fitted("dispersion floor", 0.1, "cm2/s", KINETICS, 0.26),
    mixing_length=_number(
        "mixing-length factor", 0.25, "1", f"{OWN_CHOICE}: 0.02 to 1 fit the published means equally well", "assumed"
    ),
    cardiac_stroke=_number("cardiac stroke volume at the foramen magnum", 0.6, "mL", TYPICAL_STROKE, "paper"),
    cardiac_taper=_number("cardiac stroke taper exponent", 1.3, "1", UNREAD, "assumed"),
    cardiac_frequency=_number("heart rate", 1.1, "Hz", UNREAD, "assumed"),
    respiratory_stroke=_number("respiratory stroke volume at the foramen magnum", 0.3, "mL", UNREAD, "assumed"),
    respiratory_taper=_number("respiratory stroke taper exponent", 0.6, "1", UNREAD, "assumed"),
    respiratory_frequency=_number("breathing rate", 0.25, "Hz", UNREAD, "assumed"),
    area_scale=_number(
        "canal area scale",
        1.0,
        "1",
        "1 is an adult of 170 cm; people differ by a log-SD near 0.25 (Hogan 1996; Sullivan 2006)",
        "paper",
    ),
    spinal_clearance=_fitted("clearance from spinal CSF", 0.222, "1/h", KINETICS, 0.23),
    cord_exchange=_number(
        "CSF-cord exchange", 0.35, "1/h", f"{UNREAD}: D of 3.3e-6 cm2/s in 5.78 D/R^2, R 4.5 mm", "assumed"
    ),
    cord_partition=_number("cord:CSF partition", 1.0, "1", UNREAD, "assumed"),
    cord_clearance=_number(
        "clearance from cord", 0.05, "1/h", f"{OWN_CHOICE}: 0.005 to 0.2 fit equally well", "assumed"
    ),
    csf_production=_number("CSF production", 21.0, "mL/h", UNREAD, "assumed"),
    spinal_absorption=_number(
        "share of CSF absorbed along the spine", 0.27, "1", f"{OWN_CHOICE}: 0.02 to 0.5 fit equally well", "assumed"
    ),
    cisternal_volume=_number("cisternal volume", 30.0, "mL", UNREAD, "assumed"),
    cranial_volume=_number("cranial subarachnoid volume", 120.0, "mL", UNREAD, "assumed"),
    cranial_exchange=_number("cisternal-cranial exchange", 57.0, "mL/h", UNTOLD, "assumed"),
    brain_uptake=_number("loss from cranial CSF", 0.02, "1/h", UNTOLD, "assumed"),
    pump_spread=_number(
        "spread at a pump catheter's tip", 1.25, "cm", f"{OWN_CHOICE}: 1 to 1.5 cm is plausible", "assumed"
    ),
    lumbar_puncture_spread=_number("spread of a lumbar injection of 1 to 2 mL", 3.0, "cm", UNREAD, "assumed"),
    plasma_clearance=_number("clearance from plasma", 0.20, "L/h/kg", PLASMA, "paper"),
    plasma_volume=_number("volume of plasma and what it exchanges with", 0.85, "L/kg", PLASMA, "paper"),
    fast_rate=_fitted("fast effect pool", 1.28, "1/h", EFFECT, 0.39),
    slow_rate=_fitted("slow effect pool", 0.04, "1/h", EFFECT, 0.44),
    slow_share=_fitted("share of the slow pool", 0.42, "1", EFFECT, 0.36),
    ashworth_ec50=_fitted("half-effect concentration on tone", 76.0, "ng/mL", EFFECT, 0.22),
    ashworth_slope=_fitted("Hill slope on tone", 2.11, "1", EFFECT, 0.26),
    ashworth_largest=_number(
        "largest suppression of tone", 1.0, "1", f"{OWN_CHOICE}: no ceiling was fitted", "assumed"
    ),
    reflex_ic50=_fitted("half-effect concentration on the H-reflex", 26.0, "ng/mL", EFFECT, 0.25),
    reflex_slope=_fitted("Hill slope on the H-reflex", 1.63, "1", EFFECT, 0.14),
    sensitivity_log_sd=_number(
        "spread of sensitivity between people",
        0.6,
        "log SD of the half-effect concentration",
        UNREAD,
        "assumed",
    ),
    brain_rate=_number("brainstem effect pool", 0.5, "1/h", PLACEHOLDER, "assumed"),
    sedation_ec50=_number("half-effect concentration on wakefulness", 200.0, "ng/mL", PLACEHOLDER, "assumed"),
    coma_ec50=_number("half-effect concentration on breathing", 800.0, "ng/mL", PLACEHOLDER, "assumed"),
    sedation_slope=_number("Hill slope on wakefulness and breathing", 3.0, "1", PLACEHOLDER, "assumed"),
    tolerance_naive=_number(
        "tolerance before any baclofen", 1.0, "1", f"{COMPUTED}: 1 by definition of the scale", "derived"
    ),
    tolerance_chronic=_fitted("tolerance on chronic therapy", 2.9, "1", EFFECT, 0.19),
    fast_tolerance=_number("fast tolerance at full occupancy", 0.6, "1", RECEPTORS, "assumed"),
    fast_tolerance_time=_number("time of fast tolerance", 3.0, "days", RECEPTORS, "assumed"),
    slow_tolerance=_number("slow tolerance at full occupancy", 2.4, "1", DRIFT, "assumed"),
    slow_tolerance_time=_number("time of slow tolerance", 150.0, "days", DRIFT, "assumed"),
    rebound=_number(
        "rebound of tone at full fast tolerance",
        0.5,
        "Ashworth grades",
        f"{OWN_CHOICE}: only its order is meant",
        "assumed",
    ),
    withdrawal_time=_number("time in which a shortfall makes itself felt", 84.0, "h", TIMING, "assumed"),
    withdrawal_early=_number("shortfall at which early withdrawal shows", 0.27, "1", TIMING, "assumed"),
    withdrawal_severe=_number("shortfall at which withdrawal is severe", 0.7, "1", TIMING, "assumed"),
    withdrawal_grave=_number("shortfall at which withdrawal is grave", 0.95, "1", TIMING, "assumed"),
    spasm_relief=_number("relief of spasms for each share of leg tone suppressed", 0.98, "1", SPASMS, "assumed"),
    weakness_factor=_number(
        "half-effect concentration on useful tone against that on spastic tone", 4.0, "1", PLACEHOLDER, "assumed"
    ),
    placebo_relief=_number("largest relief by placebo", 0.5, "Ashworth grades", PLACEBO, "assumed"),
    placebo_rise=_number("time in which placebo sets in", 0.5, "h", PLACEBO, "assumed"),
    placebo_fade=_number("time in which placebo wears off", 6.0, "h", PLACEBO, "assumed"),
)
