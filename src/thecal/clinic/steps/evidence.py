"""What the record holds for a payer: the evidence, from which sheet each part of it was read, and the packet."""

from dataclasses import dataclass, replace

from thecal.care.candidate import Epilepsy, is_severe
from thecal.care.coverage import PacketCase
from thecal.care.oral_drugs import Drug
from thecal.care.payers import Evidence
from thecal.care.screening import Response
from thecal.care.tried import OralCase, failed, reached_maximum
from thecal.clinic.models import StepRecord
from thecal.clinic.steps.assessed import AIMED, EXAMINED
from thecal.clinic.steps.candidate import candidate_of
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Values
from thecal.clinic.steps.screened import ScreeningDose, doses_of, implant_case, verdict_on
from thecal.clinic.steps.tried import oral_cases
from thecal.clinic.when import show_date

CHECK = "coverage.check"
CONFERENCE = "conference.decision"
SAME = {"infection": "active_infection", "allergy": "baclofen_allergy"}
"""Where the evidence calls an entry of candidacy something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The evidence, and from which record each part of it was read."""

    evidence: Evidence
    read_from: dict[str, str]


def held_by(known: Known, asked: Values) -> Held:
    """Everything on record that a payer asks for; `asked` are the checklist's own entries."""
    candidate = candidate_of(known)
    case, oral, other = candidate.case, oral_cases(known), known.latest("tried.other")
    conference = known.latest(CONFERENCE)
    evidence = Evidence(
        origin=case.origin,
        severe=is_severe(case),
        age_years=case.age_years,
        weight_g=case.weight_g,
        brain_injury=case.brain_injury,
        brain_injury_days_ago=case.brain_injury_days_ago,
        groups_at_4=case.groups_at_4,
        penn_frequency=case.penn_frequency,
        oral_weeks=max((each.weeks for each in oral if each.weeks is not None), default=None),
        oral_failed=_any(oral, None),
        oral_baclofen_failed=_any(oral, Drug.BACLOFEN),
        oral_at_maximum=_at_maximum(oral),
        hands_on_weeks=other.entry("hands_on_weeks") if other else None,
        botulinum=other.entry("botulinum") if other else None,
        one_region=case.one_region,
        allergy=case.baclofen_allergy,
        infection=case.active_infection,
        other_device=case.other_device,
        dysreflexia=case.dysreflexia,
        psychosis=case.psychosis,
        epilepsy_uncontrolled=None if case.epilepsy is None else case.epilepsy is Epilepsy.UNCONTROLLED,
        goals_agreed=conference.entry("goals_agreed") if conference else None,
        refills_committed=case.refills_committed,
        **{name: asked.get(name) for name in ("athetosis", "kidneys_failed", "gut_or_liver", "deformity")},
    )
    return Held(evidence=_with_test(evidence, known), read_from=_read_from(known, candidate.read_from))


def packet_of(known: Known, asked: Values) -> PacketCase:
    """Which parts of a packet are on record: there, not there, or nobody looked."""
    held = held_by(known, asked).evidence
    oral, other, facts = oral_cases(known), known.latest("tried.other"), candidate_of(known).case
    drugs = [None not in {each.drug, each.dose_pg_per_day, each.weeks, each.ended} for each in oral]
    request = known.latest("coverage.replacement")
    looked_at = (facts.baclofen_allergy, facts.active_infection, facts.weight_g, facts.other_device)
    return PacketCase(
        diagnosis=bool(asked.get("diagnosis")),
        baseline=known.latest(EXAMINED) is not None and known.latest(AIMED) is not None,
        oral_drugs=bool(drugs) and all(drugs),
        hands_on=held.hands_on_weeks is not None,
        other_treatment=other is not None and other.entry("botulinum") is not None,
        screening=any(dose.verdict is not None for dose in doses_of(known)),
        contraindications=None not in looked_at,
        commitment=bool(facts.refills_committed),
        replacement=known.chart.implant is None or request is not None,
        codes=bool(asked.get("codes")),
    )


def _any(cases: list[OralCase], drug: Drug | None) -> bool | None:
    """Whether one of the drugs failed, or this one did; None where nobody knows."""
    answers = [failed(case) for case in cases if drug is None or case.drug is drug]
    if True in answers:
        return True
    return None if not answers or None in answers else False


def _at_maximum(cases: list[OralCase]) -> bool | None:
    """Whether a drug that failed was taken at its highest dose."""
    answers = [reached_maximum(case) for case in cases if failed(case)]
    if True in answers:
        return True
    return None if not answers or None in answers else False


def _with_test(evidence: Evidence, known: Known) -> Evidence:
    """The screening test: the dose that did enough last, or the last one. Means are rounded down."""
    evidence = replace(evidence, test_responded=implant_case(known).responded)
    doses = doses_of(known)
    worked = [dose for dose in doses if dose.response is Response.ENOUGH]
    if not doses:
        return evidence
    dose: ScreeningDose = (worked or doses)[-1]
    verdict = verdict_on(known, dose)
    best = verdict.best
    return replace(
        evidence,
        test_dose_pg=dose.dose_pg,
        test_lasted_ms=verdict.lasted_ms,
        test_drop_tenths=best.tenths // best.groups if best is not None and best.groups else None,
        test_spasm_drop=best.penn if best is not None else None,
    )


def _read_from(known: Known, candidacy: dict[str, str]) -> dict[str, str]:
    """From which record each part comes, in words."""
    words = dict(candidacy)
    words |= {here: candidacy[there] for here, there in SAME.items() if there in candidacy}
    words |= {name: words["groups_at_4"] for name in ("severe",) if "groups_at_4" in words}
    if "epilepsy" in words:
        words["epilepsy_uncontrolled"] = words["epilepsy"]
    sheets = (
        (known.latest("tried.oral"), "drugs by mouth",
         ("oral_weeks", "oral_failed", "oral_baclofen_failed", "oral_at_maximum")),
        (known.latest("tried.other"), "what else was tried", ("hands_on_weeks", "botulinum")),
        (known.latest(CHECK), "this checklist", ("athetosis", "kidneys_failed", "gut_or_liver", "deformity")),
        (known.latest(CONFERENCE), "team conference", ("goals_agreed",)),
        (_last_dose(known), "screening test", ("test_responded", "test_dose_pg", "test_lasted_ms", "test_drop_tenths",
                                               "test_spasm_drop")),
    )  # fmt: skip
    for record, name, fields in sheets:
        if record is not None:
            words |= dict.fromkeys(fields, f"{name}, {show_date(record.made_ms)}")
    return words


def _last_dose(known: Known) -> StepRecord | None:
    doses = doses_of(known)
    return doses[-1].record if doses else None
