"""One row of the worklist, and its urgency: what a step, a call or a read-out asks somebody to do."""

from dataclasses import dataclass
from enum import Enum

from django.urls import reverse

from thecal.clinic.models import Patient
from thecal.clinic.when import show_day


class Urgency(Enum):
    """The three urgencies. They differ in shape and word as well as in colour."""

    EMERGENCY = ("emergency", "Now")
    URGENT = ("urgent", "Today")
    ROUTINE = ("routine", "Planned")

    @property
    def css(self) -> str:
        """The class of its mark."""
        return self.value[0]

    @property
    def word(self) -> str:
        """The word of its mark."""
        return self.value[1]

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return list(Urgency).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One row: it reads as a sentence. `by_ms` is the latest time by which it should be done."""

    patient: Patient
    urgency: Urgency
    what: str
    by_ms: int
    why: str
    action: str
    url: str

    @property
    def group(self) -> str:
        """The heading it stands under: now, today, or the day by which it is planned."""
        return show_day(self.by_ms) if self.urgency is Urgency.ROUTINE else self.urgency.word


def step_item(
    patient: Patient, step_key: str, *, urgency: Urgency, what: str, by_ms: int, why: str, sheet_key: str = ""
) -> WorkItem:
    """A row that leads to a step of therapy, or to one of its sheets: `sheet_key` is the part after the point."""
    if sheet_key:
        url, action = reverse("sheet", args=[patient.pk, step_key, sheet_key]), "Open form"
    else:
        url, action = reverse("step", args=[patient.pk, step_key]), "Open step"
    return WorkItem(patient=patient, urgency=urgency, what=what, by_ms=by_ms, why=why, action=action, url=url)
