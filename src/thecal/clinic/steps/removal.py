"""Step 14: a pump is taken out for good: a taper as the prescriber writes it, a look every day, the operation."""

from thecal.care.removal_day import (
    SIGNS,
    DailyCheckCase,
    judge_catheter,
    judge_daily_check,
    judge_removal,
)
from thecal.care.tapering import judge_taper
from thecal.clinic.bedside import Bedside
from thecal.clinic.models import Implant, Role, Stage, StepRecord
from thecal.clinic.steps.fields import NOT_KNOWN
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Doing, Sheet, Step, Values
from thecal.clinic.steps.operating import beside
from thecal.clinic.steps.removal_cases import KEY, last_removal, plan_of, removal_case, taper_case
from thecal.clinic.steps.removal_forms import WHY, DailyCheckForm, PlanForm, RemovalForm, TaperForm
from thecal.clinic.steps.removal_page import due, look, tells_plan
from thecal.errors import BadInput
from thecal.findings import Finding
from thecal.units import decimal_text, show_dose

PLACES = {"interval_ms": "interval_h", "written_by_prescriber": "old_pg_per_day"}


def _judge_taper(values: Values, known: Known) -> list[Finding]:
    return beside(judge_taper(taper_case(values, known)), PLACES)


def _after_taper(doing: Doing, record: StepRecord) -> None:
    """The patient is being tapered from here."""
    del record
    if doing.corrects is None and doing.known.chart.implant is not None:
        doing.patient.stage = Stage.TAPERING
        doing.patient.save(update_fields=["stage"])


def _judge_check(values: Values, known: Known) -> list[Finding]:
    before = known.latest("removal.daily_check")
    case = {name: values.get(name) for name, _, _ in SIGNS}
    since_ms = None if before is None else known.now_ms - before.made_ms
    return beside(
        judge_daily_check(DailyCheckCase(**case, since_last_check_ms=since_ms, removed=known.chart.implant is None)),
        {"since_last_check_ms": "words"},
    )


def _judge_plan(values: Values, known: Known) -> list[Finding]:
    return judge_removal(removal_case(values, known))


def _judge_removal(values: Values, known: Known) -> list[Finding]:
    """What was asked before, now from the plan; and what became of the catheter. Never a block."""
    plan = plan_of(known)
    before = judge_removal(removal_case(plan.values if plan else {}, known)) if known.chart.implant else []
    return before + judge_catheter(values.get("catheter_whole"))


def _present(doing: Doing) -> Implant:
    """The pump that is in, and comes out."""
    implant = doing.known.chart.implant
    if implant is None:
        raise BadInput("removed_ms", "no pump is in", remedy="Look at the patient's page.")
    removed_ms = doing.values.get("removed_ms")
    if removed_ms is not None and removed_ms > doing.now.clinic_ms:
        raise BadInput("removed_ms", "is still to come", remedy="Record a removal when it has been done.")
    return implant


def _remove(doing: Doing, room: Bedside) -> Values:
    """Pump and catheter come out."""
    implant = _present(doing)
    room.remove(implant)
    return {"serial": implant.serial}


def _after_removal(doing: Doing, record: StepRecord) -> None:
    """No pump is in the patient from here."""
    del record
    implant = _present(doing) if doing.corrects is None else last_removal(doing.known)
    if implant is None:
        return
    plan = plan_of(doing.known)
    why = removal_case(plan.values if plan else {}, doing.known).why
    typed_ms = doing.values.get("removed_ms")
    if doing.corrects is None or typed_ms is not None:
        implant.removed_ms = doing.now.clinic_ms if typed_ms is None else typed_ms
    if doing.corrects is None:
        implant.removed_why = "reason not known" if why is None else dict(WHY)[why.name.lower()].lower()
        doing.patient.stage = Stage.REMOVED
        doing.patient.save(update_fields=["stage"])
    implant.save(update_fields=["removed_ms", "removed_why"])


def _tells_taper(values: Values) -> str:
    names = ("old_pg_per_day", "share_per_mille", "steps", "interval_h")
    if any(values.get(name) is None for name in names):
        return "A taper, not all of its numbers written."
    old, share = values["old_pg_per_day"], decimal_text(values["share_per_mille"], 10)
    return f"From {show_dose(old)}: {values['steps']} steps of {share} %, {values['interval_h']} h apart."


def _tells_check(values: Values) -> str:
    seen = [words for name, words, _ in SIGNS if values.get(name)]
    unseen = [words for name, words, _ in SIGNS if values.get(name) is None]
    told = f"Seen: {', '.join(seen)}" if seen else "No sign of withdrawal seen"
    return f"{told}; nobody looked for: {', '.join(unseen)}." if unseen else f"{told}."


def _tells_removal(values: Values) -> str:
    whole = values.get("catheter_whole")
    if whole is None:
        return "Pump taken out; whether the catheter is whole: not known."
    left = f"part of the catheter left: {values.get('catheter_left') or NOT_KNOWN}"
    return f"Pump taken out; {'catheter whole' if whole else left}."


TAPER = Sheet(
    key="removal.taper",
    title="Taper",
    button="Sign taper",
    form=TaperForm,
    judge=_judge_taper,
    tells=_tells_taper,
    then=_after_taper,
    roles=(Role.PRESCRIBER,),
    says="A prescription: each number is the prescriber's own. Each step is programmed in a visit.",
)
DAILY_CHECK = Sheet(
    key="removal.daily_check",
    title="Daily check",
    button="Record daily check",
    form=DailyCheckForm,
    judge=_judge_check,
    tells=_tells_check,
    says="Every day of the taper and for four days after the removal. What nobody looked for is left at not known.",
)
PLAN = Sheet(
    key="removal.plan",
    title="Plan against withdrawal",
    button="Sign plan",
    form=PlanForm,
    judge=_judge_plan,
    tells=tells_plan,
    roles=(Role.PRESCRIBER, Role.SURGEON),
    says="Before the operation, also where there is no time for a taper.",
)
REMOVAL = Sheet(
    key="removal.operation",
    title="Removal",
    button="Record removal",
    form=RemovalForm,
    judge=_judge_removal,
    tells=_tells_removal,
    act=_remove,
    then=_after_removal,
    roles=(Role.SURGEON, Role.PRESCRIBER),
    second_later=False,
    says="In a rehearsal, recording it takes pump and catheter out. It is never blocked.",
)


STEP = Step(
    number=14,
    key=KEY,
    title="Removal",
    purpose="A pump that goes for good, without the drug going at once.",
    sheets=(TAPER, DAILY_CHECK, PLAN, REMOVAL),
    look=look,
    due=due,
)
