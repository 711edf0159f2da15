"""What a step of therapy is: a few sheets, what its page shows, what it puts on the worklist.

A sheet is one form that leaves one record. Filling it in goes the same way for all of them:

    form (fields.py) → values → judge (care's rules) → findings beside the entries, live
    → a block refuses; a reason or a second person is asked for → act in the room → record, `then`, audit row

To make a step, write `clinic/steps/<step>.py`:

    class CheckForm(SheetForm):
        sections = (Section("What is seen", ("swelling", "fever")),)
        swelling = YesNo("Swelling?")
        fever = YesNo("Fever?")

    def _judge(values: Values, known: Known) -> list[Finding]:
        return judge_check(Check(swelling=values["swelling"], fever=values["fever"]))

    CHECK = Sheet(key="wound.check", title="Wound check", button="Record wound check", form=CheckForm, judge=_judge,
                  tells=lambda values: "Fever" if values["fever"] else "No fever written down")
    STEP = Step(number=7, key="wound", title="Wound and system checks", purpose="…", sheets=(CHECK,), due=_due)

and add `wound.STEP` to `registry.STEPS`. `values[name]` is None wherever nobody knows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from thecal.clinic.bedside import Bedside
from thecal.clinic.clock import Now
from thecal.clinic.models import Patient, Person, Role, StepRecord
from thecal.clinic.models.people import STAFF
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.sheet_form import SheetForm
from thecal.clinic.when import show_date
from thecal.clinic.work_items import WorkItem
from thecal.figures import Figure
from thecal.findings import Finding

Values = Mapping[str, Any]
"""A sheet's entries by name, in the unit of the name; None where not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """A sheet that is being recorded: by whom, when, and what was known before.

    `corrects` is the record that this one stands in the place of: what it set going has already happened.
    """

    values: Values
    known: Known
    acting: Person
    now: Now
    corrects: StepRecord | None = None

    @property
    def patient(self) -> Patient:
        """Whose record it is."""
        return self.known.patient


def nothing_found(values: Values, known: Known) -> list[Finding]:
    """The judge of a sheet that no rule is about."""
    del values, known
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One form that leaves one record.

    `key` is "step.sheet"; `tells` says the record in one sentence, for the story. `act` does in a rehearsal's room what
    was done to the patient, before anything is written; what it returns is added to the values, and a correction does
    nothing in the room. `then` writes what follows from a signed record, in the same transaction, a correction's too
    (see `Doing.corrects`). `second_later` False: what is recorded has been done to the patient, so a second person who
    is asked for signs now.
    """

    key: str
    title: str
    button: str
    form: type[SheetForm]
    tells: Callable[[Values], str]
    judge: Callable[[Values, Known], list[Finding]] = nothing_found
    roles: tuple[Role, ...] = STAFF
    act: Callable[[Doing, Bedside], Values] | None = None
    then: Callable[[Doing, StepRecord], None] | None = None
    second_later: bool = True
    says: str = ""

    @property
    def name(self) -> str:
        """The part of the key after the point, as in its address."""
        return self.key.split(".", 1)[1]

    @property
    def role_words(self) -> list[str]:
        """Who may fill it in, in words."""
        return [str(role.label) for role in self.roles]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Something to see at once. `urgency` is "emergency", "urgent" or "routine"."""

    urgency: str
    title: str
    says: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its caption."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a step's page shows above its sheets. `extra` is for the step's own template."""

    cards: tuple[Card, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


def nothing_to_see(known: Known) -> Look:
    """The look of a step whose sheets say everything."""
    del known
    return Look()


def nothing_due(known: Known) -> Iterable[WorkItem]:
    """The worklist of a step that asks for nothing."""
    del known
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of therapy. `template` is included on its page, with the look's `extra`.

    `state` says what was last written down of it, where that is not in its sheets; empty where nothing was.
    """

    number: int
    key: str
    title: str
    purpose: str
    sheets: tuple[Sheet, ...]
    look: Callable[[Known], Look] = nothing_to_see
    due: Callable[[Known], Iterable[WorkItem]] = nothing_due
    template: str = ""
    state: Callable[[Known], str] | None = None

    def __post_init__(self) -> None:
        assert all(sheet.key.startswith(f"{self.key}.") for sheet in self.sheets), self.key

    def last(self, known: Known) -> StepRecord | None:
        """The last thing that was recorded in this step."""
        keys = {sheet.key for sheet in self.sheets}
        found = [record for record in known.records if record.sheet in keys]
        return found[-1] if found else None

    def state_words(self, known: Known) -> str:
        """What was last written down of this step, when and by whom; empty where nothing was."""
        if self.state is not None:
            return self.state(known)
        last = self.last(known)
        if last is None:
            return ""
        waits = "; it waits for a second person" if last.wants_second else ""
        return f"last written {show_date(last.made_ms)} by {last.by.name}{waits}"
