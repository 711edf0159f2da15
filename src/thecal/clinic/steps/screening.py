"""Step 5, the screening test: a bar chosen first, a checklist, doses a day apart, looks, a verdict, and going home."""

from collections.abc import Sequence
from dataclasses import replace

from thecal.care.limits import LARGEST_SCREENING
from thecal.care.responder import ResponderRule, ResponseCase, judge_response
from thecal.care.scales import mean_hundredths
from thecal.care.screening import CHECKLIST as CHECKLIST_RULE
from thecal.care.screening import Response, judge_dose
from thecal.care.screening_checklist import judge_checklist
from thecal.care.screening_watch import SHORTEST_WATCH, DischargeCase, Wakefulness, judge_discharge, judge_signs
from thecal.clinic.bedside import Bedside
from thecal.clinic.models import Role, Stage, StepRecord
from thecal.clinic.steps import screening_page
from thecal.clinic.steps.assessed import points_words
from thecal.clinic.steps.assessment import EXAMINERS
from thecal.clinic.steps.known import Known, known_of
from thecal.clinic.steps.mechanism import Doing, Sheet, Step, Values
from thecal.clinic.steps.screened import (
    BEFORE,
    CHECKLIST,
    DISCHARGE,
    DOSE,
    EXTENDED,
    GIVEN,
    OBSERVATION,
    PLAN,
    VERDICT,
    checklist_case,
    discharge_case,
    dose_by,
    dose_case,
    doses_of,
    implant_case,
    is_after,
    one_of,
    response_case,
    signs_case,
    tones_of,
    written_ms,
)
from thecal.clinic.steps.screening_forms import (
    ChecklistForm,
    DischargeForm,
    DoseForm,
    ExtendedForm,
    GivenForm,
    ObservationForm,
    PlanForm,
    VerdictForm,
)
from thecal.clinic.steps.tried import takes_oral_baclofen
from thecal.clinic.when import show_time
from thecal.findings import Finding, Severity
from thecal.units import show_dose, show_mass

INJECTORS = (Role.PRESCRIBER, Role.SURGEON)
AT_THE_BED = (Role.PRESCRIBER, Role.SURGEON, Role.NURSE)
BEFORE_A_PUMP = (Stage.ASSESSMENT, Stage.BEFORE_SCREENING, Stage.BEFORE_IMPLANT, Stage.NO_PUMP)


def _as_notes(findings: Sequence[Finding]) -> list[Finding]:
    """What stands against a dose, where something is only written down: said, and refusing nothing."""
    return [replace(finding, severity=Severity.NOTE) for finding in findings]


def _judge_checklist(values: Values, known: Known) -> list[Finding]:
    """What will stand against the injection, open questions in one line; the answers are always written down."""
    found = _against(values, known)
    open_ = [finding for finding in found if values.get(finding.field) is None]
    bad = _as_notes([finding for finding in found if finding not in open_])
    return bad + ([_not_answered(len(open_))] if open_ else [])


def _against(values: Values, known: Known) -> list[Finding]:
    """What the answers say against an injection, beside what the record says of drugs by mouth."""
    return judge_checklist(replace(checklist_case(values), oral_on_record=takes_oral_baclofen(known)))


def _not_answered(questions: int) -> Finding:
    says = f"{questions} of the questions {'is' if questions == 1 else 'are'} not answered: each blocks the injection."
    return CHECKLIST_RULE.finding(field="", says=says, remedy="Ask, and write it down.", severity=Severity.NOTE)


def _judge_dose(values: Values, known: Known) -> list[Finding]:
    """The day's checklist and the dose. What was injected can always be put right on paper."""
    if known.corrects is not None:
        return _judge_past(values, known, written_ms(known))
    checked = known.latest(CHECKLIST)
    against = [] if checked is None else _against(checked.values, known)
    found = against + judge_dose(dose_case(values, known, at_ms=known.now_ms))
    return [finding if finding.field in values else replace(finding, field="") for finding in found]


def _judge_given(values: Values, known: Known) -> list[Finding]:
    return [] if values["at_ms"] is None else _judge_past(values, known, values["at_ms"])


def _judge_past(values: Values, known: Known, at_ms: int) -> list[Finding]:
    """A dose that was given is written down, whatever would have stood against it."""
    case = dose_case(values, known, at_ms=at_ms)
    earlier = tuple(given for given in case.given if given.at_ms < at_ms)
    found = judge_dose(replace(case, given=earlier))
    return _as_notes([finding for finding in found if finding.field in {"dose_pg", "at_ms"}])


def _judge_observation(values: Values, known: Known) -> list[Finding]:
    """The signs that wait for nobody, once there is a dose."""
    at_ms = values["at_ms"] or written_ms(known)
    if not is_after(values, at_ms, [dose.at_ms for dose in doses_of(known)]):
        return []
    return judge_signs(signs_case(values))


def _judge_verdict(values: Values, known: Known) -> list[Finding]:
    """The team's word beside the chosen rule's, on the last dose."""
    dose, judged = dose_by(known, written_ms(known)), one_of(Response, values["judged"])
    return judge_response(ResponseCase(judged=judged) if dose is None else response_case(known, dose, judged))


def _judge_discharge(values: Values, known: Known) -> list[Finding]:
    return judge_discharge(discharge_case(values, known))


def _inject(doing: Doing, room: Bedside) -> Values:
    """The virtual patient gets the dose."""
    room.inject(doing.patient, mass_pg=doing.values["dose_pg"])
    return {}


def _follow(doing: Doing, record: StepRecord) -> None:
    """On to the implant, on with the series, or, where 100 mcg was not enough, no pump."""
    del record
    case = implant_case(known_of(doing.patient, now_ms=doing.now.clinic_ms))
    if case.largest_pg is None:
        return
    if case.responded or case.extended_responded:
        _move(doing, Stage.BEFORE_IMPLANT)
    elif case.responded is False:
        ended = case.largest_pg >= LARGEST_SCREENING.whole()
        _move(doing, Stage.NO_PUMP if ended else Stage.BEFORE_SCREENING)


def _move(doing: Doing, stage: Stage) -> None:
    """The patient's stage, unless a pump has changed it since."""
    if doing.patient.stage in BEFORE_A_PUMP:
        doing.patient.stage = stage
        doing.patient.save(update_fields=["stage"])


def _tell_plan(values: Values) -> str:
    rule = one_of(ResponderRule, values.get("rule"))
    return "No rule chosen." if rule is None else f"A response is: {rule.value[:1].lower()}{rule.value[1:]}."


def _tell_checklist(values: Values) -> str:
    against = len(judge_checklist(checklist_case(values)))
    return (
        f"{against} of the answers stand against an injection." if against else "Nothing stands against an injection."
    )


def _tell_dose(values: Values) -> str:
    dose = values.get("dose_pg")
    return "A dose that is not known." if dose is None else f"{show_mass(dose)} by lumbar puncture."


def _tell_given(values: Values) -> str:
    return f"{_tell_dose(values).rstrip('.')}, {show_time(values['at_ms'])}."


def _tell_observation(values: Values) -> str:
    legs = f"legs' mean grade {points_words(mean_hundredths(tones_of(values)))}"
    if values.get("phase") == BEFORE:
        return f"Before a dose: {legs}."
    state = one_of(Wakefulness, values.get("wakefulness"))
    words = "wakefulness not known" if state is None else state.value
    return f"{words[:1].upper()}{words[1:]}; {legs}."


def _tell_verdict(values: Values) -> str:
    response = one_of(Response, values.get("judged"))
    said = {Response.ENOUGH: "The dose did enough.", Response.NOT_ENOUGH: "The dose did not do enough."}
    return "Not judged." if response is None else said[response]


def _tell_discharge(values: Values) -> str:
    names = ("awake", "breathing_checked", "tone_back", "can_pass_urine", "headache_advice", "number_given")
    criteria = {name: values.get(name) for name in names}
    unmet = judge_discharge(DischargeCase(since_dose_ms=SHORTEST_WATCH.whole(), **criteria))
    return f"Left; {len(unmet)} of the criteria not met." if unmet else "Left; every criterion met."


def _tell_extended(values: Values) -> str:
    responded = {True: "a response", False: "no response"}.get(values.get("responded"), "not judged")  # type: ignore[arg-type]  # None is unknown
    dose = values.get("largest_pg_per_day")
    return f"Extended infusion up to {'an unknown dose' if dose is None else show_dose(dose)}: {responded}."


STEP = Step(
    number=5,
    key="screening",
    title="Screening test",
    purpose="Whether intrathecal baclofen helps this person, before anything is implanted.",
    sheets=(
        Sheet(
            key=PLAN,
            title="What counts as a response",
            button="Choose rule",
            form=PlanForm,
            tells=_tell_plan,
            roles=EXAMINERS,
            says="Chosen before the first dose, and shown beside every verdict.",
        ),
        Sheet(
            key=CHECKLIST,
            title="Checklist",
            button="Answer checklist",
            form=ChecklistForm,
            tells=_tell_checklist,
            judge=_judge_checklist,
            roles=AT_THE_BED,
            says="Every question that nobody answered blocks the injection. Good for 24 hours.",
        ),
        Sheet(
            key=DOSE,
            title="Dose",
            button="Inject dose",
            form=DoseForm,
            tells=_tell_dose,
            judge=_judge_dose,
            roles=INJECTORS,
            act=_inject,
            second_later=False,
            says="25, 50, 75 or 100 mcg, one step at a time, 24 hours apart.",
        ),
        Sheet(
            key=OBSERVATION,
            title="Observation",
            button="Record observation",
            form=ObservationForm,
            tells=_tell_observation,
            judge=_judge_observation,
            roles=EXAMINERS,
            says="Once before a dose, then half an hour and 1, 2, 4, 6 and 8 hours after it.",
        ),
        Sheet(
            key=VERDICT,
            title="Verdict",
            button="Judge dose",
            form=VerdictForm,
            tells=_tell_verdict,
            judge=_judge_verdict,
            roles=(*INJECTORS, Role.THERAPIST),
            then=_follow,
        ),
        Sheet(
            key=DISCHARGE,
            title="Discharge",
            button="Record discharge",
            form=DischargeForm,
            tells=_tell_discharge,
            judge=_judge_discharge,
            roles=AT_THE_BED,
        ),
        Sheet(
            key=GIVEN,
            title="A dose given elsewhere",
            button="Write dose down",
            form=GivenForm,
            tells=_tell_given,
            judge=_judge_given,
            roles=AT_THE_BED,
            says="For a dose that has been given already. Nothing is refused here.",
        ),
        Sheet(
            key=EXTENDED,
            title="Extended infusion test",
            button="Record infusion test",
            form=ExtendedForm,
            tells=_tell_extended,
            roles=INJECTORS,
            then=_follow,
            says="Where 100 mcg was not enough: a response asks for two people before an implant.",
        ),
    ),
    look=screening_page.look,
    due=screening_page.due,
)
