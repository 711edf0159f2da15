"""Before the operation: what must stand on record before it is booked.

Booking can safely wait, so what the label, the consensus papers or the trials ask for first blocks it. A screening test
that nobody recorded is not a test that worked. The operation itself is `thecal.care.operation`, the days after it
`thecal.care.hospital`, and what the patient agrees to `thecal.care.consent`.
"""

from dataclasses import dataclass

from thecal.care.answers import Questions, beware, require
from thecal.care.responder import ImplantCase, judge_implant
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE

_SELECTION = "Saulino 2016, patient selection, doi 10.1111/ner.12447"
_NICE = "NICE CG145 1.6.4 (2012), as restated by 1library.net"
_EXPERTS_2015 = "CMSC 2015 panel, cmsc.confex.com/cmsc/2015/webprogram/Paper3442.html"

CONSENT = Rule(
    name="surgery.consent",
    severity=Severity.BLOCK,
    asks="Has the patient or carer said back what they agree to, and signed it?",
    source="boxed warning: patients and carers are taught the early signs, Lioresal label, api.fda.gov/drug/label.json",
    grade="label",
)
INFECTION = Rule(
    name="surgery.infection",
    severity=Severity.BLOCK,
    asks="Is an active infection ruled out?",
    source=f"an active infection is a contraindication, {_SELECTION}",
    grade="paper",
)
REHABILITATION = Rule(
    name="surgery.rehabilitation",
    severity=Severity.BLOCK,
    asks="Who gives the rehabilitation at home or as an out-patient afterwards, by name?",
    source=(
        "physiotherapy was part of both arms of the trial that showed the benefit, SISTERS, PubMed 29326296; what has "
        "to be trained afterwards, gillettechildrens.org, Rehabilitation After Intrathecal Baclofen Pump Placement"
    ),
    grade="paper",
)
AUTHORISATION = Rule(
    name="surgery.authorisation",
    severity=Severity.REASON,
    asks="Is the payer's authorisation on record?",
    source=f"a financial burden counts against an implant, {_SELECTION}",
    grade="paper",
)
ANAESTHESIA = Rule(
    name="surgery.anaesthesia",
    severity=Severity.TWO_PEOPLE,
    asks="Has the risk of the anaesthetic been judged and written down?",
    source=OWN_CHOICE,
    grade="assumed",
)
SURGICAL_RISK = Rule(
    name="surgery.surgical_risk",
    severity=Severity.TWO_PEOPLE,
    asks="Has the risk of the operation been judged and written down?",
    source=OWN_CHOICE,
    grade="assumed",
)
BREATHING = Rule(
    name="surgery.breathing",
    severity=Severity.TWO_PEOPLE,
    asks="Is there a disorder of breathing that could become respiratory failure?",
    source=_NICE,
    grade="paper",
)
BLEEDING = Rule(
    name="surgery.bleeding",
    severity=Severity.TWO_PEOPLE,
    asks="Does the blood clot badly, by disease or by drug?",
    source=_NICE,
    grade="paper",
)
INFECTION_RISK = Rule(
    name="surgery.infection_risk",
    severity=Severity.NOTE,
    asks="Does epilepsy or a feeding tube make an early infection likelier?",
    source="341 children, PMC6808077",
    grade="paper",
)
HANDOVER = Rule(
    name="surgery.handover",
    severity=Severity.REASON,
    asks="Are pump size, the level of the catheter's tip and the first dose agreed?",
    source=_EXPERTS_2015,
    grade="paper",
)
BED = Rule(
    name="surgery.bed",
    severity=Severity.REASON,
    asks="Is a monitored bed booked for the start of the infusion?",
    source="observation for 8 hours and more after the start, Saulino 2016, doi 10.1111/ner.12388",
    grade="paper",
)

RULES = (
    CONSENT, INFECTION, REHABILITATION, AUTHORISATION, ANAESTHESIA, SURGICAL_RISK, BREATHING,
    BLEEDING, INFECTION_RISK, HANDOVER, BED,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCase:
    """What is known when an implant is to be booked; None is not known.

    `screening` is what is on record of the screening test. `rehabilitation_provider` is the name of who gives it at
    home or as an out-patient. `bleeding_planned` says whether a plan for the clotting, or for the drug against it, is
    written.
    """

    screening: ImplantCase | None = None
    consented: bool | None = None
    infection: bool | None = None
    rehabilitation_provider: str | None = None
    authorised: bool | None = None
    anaesthesia_judged: bool | None = None
    surgical_risk_judged: bool | None = None
    breathing_risk: bool | None = None
    bleeding_risk: bool | None = None
    bleeding_planned: bool | None = None
    epilepsy: bool | None = None
    feeding_tube: bool | None = None
    pump_size_agreed: bool | None = None
    tip_level_agreed: bool | None = None
    first_dose_agreed: bool | None = None
    monitored_bed: bool | None = None


def judge_booking(case: BookingCase) -> list[Finding]:
    """What booking an implant asks for.

    >>> worked = ImplantCase(largest_pg=50_000_000, responded=True)
    >>> ready = BookingCase(screening=worked, consented=True, infection=False,
    ...     rehabilitation_provider="Ms Abara, community physiotherapy", authorised=True, anaesthesia_judged=True,
    ...     surgical_risk_judged=True, breathing_risk=False, bleeding_risk=False, epilepsy=False, feeding_tube=False,
    ...     pump_size_agreed=True, tip_level_agreed=True, first_dose_agreed=True, monitored_bed=True)
    >>> judge_booking(ready)
    []
    >>> from dataclasses import replace
    >>> def asked(**changed):
    ...     return [(f.rule, f.severity.name) for f in judge_booking(replace(ready, **changed))]
    >>> asked(screening=None), asked(screening=ImplantCase(largest_pg=100_000_000, responded=False))
    ([('screening.untested', 'BLOCK')], [('screening.no_response', 'BLOCK')])
    >>> asked(consented=None, infection=None, rehabilitation_provider=" ")
    [('surgery.consent', 'BLOCK'), ('surgery.infection', 'BLOCK'), ('surgery.rehabilitation', 'BLOCK')]
    >>> asked(anaesthesia_judged=None, surgical_risk_judged=None)
    [('surgery.anaesthesia', 'TWO_PEOPLE'), ('surgery.surgical_risk', 'TWO_PEOPLE')]
    >>> asked(breathing_risk=True, bleeding_risk=True, epilepsy=True)
    [('surgery.breathing', 'TWO_PEOPLE'), ('surgery.bleeding', 'TWO_PEOPLE'), ('surgery.infection_risk', 'NOTE')]
    >>> asked(authorised=False, first_dose_agreed=None, monitored_bed=False)
    [('surgery.authorisation', 'REASON'), ('surgery.handover', 'REASON'), ('surgery.bed', 'REASON')]
    """
    found = [*judge_implant(case.screening or ImplantCase()), *_judge_first(case), *_judge_rehabilitation(case)]
    found += require(
        AUTHORISATION,
        answer=case.authorised,
        field="authorised",
        lacking="The payer has not authorised the implant.",
        unknown="Whether the payer has authorised the implant is not known.",
        remedy="Wait for the authorisation, or write down why the implant goes ahead without it.",
    )
    return found + _judge_risk(case) + _judge_plan(case)


def _judge_first(case: BookingCase) -> list[Finding]:
    """Consent and infection."""
    found = require(
        CONSENT,
        answer=case.consented,
        field="consented",
        lacking="The consent is not complete: something has not been said back.",
        unknown="No consent is on record.",
        remedy="Go through the consent until each item has been said back.",
    )
    return found + beware(
        INFECTION,
        answer=case.infection,
        field="infection",
        there="There is an active infection.",
        unknown="Whether there is an active infection is not known.",
        remedy="Look for an infection, treat it, and book when it has gone.",
        unasked=Severity.BLOCK,
    )


def _judge_rehabilitation(case: BookingCase) -> list[Finding]:
    """A pump without rehabilitation is not what the trials have tested: somebody by name, before the date."""
    named = bool((case.rehabilitation_provider or "").strip())
    return require(
        REHABILITATION,
        answer=named or None,
        field="rehabilitation_provider",
        lacking="",
        unknown="Nobody is named who gives the rehabilitation after the operation.",
        remedy="Agree it with a home or out-patient provider, and write down the name.",
    )


def _judge_risk(case: BookingCase) -> list[Finding]:
    """What makes this operation riskier than another."""
    found: list[Finding] = []
    for rule, answer, field, what in (
        (ANAESTHESIA, case.anaesthesia_judged, "anaesthesia_judged", "anaesthetic"),
        (SURGICAL_RISK, case.surgical_risk_judged, "surgical_risk_judged", "operation"),
    ):
        found += require(
            rule,
            answer=answer,
            field=field,
            lacking=f"The risk of the {what} has not been judged.",
            unknown=f"Whether the risk of the {what} has been judged is not known.",
            remedy="Have it judged and written down, or have a second person agree and say why.",
        )
    return found + _judge_breathing(case) + _judge_bleeding(case) + _judge_infection_risk(case)


def _judge_breathing(case: BookingCase) -> list[Finding]:
    """The drug and the anaesthetic both slow breathing."""
    return beware(
        BREATHING,
        answer=case.breathing_risk,
        field="breathing_risk",
        there="A disorder of breathing could become respiratory failure.",
        unknown="Whether breathing is at risk is not known.",
        remedy="Plan breathing support and a monitored bed with the anaesthetist; have a second person agree.",
        unasked=Severity.REASON,
    )


def _judge_bleeding(case: BookingCase) -> list[Finding]:
    """Clotting that has a written plan needs no more said."""
    if case.bleeding_risk and case.bleeding_planned:
        return []
    return beware(
        BLEEDING,
        answer=case.bleeding_risk,
        field="bleeding_risk",
        there="The blood clots badly, and no plan for it is written.",
        unknown="Whether the blood clots well is not known, nor which drugs against clotting are taken.",
        remedy="Write down what is stopped, when, and when it is taken again; have a second person agree.",
        unasked=Severity.REASON,
    )


def _judge_infection_risk(case: BookingCase) -> list[Finding]:
    """One note, whichever of the two it is; either of them unknown is said."""
    known = {"epilepsy": case.epilepsy, "a feeding tube": case.feeding_tube}
    there = [name for name, answer in known.items() if answer]
    unknown = [name for name, answer in known.items() if answer is None]
    if not there and not unknown:
        return []
    says = f"{' and '.join(there)}: an early infection is likelier" if there else "An early infection may be likelier"
    gap = f"; not known: {' and '.join(unknown)}" if unknown else ""
    return [
        INFECTION_RISK.finding(
            field="epilepsy" if "epilepsy" in there + unknown else "feeding_tube",
            says=f"{says[0].upper()}{says[1:]}{gap}.",
            remedy="Say so to the surgeon, and keep every wound check.",
        )
    ]


def _judge_plan(case: BookingCase) -> list[Finding]:
    """What the team hands on to the theatre, and the bed for the start."""
    agreed = {
        "the pump's size": case.pump_size_agreed,
        "the level of the tip": case.tip_level_agreed,
        "the first dose": case.first_dose_agreed,
    }
    open_items = [name for name, answer in agreed.items() if not answer]
    found: list[Finding] = []
    if open_items:
        found.append(
            HANDOVER.finding(
                field="pump_size_agreed",
                says=f"Not on record as agreed: {', '.join(open_items)}.",
                remedy="Agree it with the team, or write down who decides it and when.",
            )
        )
    return found + require(
        BED,
        answer=case.monitored_bed,
        field="monitored_bed",
        lacking="No monitored bed is booked for the start.",
        unknown="Whether a monitored bed is booked for the start is not known.",
        remedy="Book it, or write down where the patient is watched for the first 8 hours.",
    )


QUESTIONS: Questions = {"surgery.booking": (BookingCase, judge_booking)}
"""What can be asked here: the case, and who judges it."""
