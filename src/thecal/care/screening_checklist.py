"""What is asked of the patient and of the room on the day of a screening dose.

An injection can always wait for an answer, so each question blocks it until somebody has answered.
"""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity

BOSTER = "best practices: screening test, Boster 2016, doi 10.1111/ner.12437"
_SELECTION = "best practices in patient selection, Saulino 2016, doi 10.1111/ner.12447"
_CAUTIONS = "cautions of the label as restated by mimslearning.co.uk/lioresal-intrathecal/drug/8382"
_ALLERGY = "contraindication of the label, studylib.net/doc/9691848"
_THINNERS = "bleeding after lumbar puncture, Association of British Neurologists 2018, pn.bmj.com/content/18/6/436"
_BOXED = "boxed warning of the label against stopping at once, api.fda.gov, set e05080ef"

ALLERGY = Rule(
    name="screening.allergy",
    severity=Severity.BLOCK,
    asks="Nobody who is allergic to baclofen gets it.",
    source=_ALLERGY,
    grade="label",
)
INFECTION = Rule(
    name="screening.infection",
    severity=Severity.BLOCK,
    asks="No screening dose during an infection, of the urinary tract too.",
    source=BOSTER,
    grade="paper",
)
WOUND = Rule(
    name="screening.wound",
    severity=Severity.BLOCK,
    asks="No screening dose while a wound is open or does not heal.",
    source=BOSTER,
    grade="paper",
)
RELAPSE = Rule(
    name="screening.relapse",
    severity=Severity.BLOCK,
    asks="No screening dose during a relapse of multiple sclerosis.",
    source=BOSTER,
    grade="paper",
)
THINNERS = Rule(
    name="screening.thinners",
    severity=Severity.BLOCK,
    asks="Who takes an anticoagulant or an antiplatelet drug has a plan for it before the lumbar puncture.",
    source=_THINNERS,
    grade="paper",
)
SHUNT = Rule(
    name="screening.shunt",
    severity=Severity.BLOCK,
    asks="Whether there is a shunt is known: it forbids nothing, but may change how the drug spreads.",
    source=_SELECTION,
    grade="paper",
)
RENAL = Rule(
    name="screening.renal",
    severity=Severity.BLOCK,
    asks="Whether the kidneys are impaired is known: then less drug may be too much.",
    source=_CAUTIONS,
    grade="label",
)
PREGNANT = Rule(
    name="screening.pregnant",
    severity=Severity.BLOCK,
    asks="Whether the patient may be pregnant is known, and benefit is weighed against risk.",
    source=_CAUTIONS,
    grade="label",
)
ORAL = Rule(
    name="screening.oral_baclofen",
    severity=Severity.BLOCK,
    asks="When oral baclofen was last taken is known: it adds to the dose, and is never stopped at once.",
    source=_BOXED,
    grade="label",
)
AIRWAY = Rule(
    name="screening.airway",
    severity=Severity.BLOCK,
    asks="Resuscitation equipment lies ready, and people trained to use it are there.",
    source=_CAUTIONS,
    grade="label",
)
ORAL_ENDED = Rule(
    name="screening.oral_ended",
    severity=Severity.REASON,
    asks="Who takes no oral baclofen today and did by the record is asked how it ended: never at once.",
    source=_BOXED,
    grade="label",
)
RULES = (ALLERGY, INFECTION, WOUND, RELAPSE, THINNERS, SHUNT, RENAL, PREGNANT, ORAL, ORAL_ENDED, AIRWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistCase:
    """The answers on the day; None where nobody has answered. `last_oral_ms` is Unix ms UTC.

    `oral_on_record` is whether the record of what was tried says that oral baclofen is still taken.
    """

    allergic: bool | None = None
    infection: bool | None = None
    open_wound: bool | None = None
    relapse: bool | None = None
    takes_thinners: bool | None = None
    thinner_plan: bool | None = None
    shunt: bool | None = None
    renal_impairment: bool | None = None
    pregnant: bool | None = None
    takes_oral_baclofen: bool | None = None
    last_oral_ms: int | None = None
    oral_on_record: bool | None = None
    airway_kit_ready: bool | None = None
    staff_trained: bool | None = None


def judge_checklist(case: ChecklistCase) -> list[Finding]:
    """What stands against an injection now. Every question that nobody answered blocks it.

    >>> clear = ChecklistCase(
    ...     allergic=False, infection=False, open_wound=False, relapse=False, takes_thinners=False, shunt=False,
    ...     renal_impairment=False, pregnant=False, takes_oral_baclofen=False, airway_kit_ready=True,
    ...     staff_trained=True)
    >>> judge_checklist(clear)
    []
    >>> from dataclasses import replace
    >>> bad = replace(clear, shunt=True, renal_impairment=True, pregnant=True, takes_thinners=True)
    >>> for finding in judge_checklist(bad):
    ...     print(finding.severity.name, finding.rule)
    BLOCK screening.thinners
    REASON screening.shunt
    TWO_PEOPLE screening.renal
    TWO_PEOPLE screening.pregnant
    >>> for finding in judge_checklist(ChecklistCase()):
    ...     print(finding.severity.name, finding.rule, finding.field)
    BLOCK screening.allergy allergic
    BLOCK screening.infection infection
    BLOCK screening.wound open_wound
    BLOCK screening.relapse relapse
    BLOCK screening.thinners takes_thinners
    BLOCK screening.shunt shunt
    BLOCK screening.renal renal_impairment
    BLOCK screening.pregnant pregnant
    BLOCK screening.oral_baclofen takes_oral_baclofen
    BLOCK screening.airway airway_kit_ready
    BLOCK screening.airway staff_trained
    >>> [(f.rule, f.severity.name) for f in judge_checklist(replace(clear, oral_on_record=True))]
    [('screening.oral_ended', 'REASON')]
    """
    return [
        *_beware(ALLERGY, "allergic", "the patient is allergic to baclofen", "Do not give it.", answer=case.allergic),
        *_beware(INFECTION, "infection", "there is an infection", "Treat it first.", answer=case.infection),
        *_beware(WOUND, "open_wound", "there is an open wound", "Let it heal first.", answer=case.open_wound),
        *_beware(RELAPSE, "relapse", "there is a relapse", "Wait until it is over.", answer=case.relapse),
        *_judge_thinners(case),
        *_beware(SHUNT, "shunt", "there is a shunt", _WATCH_LONGER, answer=case.shunt, then=Severity.REASON),
        *_beware(
            RENAL,
            "renal_impairment",
            "the kidneys are impaired",
            "Have a second person weigh a smaller dose and a longer watch.",
            answer=case.renal_impairment,
            then=Severity.TWO_PEOPLE,
        ),
        *_beware(
            PREGNANT,
            "pregnant",
            "the patient may be pregnant",
            "Have a second person weigh benefit against risk.",
            answer=case.pregnant,
            then=Severity.TWO_PEOPLE,
        ),
        *_judge_oral(case),
        *_need(AIRWAY, "airway_kit_ready", "resuscitation equipment lies ready", answer=case.airway_kit_ready),
        *_need(AIRWAY, "staff_trained", "people trained to use it are there", answer=case.staff_trained),
    ]


QUESTIONS = {"screening.checklist": (ChecklistCase, judge_checklist)}

_WATCH_LONGER = "Say who was asked about it, and watch for an effect that comes late or is weak."


def _beware(
    rule: Rule, field: str, what: str, remedy: str, *, answer: bool | None, then: Severity = Severity.BLOCK
) -> list[Finding]:
    """Nothing where the answer is no; `then` where it is yes; a block where nobody answered."""
    if answer is False:
        return []
    if answer is None:
        return [rule.finding(field=field, says=f"Whether {what} is not known.", remedy="Ask, and write it down.")]
    return [rule.finding(field=field, says=f"{what[:1].upper()}{what[1:]}.", remedy=remedy, severity=then)]


def _need(rule: Rule, field: str, what: str, *, answer: bool | None) -> list[Finding]:
    """Nothing where the answer is yes; a block otherwise."""
    if answer:
        return []
    says = f"Whether {what} is not known." if answer is None else f"It is not so that {what}."
    return [rule.finding(field=field, says=says, remedy="See to it before the injection.")]


def _judge_thinners(case: ChecklistCase) -> list[Finding]:
    what = "the patient takes an anticoagulant or an antiplatelet drug"
    if case.takes_thinners is None:
        return _beware(THINNERS, "takes_thinners", what, "", answer=None)
    if not case.takes_thinners or case.thinner_plan:
        return []
    says = (
        f"{what[:1].upper()}{what[1:]}, and a plan for it is {'not known' if case.thinner_plan is None else 'missing'}."
    )
    remedy = "Agree with its prescriber when to stop it and when to start it again."
    return [THINNERS.finding(field="thinner_plan", says=says, remedy=remedy)]


def _judge_oral(case: ChecklistCase) -> list[Finding]:
    if case.takes_oral_baclofen is None:
        return _beware(ORAL, "takes_oral_baclofen", "the patient takes oral baclofen", "", answer=None)
    if not case.takes_oral_baclofen and case.oral_on_record:
        says = "No oral baclofen is taken today; by the record of what was tried it still was."
        remedy = "Ask when and how it ended. Stopped at once it withdraws, and the test then reads too stiff."
        return [ORAL_ENDED.finding(field="takes_oral_baclofen", says=says, remedy=remedy)]
    if case.takes_oral_baclofen and case.last_oral_ms is None:
        says = "When the patient last took oral baclofen is not known."
        return [ORAL.finding(field="last_oral_ms", says=says, remedy="Ask, and write it down. Do not stop it at once.")]
    return []
