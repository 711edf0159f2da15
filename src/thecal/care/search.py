"""The search for the cause: one step after the other, hardware before dose.

The order is a best-practice panel's; each step says what it looks for and how often that is found, as far as somebody
counted. No step suggests a dose. Nothing here blocks: the search is advice.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.findings import Finding, Rule, Severity
from thecal.sources import UNREAD

_PANEL = "Saulino 2016, troubleshooting, doi 10.1111/ner.12467"
_POSTER = "fsahq.org/2022-fsa-posters, P020"
_PORT = "catheter access port study, repub.eur.nl/pub/126152"
_ISOTOPE = "isotopic scintigraphy in intrathecal drug delivery failure, pure.eur.nl/en/publications"
_REVISION = "the dose fell after each repair, Heetla 2009, PubMed 19333246"

HARDWARE = Rule(
    name="trouble.hardware_first",
    severity=Severity.REASON,
    asks="Pump, reservoir and catheter are looked at before the dose is raised.",
    source=_REVISION,
    grade="paper",
)
SKIPPED = Rule(
    name="trouble.skipped",
    severity=Severity.NOTE,
    asks="A step that was passed over is named, so that nobody takes it for done.",
    source=_PANEL,
    grade="paper",
)
RESTART_LOW = Rule(
    name="trouble.restart_low",
    severity=Severity.NOTE,
    asks="After a fault was mended drug arrives that did not arrive before: restart low, watched.",
    source=_REVISION,
    grade="paper",
)
RULES = (HARDWARE, SKIPPED, RESTART_LOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStep:
    """One step of the search: what is done, what it asks, what it is known to yield, and whose advice it is."""

    number: int
    do: str
    asks: str
    yields: str
    source: str


SEARCH = (
    SearchStep(
        number=0,
        do="Decide whether it is an emergency",
        asks="Does tone rise fast with unstable pulse, pressure or temperature? Floppy and drowsy?",
        yields="Either is treated first; the search goes on beside it.",
        source=_PANEL,
    ),
    SearchStep(
        number=1,
        do="Take the history",
        asks="Since when, how, what makes it worse or better? Drugs, procedures, last refill, alarms heard or missed?",
        yields="When it began beside what happened then.",
        source=_PANEL,
    ),
    SearchStep(
        number=2,
        do="Examine",
        asks="Tone, strength, reflexes; pulse, pressure, temperature, breathing; alertness.",
        yields="Too little, too much, or neither.",
        source=_PANEL,
    ),
    SearchStep(
        number=3,
        do="Look for what provokes spasticity",
        asks="Bladder infection, pressure sore, constipation, fracture, ingrown nail, thrombosis, relapse?",
        yields="A cause with pump and catheter intact.",
        source=f"{_PANEL}; the list is common teaching",
    ),
    SearchStep(
        number=4,
        do="Draw blood",
        asks="Signs of infection? Is the muscle enzyme (CK) rising?",
        yields="Infection; muscle breaking down in withdrawal.",
        source=_PANEL,
    ),
    SearchStep(
        number=5,
        do="Interrogate the pump",
        asks="Alarms, concentration, rate, mode, log: stopped, stalled, empty, changed by mistake?",
        yields="Every fault that the pump knows of.",
        source=f"{_PANEL}; {_POSTER}",
    ),
    SearchStep(
        number=6,
        do="Empty the reservoir and compare",
        asks="What does the syringe draw, and what does the pump expect?",
        yields="A pump that gives less or more than it counts; drug that never went in.",
        source=_PANEL,
    ),
    SearchStep(
        number=7,
        do="Take plain X-rays",
        asks="Does the pump lie as it should? Catheter whole, kinked, come apart? Where is the tip?",
        yields="The mainstay among the pictures.",
        source="Delhaas 2017, PubMed 28840489",
    ),
    SearchStep(
        number=8,
        do="Watch the rotor turn",
        asks="Do the rollers stand elsewhere after a programmed bolus? The bolus is drug: the prescriber orders it.",
        yields="A motor that stands still.",
        source=_POSTER,
    ),
    SearchStep(
        number=9,
        do="Aspirate through the catheter access port",
        asks="Does spinal fluid come freely, and the catheter's drug with it?",
        yields="17 of 70 catheters (24 %) could not be aspirated in one series.",
        source=_PORT,
    ),
    SearchStep(
        number=10,
        do="Picture the catheter with contrast, only after it was aspirated",
        asks="Leak, blockage, disconnection, a tip outside the fluid? Not aspirated: no contrast.",
        yields="With computed tomography it finds 81 % of faults and clears 93 % of sound systems (50 studies).",
        source=_PORT,
    ),
    SearchStep(
        number=11,
        do="Follow a tracer from the reservoir",
        asks="Does it reach the fluid within three days, and does it spread?",
        yields="Finds 95 %, clears 93 % (36 examinations).",
        source=_ISOTOPE,
    ),
    SearchStep(
        number=12,
        do="Measure the pressure wave through the access port",
        asks="Does the fluid's pulse reach the port? Research only.",
        yields="Finds 89 %, clears 68 % (37 patients).",
        source="metajournal.com/articles/714366",
    ),
    SearchStep(
        number=13,
        do="Three-dimensional computed tomography",
        asks="Where does the catheter run, all of it?",
        yields="22 complications in 12 of 51 people, half of them of the catheter.",
        source="PubMed 27389121",
    ),
    SearchStep(
        number=14,
        do="Test with a lumbar puncture bolus",
        asks="Does the person respond to drug that did not come through the pump? A prescriber orders it.",
        yields="A response here and none to the pump is a fault of delivery.",
        source=f"{UNREAD}: the reasoning only",
    ),
    SearchStep(
        number=15,
        do="Replace the drug in the reservoir",
        asks="Was it the drug and the concentration of the label?",
        yields="An error of the pharmacy or of the vial.",
        source=_POSTER,
    ),
    SearchStep(
        number=16,
        do="Revise by surgery, and restart low",
        asks="Where was the drug while it did not arrive? After the repair, start low and watch.",
        yields="In 11 people the dose fell in the first month after the repair.",
        source=_REVISION,
    ),
)
"""In order. A step's number is its place."""

_BEFORE_A_DOSE = (5, 6, 7)
_ASPIRATE, _CONTRAST, _REVISE = 9, 10, 16


class Result(Enum):
    """What a step gave."""

    SOUND = auto()
    """Done, and everything is as it should be."""
    FAULT = auto()
    """Done, and something is wrong."""
    NOT_POSSIBLE = auto()
    """Tried, and it could not be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What one step gave. A step that is not named is not done."""

    step: int
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCase:
    """What the search gave so far, and whether the dose is to be raised meanwhile."""

    results: tuple[StepResult, ...] = ()
    raises_dose: bool | None = None


def result_of(results: tuple[StepResult, ...], step: int) -> Result | None:
    """The step's last result; None where it is not done."""
    return next((each.result for each in reversed(results) if each.step == step), None)


def next_step(results: tuple[StepResult, ...]) -> SearchStep | None:
    """The first step that is not done. No contrast while the catheter could not be aspirated.

    >>> next_step(()).do
    'Decide whether it is an emergency'
    >>> done = tuple(StepResult(step=each.number, result=Result.SOUND) for each in SEARCH[:9])
    >>> next_step((*done, StepResult(step=9, result=Result.SOUND))).number
    10
    >>> next_step((*done, StepResult(step=9, result=Result.NOT_POSSIBLE))).number
    11
    """
    aspirated = result_of(results, _ASPIRATE) is Result.SOUND
    return next(
        (
            step
            for step in SEARCH
            if result_of(results, step.number) is None and (step.number != _CONTRAST or aspirated)
        ),
        None,
    )


def judge_search(case: SearchCase) -> list[Finding]:
    """What is missing before a dose is raised, what was passed over, and what a found fault means for the restart.

    >>> sound = tuple(StepResult(step=each.number, result=Result.SOUND) for each in SEARCH[:8])
    >>> judge_search(SearchCase(results=sound, raises_dose=True))
    []
    >>> [f.rule for f in judge_search(SearchCase(results=sound[:6], raises_dose=True))]
    ['trouble.hardware_first']
    >>> [f.rule for f in judge_search(SearchCase(results=sound[:5] + sound[7:], raises_dose=None))]
    ['trouble.skipped']
    >>> fault = StepResult(step=7, result=Result.FAULT)
    >>> [f.rule for f in judge_search(SearchCase(results=(*sound[:7], fault), raises_dose=True))]
    ['trouble.hardware_first', 'trouble.restart_low']
    """
    return [*_hardware_first(case), *_skipped(case.results), *_restart_low(case.results)]


QUESTIONS = {"trouble.search": (SearchCase, judge_search)}


def _hardware_first(case: SearchCase) -> list[Finding]:
    """What is not done is not sound, and neither is what is at fault or could not be done."""
    lacking = [step for step in _BEFORE_A_DOSE if result_of(case.results, step) is not Result.SOUND]
    if case.raises_dose is not True or not lacking:
        return []
    names = "; ".join(SEARCH[step].do.lower() for step in lacking)
    return [
        HARDWARE.finding(
            field="raises_dose",
            says=f"Not done, or not as it should be: {names}.",
            remedy="A rising need is a failing system until shown otherwise. Do these first, or write down why not.",
        )
    ]


def _skipped(results: tuple[StepResult, ...]) -> list[Finding]:
    last = max((each.step for each in results), default=0)
    passed = [step for step in SEARCH[:last] if result_of(results, step.number) is None]
    if not passed or last == _REVISE:
        return []
    return [
        SKIPPED.finding(
            field="step",
            says=f"Passed over: {', '.join(f'{step.number} {step.do.lower()}' for step in passed)}.",
            remedy="Do them, or know that they are not done.",
        )
    ]


def _restart_low(results: tuple[StepResult, ...]) -> list[Finding]:
    mended = result_of(results, _REVISE) is not None
    faulty = [step for step in range(_BEFORE_A_DOSE[0], _REVISE) if result_of(results, step) is Result.FAULT]
    if not mended and not faulty:
        return []
    return [
        RESTART_LOW.finding(
            field="step",
            says="Pump or catheter was at fault: the dose on the screen is not what arrived.",
            remedy="Once it is mended, a prescriber sets a low dose in a monitored bed.",
        )
    ]
