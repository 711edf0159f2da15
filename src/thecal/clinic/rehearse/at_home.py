"""What families of the rehearsal have in writing: the plan for home, in a fictional prescriber's words."""

from thecal.clinic.actions.steps import record_sheet
from thecal.clinic.clock import Now
from thecal.clinic.models import Patient, Person
from thecal.clinic.steps.known import known_of
from thecal.clinic.steps.mechanism import Doing
from thecal.clinic.steps.own import RESCUE

PLAN = {
    "too_little": "Itch, tingling, or stiffer than usual: ring us at once, at night too. "
    "Fever or muddled: ring the emergency number first.",
    "tablets": "Baclofen tablets are in the kitchen cupboard. Take none before you have spoken to us. "
    "They do not replace the pump.",
    "too_much": "Sleepy, floppy or slow breath: ring the emergency number. Nothing to eat or drink. No tablets.",
    "hospital": "The university hospital (fictional). Say: baclofen pump. Show the emergency card.",
    "other": None,
}


def write_plan(record_number: str, now: Now, *, acting: Person) -> None:
    """The rescue plan of one patient, without a dose in it."""
    patient = Patient.objects.get(record_number=record_number)
    known = known_of(patient, now_ms=now.clinic_ms)
    doing = Doing(values=PLAN, known=known, acting=acting, now=now)
    record_sheet(sheet=RESCUE, doing=doing, findings=RESCUE.judge(PLAN, known))
