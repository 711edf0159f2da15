"""Wound and system after an operation: which signs wait for nobody, and an infected system.

A sign that nobody looked for is not known: it is asked again, and never taken for absent.
"""

from dataclasses import dataclass
from enum import Enum, auto

from thecal.findings import Finding, Rule, Severity, Urgency
from thecal.sources import OWN_CHOICE

_SIGNS = (
    "signs of infection and of a spinal fluid leak, "
    "gillettechildrens.org/your-visit/patient-education/intrathecal-baclofen-pump-possible-complications"
)
_MENINGITIS = "meningitis signs in adults, meningitisnow.org; 6 % of 119 children with pumps had it, Ghosh 2014"
_LEAFLET = (
    "any leakage, redness or swelling: contact the team urgently, Oxford discharge leaflet, paperzz.com/doc/8687332"
)
_OVERDOSE_SIGNS = "signs of too much and of too little, baclofenpump.com"
_BOXED = "boxed warning against abrupt discontinuation, label set e05080ef, api.fda.gov"

MENINGITIS = Rule(
    name="wound.meningitis",
    severity=Severity.NOTE,
    asks="Fever with a stiff neck or with drowsiness is meningitis until shown otherwise: emergency care now.",
    source=_MENINGITIS,
    grade="paper",
)
DROWSY = Rule(
    name="wound.drowsy",
    severity=Severity.NOTE,
    asks="Drowsiness after an operation is too much baclofen or an infection until shown otherwise: act now.",
    source=_OVERDOSE_SIGNS,
    grade="maker",
)
SUSPECTED = Rule(
    name="wound.suspected_infection",
    severity=Severity.NOTE,
    asks="Fever with a wound that is red, swollen or leaking is an infected system until shown otherwise: surgeon now.",
    source=_SIGNS,
    grade="paper",
)
FEVER = Rule(
    name="wound.fever",
    severity=Severity.NOTE,
    asks="Fever alone is looked into today: an infection, or withdrawal.",
    source=_SIGNS,
    grade="paper",
)
LEAK = Rule(
    name="wound.leak",
    severity=Severity.NOTE,
    asks="A leaking wound is seen today: clear fluid may be spinal fluid, anything else an infection.",
    source=_LEAFLET,
    grade="paper",
)
HEADACHE = Rule(
    name="wound.headache",
    severity=Severity.NOTE,
    asks="A headache that comes with sitting up and goes with lying flat may be a spinal fluid leak: seen today.",
    source=_SIGNS,
    grade="paper",
)
INFLAMED = Rule(
    name="wound.inflamed",
    severity=Severity.NOTE,
    asks="A red or swollen wound is seen by the surgeon's team today.",
    source=_LEAFLET,
    grade="paper",
)
NECK = Rule(
    name="wound.neck",
    severity=Severity.NOTE,
    asks="A stiff neck is looked into today, without a fever too.",
    source=_SIGNS,
    grade="paper",
)
UNKNOWN = Rule(
    name="wound.unknown",
    severity=Severity.NOTE,
    asks="A sign that nobody looked for is asked again today; it never counts as absent.",
    source=f"{OWN_CHOICE}: what is not known is not no",
    grade="assumed",
)
INFECTED = Rule(
    name="wound.infected_system",
    severity=Severity.NOTE,
    asks="An infected system is the surgeon's now.",
    source="infection is among the reasons for which the therapy was stopped, medlibrary.org/lib/rx/meds/gablofen",
    grade="label",
)
NO_PLAN = Rule(
    name="wound.no_withdrawal_plan",
    severity=Severity.TWO_PEOPLE,
    asks="Before an infected pump comes out, a plan against withdrawal is written; the removal itself never waits.",
    source=_BOXED,
    grade="label",
)
RULES = (
    MENINGITIS, DROWSY, SUSPECTED, FEVER, LEAK, HEADACHE, INFLAMED, NECK, UNKNOWN, INFECTED,
    NO_PLAN,
)  # fmt: skip


class Leak(Enum):
    """What comes out of the wound."""

    NONE = auto()
    CLEAR = auto()
    """Clear as water: it may be spinal fluid."""
    OTHER = auto()
    """Blood, or pus of any colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsCase:
    """What was seen and asked at one check. None is "not looked for, not answered"."""

    swelling: bool | None = None
    redness: bool | None = None
    leak: Leak | None = None
    fever: bool | None = None
    postural_headache: bool | None = None
    drowsiness: bool | None = None
    neck_stiffness: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InfectionCase:
    """Whether the team holds the system to be infected, and what is ready for taking it out."""

    infected: bool | None = None
    removal_planned: bool | None = None
    withdrawal_plan: bool | None = None


def judge_signs(case: SignsCase) -> list[Finding]:
    """Which signs need somebody now, and which today. Nothing here stops a check from being written down.

    >>> well = dict(swelling=False, redness=False, leak=Leak.NONE, fever=False, postural_headache=False,
    ...             drowsiness=False, neck_stiffness=False)
    >>> judge_signs(SignsCase(**well))
    []
    >>> found = judge_signs(SignsCase(**well | dict(fever=True, neck_stiffness=True)))
    >>> [(f.rule, f.urgency.name) for f in found]
    [('wound.meningitis', 'NOW')]
    >>> [(f.rule, f.urgency.name) for f in judge_signs(SignsCase(**well | dict(fever=True, drowsiness=None)))]
    [('wound.meningitis', 'NOW'), ('wound.unknown', 'TODAY')]
    >>> [f.rule for f in judge_signs(SignsCase(**well | dict(drowsiness=True)))]
    ['wound.drowsy']
    >>> [f.rule for f in judge_signs(SignsCase(**well | dict(fever=True, redness=True)))]
    ['wound.suspected_infection', 'wound.inflamed']
    >>> [f.rule for f in judge_signs(SignsCase(**well | dict(fever=True)))]
    ['wound.fever']
    >>> [f.rule for f in judge_signs(SignsCase(**well | dict(leak=Leak.CLEAR, postural_headache=True)))]
    ['wound.leak', 'wound.headache']
    >>> [f.rule for f in judge_signs(SignsCase(**well | dict(swelling=True, neck_stiffness=True)))]
    ['wound.inflamed', 'wound.neck']
    >>> [f.rule for f in judge_signs(SignsCase())]
    ['wound.unknown']
    """
    now = [*_meningitis(case), *_drowsy(case), *_suspected(case)]
    found = now or _fever_alone(case)
    return [*found, *_leak(case), *_headache(case), *_inflamed(case), *_neck(case), *_unknown(case)]


def judge_infection(case: InfectionCase) -> list[Finding]:
    """An infected system: the surgeon now, and a plan against withdrawal before the pump comes out.

    An infected pump must always be removable, so a missing plan asks for two people where the removal is planned, is
    a note while nobody has decided on it, and blocks nothing.

    >>> judge_infection(InfectionCase(infected=False))
    []
    >>> [f.rule for f in judge_infection(InfectionCase(infected=True, removal_planned=True, withdrawal_plan=True))]
    ['wound.infected_system']
    >>> found = judge_infection(InfectionCase(infected=True, removal_planned=True))
    >>> [(f.rule, f.severity.name) for f in found]
    [('wound.infected_system', 'NOTE'), ('wound.no_withdrawal_plan', 'TWO_PEOPLE')]
    >>> [(f.rule, f.severity.name) for f in judge_infection(InfectionCase(infected=True))][1]
    ('wound.no_withdrawal_plan', 'NOTE')
    """
    found: list[Finding] = []
    if case.infected is True:
        found.append(
            INFECTED.finding(
                field="infected",
                says="The system is held to be infected.",
                remedy="Call the surgeon now. Nobody stops or removes the pump without a plan against withdrawal.",
                urgency=Urgency.NOW,
            )
        )
    wanted = case.removal_planned is True or (case.infected is True and case.removal_planned is None)
    if wanted and case.withdrawal_plan is not True:
        found.append(_no_plan(case))
    return found


QUESTIONS = {
    "wound.signs": (SignsCase, judge_signs),
    "wound.infection": (InfectionCase, judge_infection),
}


def _meningitis(case: SignsCase) -> list[Finding]:
    """Both signs, or one of them with the other unknown: asking takes a minute, and meningitis does not wait for it."""
    pairs = ({case.fever, case.neck_stiffness}, {case.fever, case.drowsiness})
    if not any(True in pair and False not in pair for pair in pairs):
        return []
    words = {True: "yes", False: "no", None: "not known"}
    says = (
        f"Fever: {words[case.fever]}; stiff neck: {words[case.neck_stiffness]}; drowsiness: {words[case.drowsiness]}."
    )
    return [
        MENINGITIS.finding(
            field="fever",
            says=f"{says} Meningitis, until shown otherwise.",
            remedy="Emergency care now, with the emergency card. Ask at once what is not known, and tell the surgeon.",
            urgency=Urgency.NOW,
        )
    ]


def _drowsy(case: SignsCase) -> list[Finding]:
    if case.drowsiness is not True:
        return []
    return [
        DROWSY.finding(
            field="drowsiness",
            says="Drowsy: too much baclofen, or an infection.",
            remedy="Watch the breathing, follow the page Too much, and have the pump interrogated now.",
            urgency=Urgency.NOW,
        )
    ]


def _suspected(case: SignsCase) -> list[Finding]:
    wound = case.redness is True or case.swelling is True or case.leak in {Leak.CLEAR, Leak.OTHER}
    if case.fever is not True or not wound:
        return []
    return [
        SUSPECTED.finding(
            field="fever",
            says="Fever, and a wound that is red, swollen or leaking: an infected system, until shown otherwise.",
            remedy="Call the surgeon now. Nobody punctures the pocket or stops the pump before the surgeon is asked.",
            urgency=Urgency.NOW,
        )
    ]


def _fever_alone(case: SignsCase) -> list[Finding]:
    if case.fever is not True:
        return []
    return [
        FEVER.finding(
            field="fever",
            says="Fever, without a stiff neck and without drowsiness: an infection, or withdrawal.",
            remedy="Examine today. With stiffness or itching follow the page Too little now.",
            urgency=Urgency.TODAY,
        )
    ]


def _leak(case: SignsCase) -> list[Finding]:
    if case.leak not in {Leak.CLEAR, Leak.OTHER}:
        return []
    clear = case.leak is Leak.CLEAR
    what = "Clear fluid leaks from the wound: it may be spinal fluid." if clear else "The wound leaks blood or pus."
    return [
        LEAK.finding(
            field="leak",
            says=what,
            remedy="The surgeon's team sees it today. A clean dry dressing until then; nobody presses on it.",
            urgency=Urgency.TODAY,
        )
    ]


def _headache(case: SignsCase) -> list[Finding]:
    if case.postural_headache is not True:
        return []
    return [
        HEADACHE.finding(
            field="postural_headache",
            says="A headache that is worse upright: spinal fluid may be leaking, and the dose with it.",
            remedy="The surgeon's team sees it today. Lying flat until then.",
            urgency=Urgency.TODAY,
        )
    ]


def _inflamed(case: SignsCase) -> list[Finding]:
    signs = [word for word, seen in (("red", case.redness), ("swollen", case.swelling)) if seen is True]
    if not signs:
        return []
    return [
        INFLAMED.finding(
            field="redness" if case.redness is True else "swelling",
            says=f"The wound is {' and '.join(signs)}.",
            remedy="The surgeon's team sees it today.",
            urgency=Urgency.TODAY,
        )
    ]


def _neck(case: SignsCase) -> list[Finding]:
    if case.neck_stiffness is not True or case.fever is not False:
        return []
    return [
        NECK.finding(
            field="neck_stiffness",
            says="A stiff neck, without a fever.",
            remedy="Take the temperature again and have it examined today.",
            urgency=Urgency.TODAY,
        )
    ]


def _unknown(case: SignsCase) -> list[Finding]:
    signs = {
        "fever": case.fever,
        "neck_stiffness": case.neck_stiffness,
        "drowsiness": case.drowsiness,
        "leak": case.leak,
        "postural_headache": case.postural_headache,
        "redness": case.redness,
        "swelling": case.swelling,
    }
    missing = [name for name, value in signs.items() if value is None]
    if not missing:
        return []
    return [
        UNKNOWN.finding(
            field=missing[0],
            says=f"Not known: {', '.join(name.replace('_', ' ') for name in missing)}.",
            remedy="Ask and look again today.",
            urgency=Urgency.TODAY,
        )
    ]


def _no_plan(case: InfectionCase) -> Finding:
    known = "is not known" if case.withdrawal_plan is None else "is not written"
    return NO_PLAN.finding(
        field="withdrawal_plan",
        says=f"The plan against withdrawal {known}, and taking the pump out stops baclofen at once.",
        severity=Severity.TWO_PEOPLE if case.removal_planned is True else Severity.NOTE,
        remedy="Write down how baclofen is covered from the removal on, and who watches. Without it two people sign.",
    )
