"""The operation: what was implanted, what each part holds, and what a prime would do.

The record tells what happened, so nothing here blocks. What matters most is what the tubing and the catheter hold when
they are joined: a prime fills empty parts, and it pushes everything that lies ahead of them towards the tip. Behind an
empty catheter that is fluid; behind a catheter that still holds drug, the prime of new tubing is a bolus of old drug.
"""

from dataclasses import dataclass

from thecal.care.answers import Questions, require
from thecal.care.path import Holds, Part, missing
from thecal.care.prime import Prime, in_path_pg, prime
from thecal.findings import Finding, Rule, Severity
from thecal.sources import COMPUTED, OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, decimal_text, round_div, show_duration, show_mass, show_volume

MM_PER_CM = 10
TUBING, CATHETER = "tubing", "catheter"

PUMP_DEPTH = Sourced(
    name="greatest_pump_depth",
    value=25,
    unit="mm",
    source="no deeper than 2.5 cm, SynchroMed II and Ascenda page, medicalbuy.net, 2012",
    grade="maker",
)
NUMBERS = register(PUMP_DEPTH)

_RECALLS = "affected lots of catheters and connectors, notices of 2013 and 2014, fda.gov/MedicalDevices/Safety"
_X_RAY = "plain X-ray shows the catheter's course and the tip's level, Delhaas 2017, PubMed 28840489"
_PRIMING = "a prime that is too large is an overdose, priming notices of 2013 and 2016, medicaldevices.icij.org"

BOOKED = Rule(
    name="surgery.booked",
    severity=Severity.TWO_PEOPLE,
    asks="Was the operation booked, with all that is asked before it?",
    source=f"{OWN_CHOICE}: screening test, consent, infection and rehabilitation are asked about in the booking",
    grade="assumed",
)
DEPTH = Rule(
    name="surgery.depth",
    severity=Severity.TWO_PEOPLE,
    asks="Does the pump lie so deep that needle and wand may not reach it?",
    source=PUMP_DEPTH.source,
    grade=PUMP_DEPTH.grade,
    numbers=(PUMP_DEPTH,),
)
LOTS = Rule(
    name="surgery.lots",
    severity=Severity.REASON,
    asks="Are serial number and lots written down, so that a recall finds the patient?",
    source=_RECALLS,
    grade="maker",
)
LENGTH = Rule(
    name="surgery.length",
    severity=Severity.REASON,
    asks="Are the catheter's length and what was trimmed of it written down?",
    source=f"{OWN_CHOICE}: prime and bridge are worked out from the implanted length",
    grade="assumed",
)
TIP = Rule(
    name="surgery.tip",
    severity=Severity.REASON,
    asks="Is the tip's level written down as an X-ray shows it?",
    source=_X_RAY,
    grade="paper",
)
PARTS = Rule(
    name="surgery.parts",
    severity=Severity.REASON,
    asks="Is it written down what the tubing and the catheter hold?",
    source=_PRIMING,
    grade="maker",
)
PUSHES = Rule(
    name="surgery.prime_pushes",
    severity=Severity.TWO_PEOPLE,
    asks="Would a prime of empty tubing push drug out of a catheter that holds some?",
    source=f"{COMPUTED}: in plug flow, what enters at one end leaves at the other",
    grade="derived",
)
GAP = Rule(
    name="surgery.gap",
    severity=Severity.REASON,
    asks="Will fluid without drug reach the tip behind the drug in the catheter?",
    source=f"{COMPUTED}: in plug flow, the tubing's volume over the rate",
    grade="derived",
)

RULES = (BOOKED, DEPTH, LOTS, LENGTH, TIP, PARTS, PUSHES, GAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCase:
    """What was implanted; None is not known. `concentration_pg_per_nl` is of the drug that the catheter holds or gets.

    `catheter_nl_per_cm` is the volume per centimetre on record. `rate_nl_per_day` is the rate the pump will run at,
    where it is settled already, and `booked` is whether a complete booking is on record.
    """

    booked: bool | None = None
    serial: str | None = None
    pump_lot: str | None = None
    catheter_lot: str | None = None
    catheter_total_mm: int | None = None
    catheter_trimmed_mm: int | None = None
    catheter_nl_per_cm: int | None = None
    tubing_nl: int | None = None
    tubing_holds: Holds = Holds.UNKNOWN
    catheter_holds: Holds = Holds.UNKNOWN
    concentration_pg_per_nl: int | None = None
    rate_nl_per_day: int | None = None
    tip_level: str | None = None
    tip_seen_on_x_ray: bool | None = None
    pump_depth_mm: int | None = None

    @property
    def implanted_mm(self) -> int | None:
        """The catheter's length in the patient; None where not known, or where more was trimmed than there was."""
        if self.catheter_total_mm is None or self.catheter_trimmed_mm is None:
            return None
        left_mm = self.catheter_total_mm - self.catheter_trimmed_mm
        return left_mm if self.catheter_trimmed_mm >= 0 and left_mm > 0 else None

    @property
    def catheter_nl(self) -> int | None:
        """What the implanted catheter holds; None where that is not known."""
        if self.implanted_mm is None or self.catheter_nl_per_cm is None:
            return None
        return round_div(self.implanted_mm * self.catheter_nl_per_cm, MM_PER_CM)


def parts_of(case: OperationCase) -> tuple[Part, Part]:
    """Tubing and catheter, as written down.

    >>> case = OperationCase(catheter_total_mm=890, catheter_trimmed_mm=120, catheter_nl_per_cm=2_200,
    ...     tubing_nl=140_000, tubing_holds=Holds.DRUG, catheter_holds=Holds.NO_DRUG)
    >>> [part.volume_nl for part in parts_of(case)]
    [140000, 169400]
    """
    return (
        Part(name=TUBING, volume_nl=case.tubing_nl, holds=case.tubing_holds),
        Part(name=CATHETER, volume_nl=case.catheter_nl, holds=case.catheter_holds),
    )


def prime_of(case: OperationCase) -> Prime | None:
    """The prime of the parts recorded as holding no drug; None where something is not known, or nothing is empty.

    It is arithmetic and no advice: whether it pushes drug out is for `judge_operation`.

    >>> case = OperationCase(catheter_total_mm=890, catheter_trimmed_mm=120, catheter_nl_per_cm=2_200,
    ...     tubing_nl=140_000, tubing_holds=Holds.NO_DRUG, catheter_holds=Holds.NO_DRUG, concentration_pg_per_nl=500)
    >>> prime_of(case).volume_nl
    309400
    >>> from dataclasses import replace
    >>> prime_of(replace(case, catheter_holds=Holds.UNKNOWN)) is None
    True
    """
    if case.concentration_pg_per_nl is None:
        return None
    return prime(parts=parts_of(case), concentration_pg_per_nl=case.concentration_pg_per_nl)


def pushed_pg(*, primed_nl: int, catheter_nl: int, concentration_pg_per_nl: int) -> int:
    """The drug that leaves the tip when `primed_nl` enters a catheter full of drug, in plug flow.

    >>> pushed_pg(primed_nl=140_000, catheter_nl=169_400, concentration_pg_per_nl=2_000)
    280000000
    >>> pushed_pg(primed_nl=200_000, catheter_nl=169_400, concentration_pg_per_nl=2_000)
    338800000
    """
    return min(primed_nl, catheter_nl) * concentration_pg_per_nl


def judge_operation(case: OperationCase) -> list[Finding]:
    """What the record of an operation lacks, and what a prime of its parts would do.

    >>> done = OperationCase(booked=True, serial="TH-1", pump_lot="A1", catheter_lot="B2", catheter_total_mm=890,
    ...     catheter_trimmed_mm=120, catheter_nl_per_cm=2_200, tubing_nl=140_000, tubing_holds=Holds.DRUG,
    ...     catheter_holds=Holds.NO_DRUG, concentration_pg_per_nl=500, tip_level="T10", tip_seen_on_x_ray=True,
    ...     pump_depth_mm=25)
    >>> judge_operation(done)
    []
    >>> from dataclasses import replace
    >>> def asked(**changed):
    ...     return [(f.rule, f.severity.name) for f in judge_operation(replace(done, **changed))]
    >>> asked(pump_depth_mm=26), asked(catheter_lot=" "), asked(tip_seen_on_x_ray=None)
    ([('surgery.depth', 'TWO_PEOPLE')], [('surgery.lots', 'REASON')], [('surgery.tip', 'REASON')])
    >>> asked(catheter_trimmed_mm=None), asked(booked=None)
    ([('surgery.length', 'REASON')], [('surgery.booked', 'TWO_PEOPLE')])
    >>> asked(catheter_holds=Holds.UNKNOWN)
    [('surgery.parts', 'REASON')]
    >>> asked(tubing_holds=Holds.NO_DRUG, catheter_holds=Holds.DRUG)
    [('surgery.prime_pushes', 'TWO_PEOPLE'), ('surgery.gap', 'REASON')]
    """
    found = require(
        BOOKED,
        answer=case.booked,
        field="serial",
        lacking="No complete booking is on record: test, consent, infection and rehabilitation were not asked about.",
        unknown="Whether the operation was booked is not known.",
        remedy="Book it first. What was done without is written down with a second person.",
    )
    found += [*_judge_depth(case), *_judge_lots(case), *_judge_length(case), *_judge_tip(case)]
    return found + judge_parts(case)


def judge_parts(case: OperationCase) -> list[Finding]:
    """What the parts hold, and what a prime would push through the tip.

    >>> judge_parts(OperationCase(tubing_holds=Holds.DRUG, catheter_holds=Holds.DRUG))
    []
    >>> [f.rule for f in judge_parts(OperationCase(tubing_holds=Holds.DRUG))]
    ['surgery.parts']
    """
    if Holds.UNKNOWN in {case.tubing_holds, case.catheter_holds}:
        return [_parts_unknown(case)]
    if case.tubing_holds is Holds.NO_DRUG and case.catheter_holds is Holds.DRUG:
        return [_pushes(case), _gap(case)]
    return []


def _judge_depth(case: OperationCase) -> list[Finding]:
    """A depth that nobody measured is said where the pump may be out of reach: in the refill, by touch."""
    if case.pump_depth_mm is None or case.pump_depth_mm <= PUMP_DEPTH.whole():
        return []
    return [
        DEPTH.finding(
            field="pump_depth_mm",
            says=f"The pump lies {_cm(case.pump_depth_mm)} deep, more than {_cm(PUMP_DEPTH.whole())}.",
            remedy="Check that the wand reads it and a needle reaches the port; a second person agrees to leave it.",
        )
    ]


def _judge_lots(case: OperationCase) -> list[Finding]:
    """A recall is looked up by serial number and lot."""
    written = {
        "the pump's serial number": case.serial,
        "the pump's lot": case.pump_lot,
        "the catheter's lot": case.catheter_lot,
    }
    gaps = [name for name, text in written.items() if not (text or "").strip()]
    if not gaps:
        return []
    return [
        LOTS.finding(
            field="catheter_lot" if gaps[-1] == "the catheter's lot" else "pump_lot",
            says=f"Not written down: {', '.join(gaps)}. A recall could not be looked up.",
            remedy="Copy them from the packages' stickers, or write down why they are not to be had.",
        )
    ]


def _judge_length(case: OperationCase) -> list[Finding]:
    """Both numbers, and less trimmed than there was."""
    if case.implanted_mm is not None:
        return []
    total, trimmed = case.catheter_total_mm, case.catheter_trimmed_mm
    absurd = total is not None and trimmed is not None
    return [
        LENGTH.finding(
            field="catheter_trimmed_mm",
            says=(
                "More was trimmed than the catheter was long."
                if absurd
                else "The catheter's implanted length is not known: no prime and no bridge can be worked out."
            ),
            remedy="Write down the whole length and what was cut off, or why they are not known.",
        )
    ]


def _judge_tip(case: OperationCase) -> list[Finding]:
    """The level, and that somebody has seen it there."""
    if not (case.tip_level or "").strip():
        return [
            TIP.finding(field="tip_level", says="The tip's level is not known.", remedy="Take an X-ray, or say why.")
        ]
    return require(
        TIP,
        answer=case.tip_seen_on_x_ray,
        field="tip_seen_on_x_ray",
        lacking=f"No X-ray shows the tip at {case.tip_level}.",
        unknown=f"Whether an X-ray shows the tip at {case.tip_level} is not known.",
        remedy="Look at an X-ray: later ones are compared with it. Or write down why there is none.",
    )


def _parts_unknown(case: OperationCase) -> Finding:
    """No automatic prime; how much drug may already be there."""
    parts = parts_of(case)
    held_pg = None
    if case.concentration_pg_per_nl is not None:
        held_pg = in_path_pg(parts=parts, concentration_pg_per_nl=case.concentration_pg_per_nl)
    held = "an unknown amount of drug" if held_pg is None else show_mass(held_pg)
    return PARTS.finding(
        field="tubing_holds" if case.tubing_holds is Holds.UNKNOWN else "catheter_holds",
        says=f"Not known: {missing(parts)}. No prime is worked out; the path may already hold {held}.",
        remedy="Write down what each part holds, or aspirate the catheter and write that down.",
    )


def _pushes(case: OperationCase) -> Finding:
    """New tubing that was not primed before it was joined to a catheter full of drug."""
    tubing_nl, catheter_nl, concentration = case.tubing_nl, case.catheter_nl, case.concentration_pg_per_nl
    if tubing_nl is None or catheter_nl is None or concentration is None:
        amount = "an unknown amount of drug"
    else:
        pushed = pushed_pg(primed_nl=tubing_nl, catheter_nl=catheter_nl, concentration_pg_per_nl=concentration)
        amount = show_mass(pushed)
    return PUSHES.finding(
        field="tubing_holds",
        says=f"The tubing is empty and the catheter holds drug: a prime would push {amount} through the tip at once.",
        remedy=(
            "Prime the tubing before it is joined to the catheter, or aspirate the catheter first. Otherwise do not "
            "prime, or have a second person weigh that bolus and watch the patient as after one."
        ),
    )


def _gap(case: OperationCase) -> Finding:
    """The empty tubing's volume follows the catheter's drug to the tip, whether it is primed or not."""
    volume = "An unknown volume" if case.tubing_nl is None else show_volume(case.tubing_nl)
    lasting = ""
    if case.tubing_nl is not None and case.rate_nl_per_day:
        lasting = f", for {show_duration(round_div(case.tubing_nl * DAY_MS, case.rate_nl_per_day))}"
    return GAP.finding(
        field="catheter_holds",
        says=f"{volume} of fluid without drug will pass the tip behind the drug in the catheter{lasting}.",
        remedy="Watch for too little drug in that time, or aspirate the catheter and prime tubing and catheter.",
    )


def _cm(length_mm: int) -> str:
    return f"{decimal_text(length_mm, MM_PER_CM)} cm"


QUESTIONS: Questions = {"surgery.operation": (OperationCase, judge_operation)}
"""What can be asked here: the case, and who judges it."""
