"""Effect pools, tolerance and what an examiner finds, in SBML.

Names carry the muscle: `felt_soleus` (ng/mL), `tolerance_soleus`, `suppressed_soleus` (a fraction), `mas_soleus`.
`spasms_left` multiplies a Penn score; `withdrawal` is the number of a stage. Placebo is left out.
The equations are those of `thecal.body.kinetics`, `adaptation` and `response`, written down a second time.
"""

import numpy as np

from thecal.body import Body
from thecal.body.adaptation import HOURS_PER_DAY, Adaptation
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.kinetics import NG_PER_MCG, POOLS
from thecal.body.parameters import Parameters
from thecal.body.response import MAS_LARGEST
from thecal.body.signs import NOT_A_REASSURANCE, WITHDRAWAL_LABEL
from thecal.body.spasms import LEGS
from thecal.interop.document import Document
from thecal.interop.subject import Subject

MUSCLES: tuple[str, ...] = tuple(target.replace(" ", "_") for target in TARGETS)
"""The target muscles as names, in the order of `thecal.body.anatomy.TARGETS`."""

_CONSTANTS = {
    "slow_share": "dimensionless",
    "ashworth_ec50": "ng_per_mL",
    "ashworth_slope": "dimensionless",
    "ashworth_largest": "dimensionless",
    "reflex_ic50": "ng_per_mL",
    "reflex_slope": "dimensionless",
    "sedation_ec50": "ng_per_mL",
    "coma_ec50": "ng_per_mL",
    "sedation_slope": "dimensionless",
    "rebound": "dimensionless",
    "weakness_factor": "dimensionless",
    "spasm_relief": "dimensionless",
}
_STAGES = ("withdrawal_early", "withdrawal_severe", "withdrawal_grave")
_CHANGING = {
    "fast_tolerance": "dimensionless",
    "slow_tolerance": "dimensionless",
    "withdrawal_time": "h",
    **dict.fromkeys(_STAGES, "dimensionless"),
}
_DAYS = ("fast_tolerance_time", "slow_tolerance_time")


def write_pools(document: Document, body: Body, names: list[str], start: Floats) -> None:
    """Every effect pool from `start` (pools,), ng/mL: e' = k (s − e), with s a mean over nodes."""
    document.constant("ng_per_mcg", NG_PER_MCG, "ng_per_mcg")
    driven = set()
    for index, pool in enumerate(POOLS):
        source, name = f"around_{_name(pool.split(',')[0])}", _name(pool)
        if source not in driven:
            driven.add(source)
            document.assigned(source, _mean(names, body.pools.weights[index] / NG_PER_MCG), "ng_per_mL")
        document.constant(f"rate_of_{name}", float(body.pools.rates_per_h[index]), "per_h")
        document.driven(name, float(start[index]), f"rate_of_{name} * ({source} - {name})", "ng_per_mL")


def write_response(document: Document, parameters: Parameters, subject: Subject) -> None:
    """Tolerance, tone and reflex of every muscle, and what the brainstem's pool means."""
    _write_numbers(document, parameters, _CONSTANTS)
    document.constant("baseline_mas", subject.baseline_mas, "dimensionless", note="Without drug, 0 to 4.")
    document.constant("sensitivity", subject.sensitivity, "dimensionless", note="2: half the drug does as much.")
    if isinstance(subject.tolerance, Adaptation):
        _write_numbers(document, parameters, _CHANGING)
        for name in _DAYS:
            number = getattr(parameters, name)
            document.constant(name, number.value * HOURS_PER_DAY, "h", note=f"{number.value:g} days: {number.source}")
    for index, muscle in enumerate(MUSCLES):
        felt = f"(1 - slow_share) * {muscle}_fast + slow_share * {muscle}_slow"
        document.assigned(f"felt_{muscle}", felt, "ng_per_mL")
        _write_tolerance(document, muscle, index, subject.tolerance)
        _write_tone(document, muscle, changing=isinstance(subject.tolerance, Adaptation))
    half = "reflex_ic50 * tolerance_soleus / sensitivity"
    _write_hill(document, "reflex_lost_soleus", "felt_soleus", half, "reflex_slope")
    legs = " + ".join(f"suppressed_{MUSCLES[index]}" for index in LEGS)
    document.assigned("spasms_left", f"1 - spasm_relief * ({legs}) / {len(LEGS)}", "dimensionless")
    if isinstance(subject.tolerance, Adaptation):
        _write_withdrawal(document)
    _write_brain(document)


def _write_tolerance(document: Document, muscle: str, index: int, tolerance: float | Adaptation) -> None:
    """The factor on half-effect concentrations: a constant, or what a fast and a slow part make it."""
    half = f"ashworth_ec50 * tolerance_{muscle} / sensitivity"
    if isinstance(tolerance, Adaptation):
        fast, slow, short = f"fast_{muscle}", f"slow_{muscle}", f"shortfall_{muscle}"
        occupancy = f"occupancy_{muscle}"
        start = [float(part[index]) for part in (tolerance.fast, tolerance.slow, tolerance.shortfall)]
        fallen = f"({fast} - {occupancy}) * tolerance_{muscle}"
        document.assigned(
            f"tolerance_{muscle}", f"1 + fast_tolerance * {fast} + slow_tolerance * {slow}", "dimensionless"
        )
        document.assigned(f"fallen_{muscle}", fallen, "dimensionless")
        document.driven(fast, start[0], f"({occupancy} - {fast}) / fast_tolerance_time", "dimensionless")
        document.driven(slow, start[1], f"({occupancy} - {slow}) / slow_tolerance_time", "dimensionless")
        document.driven(short, start[2], f"(fallen_{muscle} - {short}) / withdrawal_time", "dimensionless")
    else:
        document.constant(f"tolerance_{muscle}", tolerance, "dimensionless")
    _write_hill(document, f"occupancy_{muscle}", f"felt_{muscle}", half, "ashworth_slope")


def _write_tone(document: Document, muscle: str, *, changing: bool) -> None:
    """The share of tone suppressed, and the Modified Ashworth score that leaves, with rebound where there is any."""
    document.assigned(f"suppressed_{muscle}", f"ashworth_largest * occupancy_{muscle}", "dimensionless")
    left = f"(1 - suppressed_{muscle})"
    rebound = f" + rebound * fast_{muscle} * {left}" if changing else ""
    document.assigned(f"unbounded_mas_{muscle}", f"baseline_mas * {left}{rebound}", "dimensionless")
    highest = f"unbounded_mas_{muscle} if {MAS_LARGEST} > unbounded_mas_{muscle} else {MAS_LARGEST}"
    document.assigned(f"mas_{muscle}", highest, "dimensionless")
    occupied = f"occupancy_{muscle}"
    lost = f"{occupied} / ({occupied} + weakness_factor ** ashworth_slope * (1 - {occupied}))"
    document.assigned(f"weakness_{muscle}", lost, "dimensionless")


def _write_withdrawal(document: Document) -> None:
    """`withdrawal`, 0 none to 3 grave, by the largest shortfall over the muscles."""
    worst = f"shortfall_{MUSCLES[0]}"
    for muscle in MUSCLES[1:]:
        own, before = f"shortfall_{muscle}", worst
        worst = f"worst_to_{muscle}"
        document.assigned(worst, f"{own} if {own} > {before} else {before}", "dimensionless")
    for stage in _STAGES:
        document.assigned(f"reached_{stage}", f"1 if {worst} > {stage} else 0", "dimensionless")
    document.assigned(
        "withdrawal", " + ".join(f"reached_{stage}" for stage in _STAGES), "dimensionless", note=WITHDRAWAL_LABEL
    )


def _write_brain(document: Document) -> None:
    """Drowsiness and the risk to breathing; the brain's tolerance is the mean over the muscles."""
    tolerances = " + ".join(f"tolerance_{muscle}" for muscle in MUSCLES)
    document.assigned("tolerance_brain", f"({tolerances}) / {len(MUSCLES)}", "dimensionless")
    for name, half in (("drowsiness", "sedation_ec50"), ("breathing_risk", "coma_ec50")):
        scaled = f"{half} * tolerance_brain / sensitivity"
        _write_hill(document, name, "brainstem", scaled, "sedation_slope", note=NOT_A_REASSURANCE)


def _write_hill(document: Document, name: str, felt: str, half: str, slope: str, *, note: str = "") -> None:
    """cⁿ/(halfⁿ + cⁿ); what rounding leaves below zero is none."""
    document.assigned(
        f"powered_{name}", f"({felt} / ({half})) ** {slope} if {felt} > ng_per_mL(0) else 0", "dimensionless"
    )
    document.assigned(name, f"powered_{name} / (1 + powered_{name})", "dimensionless", note=note)


def _write_numbers(document: Document, parameters: Parameters, units: dict[str, str]) -> None:
    """Numbers of the parameter set, each with its birthplace."""
    for name, unit in units.items():
        number = getattr(parameters, name)
        document.constant(name, number.value, unit, note=f"{number.name}: {number.source} ({number.grade})")


def _mean(names: list[str], weights: Floats) -> str:
    """A weighted sum of nodes in ng/mL."""
    terms = [f"{float(weights[node])!r} * {names[node]}" for node in np.flatnonzero(weights)]
    return f"ng_per_mcg * ({' + '.join(terms)})"


def _name(pool: str) -> str:
    return pool.replace(",", "").replace(" ", "_")
