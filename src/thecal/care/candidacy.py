"""What is asked before somebody is put before the team: who may be harmed by a pump, and what nobody has asked yet.

Two things block, an allergy to baclofen and an active infection. Everything else that has harmed patients asks for two
people, and so does what nobody knows of it. Nobody is refused for being old, small or ill: the team decides, and what
each of its members sees is weighed in `thecal.care.weighing`.
"""

from dataclasses import dataclass

from thecal.care.candidate import (
    BRAIN_INJURY_WAIT,
    ENGLAND,
    LABEL_CAUTIONS,
    LABEL_INDICATION,
    LIGHTEST,
    NICE,
    SELECTION,
    SEVERE_GROUPS,
    SEVERE_SPASMS,
    YOUNGEST,
    CandidacyCase,
    Epilepsy,
    Fusion,
    is_severe,
)
from thecal.care.limits import PAEDIATRIC_BELOW
from thecal.care.titration import Origin
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, UNREAD, Sourced
from thecal.units import NO_BREAK_SPACE, decimal_text


def _two(name: str, asks: str, source: str, *numbers: Sourced, unread: bool = False) -> Rule:
    """A rule that asks for a second person."""
    return Rule(
        name=f"candidacy.{name}",
        severity=Severity.TWO_PEOPLE,
        asks=asks,
        source=source,
        grade="assumed" if unread else "label" if source.startswith((LABEL_CAUTIONS, LABEL_INDICATION)) else "paper",
        numbers=numbers,
    )


ALLERGY = Rule(
    name="candidacy.allergy",
    severity=Severity.BLOCK,
    asks="Who is allergic to baclofen gets no pump and no screening test.",
    source=f"{SELECTION}; contraindication of the label, studylib.net/doc/9691848",
    grade="label",
)
INFECTION = Rule(
    name="candidacy.infection",
    severity=Severity.BLOCK,
    asks="While there is an active infection nothing goes forward; it is treated first.",
    source=f"{SELECTION}; {NICE.format('1.6.3')}",
    grade="paper",
)
AGE = _two("age", "Under four years, a second person weighs it.", LABEL_CAUTIONS, YOUNGEST)
BRAIN_INJURY = _two(
    "brain_injury",
    "In the first year after a traumatic brain injury, or where its date is not known, a second person weighs it.",
    LABEL_INDICATION,
    BRAIN_INJURY_WAIT,
)
BODY_SIZE = _two(
    "body_size",
    "Where the body may be too small for a pump, a second person weighs it.",
    NICE.format("1.6.3"),
    LIGHTEST,
)
FUSION = _two(
    "fusion",
    "A spine that will be fused gets the pump first; one that is fused needs a plan for the catheter.",
    f"{NICE.format('1.6.4')}; 1.6.5",
)
EPILEPSY = _two("epilepsy", "Epilepsy is weighed by two, above all where it is not controlled.", LABEL_CAUTIONS)
COAGULOPATHY = _two("coagulopathy", "A disorder of clotting is weighed by two.", NICE.format("1.6.4"))
BREATHING = _two("breathing", "A risk that breathing fails is weighed by two.", NICE.format("1.6.4"))
MALNUTRITION = _two("malnutrition", "Malnutrition is weighed by two.", NICE.format("1.6.4"))
PSYCHOSIS = _two("psychosis", "Psychosis or states of confusion are weighed by two.", LABEL_CAUTIONS)
DYSREFLEXIA = _two("dysreflexia", "A history of autonomic dysreflexia is weighed by two.", LABEL_CAUTIONS)
KIDNEYS = _two("kidneys", "Impaired kidneys keep baclofen longer, and are weighed by two.", LABEL_CAUTIONS)
PREGNANCY = _two("pregnancy", "A pregnancy is weighed by two: risk and benefit.", "rxlist.com/gablofen-drug")
OTHER_DEVICE = _two(
    "other_device",
    "Another implanted device that is programmed may be disturbed, or disturb; two people weigh it.",
    f"{UNREAD}: payers' criteria, among them Aetna CPB 0161 in a third-party summary, verity.backworkai.com",
    unread=True,
)
GOALS = _two("goals", "Goals that a pump cannot reach are talked over again before it is put in.", SELECTION)
REFILLS = _two("refills", "Somebody commits to every refill before a pump is put in.", f"{SELECTION}; {ENGLAND}")
RELIES_ON_TONE = _two(
    "relies_on_tone",
    "Who stands, walks or transfers by stiffness may lose it, and that is weighed by two.",
    f"{NICE.format('1.6.6')}; 3 of 8 who walked lost standing in the test, PMC5571990",
)
ORAL_FIRST = _two(
    "oral_first",
    "Spasticity of spinal origin goes to a pump only after baclofen by mouth failed or could not be borne.",
    LABEL_INDICATION,
)
UNKNOWN = _two(
    "unknown",
    "What nobody knows is listed, and never counts as no: two people put it forward as it is.",
    f"{OWN_CHOICE}: an open question must not be easier than its worst answer but for a block",
    unread=True,
)


def _reason(name: str, asks: str, source: str, *numbers: Sourced) -> Rule:
    """A rule that asks for a reason in words."""
    return Rule(
        name=f"candidacy.{name}", severity=Severity.REASON, asks=asks, source=source, grade="paper", numbers=numbers
    )


ONE_REGION = _reason(
    "one_region", "Where one region is the problem, it is said why botulinum toxin does not do.", "PMC2853324"
)
MILD = _reason(
    "mild",
    "Below Ashworth 4 in two muscle groups and Penn 3, it is said why a pump is weighed.",
    ENGLAND,
    SEVERE_GROUPS,
    SEVERE_SPASMS,
)
NO_BURDEN = _reason("no_burden", "Where spasticity is in nobody's way, it is said what a pump would be for.", SELECTION)
STRENGTH_UNKNOWN = _reason(
    "strength_unknown", "What would speak for a pump and is not known is listed.", f"{SELECTION}; {ENGLAND}"
)
NO_OBSTACLE = Rule(
    name="candidacy.no_obstacle",
    severity=Severity.NOTE,
    asks="A shunt, seizures and earlier surgery of the abdomen are no reason against a pump, and it is said.",
    source=SELECTION,
    grade="paper",
)

RULES = (
    ALLERGY, INFECTION, AGE, BRAIN_INJURY, BODY_SIZE, FUSION, EPILEPSY, COAGULOPATHY, BREATHING, MALNUTRITION,
    PSYCHOSIS, DYSREFLEXIA, KIDNEYS, PREGNANCY, OTHER_DEVICE, GOALS, REFILLS, RELIES_ON_TONE, ORAL_FIRST, UNKNOWN,
    ONE_REGION, MILD, NO_BURDEN, STRENGTH_UNKNOWN, NO_OBSTACLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """An answer that asks for something: in `field`, where it is `answer`; `asked` names it where it is not known."""

    field: str
    answer: bool
    rule: Rule
    asked: str
    says: str
    remedy: str


def _concern(field: str, rule: Rule, asked: str, says: str, remedy: str, *, answer: bool = True) -> Concern:
    return Concern(field=field, answer=answer, rule=rule, asked=asked, says=says, remedy=remedy)


CONCERNS = (
    _concern(
        "baclofen_allergy", ALLERGY, "an allergy to baclofen", "Allergic to baclofen.",
        "No screening test and no pump with baclofen; confirm the allergy, and look for another treatment.",
    ),
    _concern(
        "active_infection", INFECTION, "an active infection", "There is an active infection.",
        "Treat it, and come back to this page when it is over.",
    ),
    _concern(
        "coagulopathy", COAGULOPATHY, "a disorder of clotting", "A disorder of clotting.",
        "Ask haematology how a lumbar puncture and an operation can be made safe.",
    ),
    _concern(
        "breathing_risk", BREATHING, "a risk that breathing fails", "Breathing may fail.",
        "Have breathing measured, and plan where the test is watched.",
    ),
    _concern("malnutrition", MALNUTRITION, "malnutrition", "Malnutrition.", "Feed up first: wounds heal badly."),
    _concern(
        "psychosis", PSYCHOSIS, "psychosis or confusion", "Psychosis or states of confusion.",
        "Ask psychiatry; baclofen may make it worse.",
    ),
    _concern(
        "dysreflexia", DYSREFLEXIA, "autonomic dysreflexia", "Autonomic dysreflexia has happened.",
        "Write down its triggers: withdrawal of the drug may set it off, and may look like it.",
    ),
    _concern(
        "kidneys_impaired", KIDNEYS, "impaired kidneys", "The kidneys are impaired.",
        "Ask nephrology; a lower dose may be needed.",
    ),
    _concern("pregnant", PREGNANCY, "a pregnancy", "Pregnant.", "Ask obstetrics, and weigh risk and benefit together."),
    _concern(
        "other_device", OTHER_DEVICE, "another programmed implant", "Another programmed device is implanted.",
        "Ask both makers whether the two disturb each other.",
    ),
    _concern(
        "relies_on_tone", RELIES_ON_TONE, "whether stiffness is used to stand or move",
        "Stiffness is used to stand, walk or transfer.",
        "Try with the therapist what is lost in the screening test, at its lowest dose.",
    ),
    _concern(
        "goals_realistic", GOALS, "whether the goals can be reached", "The goals are not ones that a pump can reach.",
        "Talk them over again with patient and therapist, and write down new ones.", answer=False,
    ),
    _concern(
        "refills_committed", REFILLS, "who commits to the refills", "Nobody commits to every refill.",
        "Find who drives, who stands in, and who calls; a missed refill is withdrawal.", answer=False,
    ),
    _concern(
        "one_region", ONE_REGION, "whether one region is the problem", "One region is the problem.",
        "Say why botulinum toxin does not do.",
    ),
    _concern(
        "interferes", NO_BURDEN, "whether spasticity is in the way", "Spasticity is in nobody's way.",
        "Say what a pump would be for.", answer=False,
    ),
)  # fmt: skip
"""The answers that ask for something by themselves; ages, sizes, times and scales are judged apart."""

NO_OBSTACLES = {"shunt": "a shunt", "seizures": "seizures", "abdominal_surgery": "earlier surgery of the abdomen"}


def judge_candidacy(case: CandidacyCase) -> list[Finding]:
    """What must be settled, or seen by a second person, before the team meets. Two answers block.

    >>> no = dict.fromkeys(("baclofen_allergy", "active_infection", "coagulopathy", "breathing_risk", "malnutrition",
    ...     "psychosis", "dysreflexia", "kidneys_impaired", "pregnant", "other_device", "relies_on_tone", "one_region",
    ...     "brain_injury"), False)
    >>> yes = dict.fromkeys(("goals_realistic", "refills_committed", "oral_failed", "interferes"), True)
    >>> plain = dict(age_years=40, origin=Origin.SPINAL, fusion=Fusion.NONE, epilepsy=Epilepsy.NONE, groups_at_4=2)
    >>> judge_candidacy(CandidacyCase(**no, **yes, **plain))
    []
    >>> worst = CandidacyCase(**dict.fromkeys(no, True), **dict.fromkeys(yes, False), age_years=3, weight_g=11_299,
    ...     brain_injury_days_ago=364, origin=Origin.SPINAL, fusion=Fusion.PLANNED, epilepsy=Epilepsy.CONTROLLED,
    ...     groups_at_4=1, penn_frequency=2, shunt=True)
    >>> print(*(finding.rule for finding in judge_candidacy(worst)))
    candidacy.allergy candidacy.infection candidacy.coagulopathy candidacy.breathing candidacy.malnutrition \
candidacy.psychosis candidacy.dysreflexia candidacy.kidneys candidacy.pregnancy candidacy.other_device \
candidacy.relies_on_tone candidacy.goals candidacy.refills candidacy.one_region candidacy.no_burden candidacy.age \
candidacy.body_size candidacy.brain_injury candidacy.fusion candidacy.epilepsy candidacy.oral_first candidacy.mild \
candidacy.no_obstacle
    >>> print(*(finding.rule for finding in judge_candidacy(CandidacyCase())))
    candidacy.unknown candidacy.strength_unknown
    """
    found = [
        each.rule.finding(field=each.field, says=each.says, remedy=each.remedy)
        for each in CONCERNS
        if getattr(case, each.field) is each.answer
    ]
    return [*found, *_judge_body(case), *_judge_head(case), *_judge_need(case), *_judge_open(case), *_no_obstacle(case)]


QUESTIONS = {"candidacy.candidate": (CandidacyCase, judge_candidacy)}
"""What can be asked of this module by name."""


def unknown(case: CandidacyCase) -> dict[str, str]:
    """The fields that nobody has answered and that could speak against a pump, with their names in words."""
    asked = {each.field: each.asked for each in CONCERNS if each.rule.severity >= Severity.TWO_PEOPLE}
    asked |= {"age_years": "age", "origin": "where the spasticity comes from", "brain_injury": "a brain injury"}
    asked |= {"fusion": "fusion of the spine", "epilepsy": "epilepsy", "oral_failed": "whether drugs by mouth failed"}
    if case.age_years is None or case.age_years < PAEDIATRIC_BELOW.whole():
        asked["weight_g"] = "weight"
    return {field: words for field, words in asked.items() if getattr(case, field) is None}


def strength_unknown(case: CandidacyCase) -> dict[str, str]:
    """The fields that nobody has answered and that could speak for a pump, with their names in words."""
    asked = {each.field: each.asked for each in CONCERNS if each.rule.severity is Severity.REASON}
    missing = {field: words for field, words in asked.items() if getattr(case, field) is None}
    if is_severe(case) is None:
        scales = {"groups_at_4": "Ashworth by muscle group", "penn_frequency": "Penn frequency"}
        missing |= {field: words for field, words in scales.items() if getattr(case, field) is None}
    return missing


def _judge_body(case: CandidacyCase) -> list[Finding]:
    """Age and size."""
    found = []
    if case.age_years is not None and case.age_years < YOUNGEST.whole():
        found.append(
            AGE.finding(
                field="age_years",
                says=f"{case.age_years} years old: the label begins at {YOUNGEST.whole()}.",
                remedy="A paediatric team and a second person weigh it.",
            )
        )
    if case.weight_g is not None and case.weight_g < LIGHTEST.whole():
        found.append(
            BODY_SIZE.finding(
                field="weight_g",
                says=f"{decimal_text(case.weight_g, 1_000)}{NO_BREAK_SPACE}kg may be too little for a pump.",
                remedy="The surgeon measures where it would lie.",
            )
        )
    return found


def _judge_head(case: CandidacyCase) -> list[Finding]:
    """Brain injury, spine and epilepsy."""
    found = []
    days = case.brain_injury_days_ago
    if case.brain_injury and (days is None or days < BRAIN_INJURY_WAIT.whole()):
        ago = "of unknown date" if days is None else f"{days} days ago"
        found.append(
            BRAIN_INJURY.finding(
                field="brain_injury_days_ago",
                says=f"A brain injury {ago}: the label waits a year.",
                remedy="Wait until a year is over, or say what cannot wait.",
            )
        )
    if case.fusion in {Fusion.PLANNED, Fusion.DONE}:
        planned = case.fusion is Fusion.PLANNED
        found.append(
            FUSION.finding(
                field="fusion",
                says="The spine will be fused." if planned else "The spine is fused.",
                remedy="Implant the pump first." if planned else "The surgeon plans where a catheter can still enter.",
            )
        )
    if case.epilepsy in {Epilepsy.CONTROLLED, Epilepsy.UNCONTROLLED}:
        controlled = case.epilepsy is Epilepsy.CONTROLLED
        found.append(
            EPILEPSY.finding(
                field="epilepsy",
                says="Epilepsy, controlled." if controlled else "Epilepsy that is not controlled.",
                remedy="Ask neurology; seizures alone are no reason against a pump.",
            )
        )
    return found


def _judge_need(case: CandidacyCase) -> list[Finding]:
    """Drugs by mouth first, and how severe it is."""
    found = []
    if case.oral_failed is False:
        cerebral = case.origin is Origin.CEREBRAL
        found.append(
            ORAL_FIRST.finding(
                field="oral_failed",
                severity=Severity.REASON if cerebral else None,
                says="Drugs by mouth have not failed and were borne.",
                remedy="Try them first, or say why not.",
            )
        )
    if is_severe(case) is False:
        found.append(
            MILD.finding(
                field="groups_at_4",
                says=(
                    f"Ashworth 4 in {case.groups_at_4} muscle groups and Penn {case.penn_frequency}: below what one "
                    "published policy asks for."
                ),
                remedy="Say why a pump is weighed.",
            )
        )
    return found


def _judge_open(case: CandidacyCase) -> list[Finding]:
    """What nobody knows."""
    found = []
    for rule, missing in ((UNKNOWN, unknown(case)), (STRENGTH_UNKNOWN, strength_unknown(case))):
        if missing:
            found.append(
                rule.finding(
                    field=next(iter(missing)),
                    says=f"Not known: {', '.join(missing.values())}.",
                    remedy="Ask, measure or look it up; unknown is not no.",
                )
            )
    return found


def _no_obstacle(case: CandidacyCase) -> list[Finding]:
    """What people take for a reason against a pump."""
    present = {field: words for field, words in NO_OBSTACLES.items() if getattr(case, field)}
    if not present:
        return []
    return [
        NO_OBSTACLE.finding(
            field=next(iter(present)),
            says=f"No reason against a pump: {', '.join(present.values())}.",
            remedy="With a shunt the drug may spread differently; tell the surgeon of all of them.",
        )
    ]
