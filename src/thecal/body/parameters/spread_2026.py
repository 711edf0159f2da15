"""How people differ from the default set: one factor per decision, log-normal around one.

No published study measured these factors on the same people, so they are drawn without correlation, which is itself an
assumption. Canal volume was measured; the rest are chosen so that virtual patients cover the published ranges of
clearance, and of lumbar to cisternal concentration. Half-lives in CSF stay narrower than published: from 2 to 8 h after
a bolus the extremes of eleven people are 1.3 and 3.1 h, where four patients had 0.9 to 5 h, and no independent spread
of these factors reaches that.
"""

from dataclasses import dataclass

from thecal.body.parameters.two_pool_2026 import TWO_POOL
from thecal.sources import COMPUTED, OWN_CHOICE, UNREAD, Grade, Sourced, register


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """One way in which people differ: a factor e^(`power` `log_sd` z) on every one of `fields` (names in `Parameters`).

    `power` −1: more sensitive is a smaller concentration. The name keys the draw; changing it draws other people.
    """

    name: str
    fields: tuple[str, ...]
    log_sd: Sourced
    power: float = 1.0


WIDE_RANGES = (
    f"{OWN_CHOICE}: makes clearances nearly as wide as published (13 to 80 mL/h, Sallerin-Caute 1991, doi "
    "10.1007/BF00265844); half-lives (0.9 to 5 h there) stay narrower"
)
PLACEHOLDER = f"{OWN_CHOICE}: a placeholder, as the numbers that it spreads"
NO_DATA = f"{OWN_CHOICE}: nobody measured it in people"
PLASMA = "oral baclofen in children, He 2014 (PMID 24607242)"
HOGAN = (
    f"{COMPUTED} from 49.9 with an SD of 12.1 mL (Hogan 1996, Anesthesiology 84:1341) and 35.8 with 10.9 mL (Sullivan "
    "2006): 0.24 and 0.30"
)


def _varied(
    name: str, fields: tuple[str, ...], log_sd: float, source: str, grade: Grade = "assumed", power: float = 1.0
) -> Varied:
    number = Sourced(name=f"spread of {name}", value=log_sd, unit="log SD", source=source, grade=grade)
    return Varied(name=name, fields=fields, log_sd=number, power=power)


SPREAD: tuple[Varied, ...] = (
    Varied(name="sensitivity", fields=("ashworth_ec50", "reflex_ic50"), log_sd=TWO_POOL.sensitivity_log_sd, power=-1.0),
    _varied("tolerance", ("tolerance_chronic", "fast_tolerance", "slow_tolerance"), 0.5, NO_DATA),
    _varied("dispersion", ("dispersion_floor",), 0.8, WIDE_RANGES),
    _varied("pulsation", ("mixing_length",), 0.8, WIDE_RANGES),
    _varied("spinal clearance", ("spinal_clearance",), 0.6, WIDE_RANGES),
    _varied("cord exchange", ("cord_exchange",), 0.4, NO_DATA),
    _varied("cord partition", ("cord_partition",), 0.3, NO_DATA),
    _varied("cord clearance", ("cord_clearance",), 0.5, NO_DATA),
    _varied("canal area", ("area_scale",), 0.25, HOGAN, "derived"),
    _varied("fluid production", ("csf_production",), 0.25, f"{UNREAD}: 0.3 to 0.4 mL/min"),
    _varied("cranial exchange", ("cranial_exchange",), 0.5, NO_DATA),
    _varied("spread at the tip", ("pump_spread", "lumbar_puncture_spread"), 0.2, NO_DATA),
    _varied("brainstem sensitivity", ("sedation_ec50", "coma_ec50"), 0.7, PLACEHOLDER, power=-1.0),
    _varied("rebound", ("rebound",), 0.5, PLACEHOLDER),
    _varied("plasma clearance", ("plasma_clearance",), 0.33, PLASMA, "paper"),
    _varied("plasma volume", ("plasma_volume",), 0.44, PLASMA, "paper"),
)
SPREADS: dict[str, Sourced] = register(*(varied.log_sd for varied in SPREAD))
"""Every spread by its name, for screens and reports that show where numbers come from."""
