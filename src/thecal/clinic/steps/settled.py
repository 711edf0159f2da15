"""The end of titration: the prescriber says that the dose has settled, and from then on it is maintained."""

from thecal.clinic.models import Role, Stage, StepRecord
from thecal.clinic.steps.fields import Text, YesNo
from thecal.clinic.steps.mechanism import Doing, Sheet, Values
from thecal.clinic.steps.sheet_form import Section, SheetForm

AFTER = {True: Stage.MAINTAINED, False: Stage.TITRATING}


class SettledForm(SheetForm):
    """Whether titration is over."""

    sections = (
        Section(
            "The dose",
            ("settled", "words"),
            "Maintained doses are changed at refills, and by other limits than titrated ones.",
        ),
    )
    settled = YesNo("Has the dose settled?")
    words = Text("How the person is at this dose", rows=2, longest=1_000)


def _tell(values: Values) -> str:
    settled = values.get("settled")
    said = "Not known whether the dose has settled"
    if settled is not None:
        said = "The dose has settled" if settled else "Titrated again"
    return f"{said}. {values.get('words') or ''}".strip()


def _then(doing: Doing, record: StepRecord) -> None:
    """The stage follows, for a patient who is titrated or maintained; nothing follows where nobody said."""
    settled = record.entry("settled")
    if settled is not None and doing.patient.stage in AFTER.values():
        doing.patient.stage = AFTER[settled]
        doing.patient.save(update_fields=["stage"])


SETTLED = Sheet(
    key="titration.settled",
    title="End of titration",
    button="Say whether it has settled",
    form=SettledForm,
    tells=_tell,
    then=_then,
    roles=(Role.PRESCRIBER,),
)
