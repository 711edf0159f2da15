"""Step 2: what was tried before a pump. One sheet for each drug by mouth, one for everything else."""

from collections.abc import Iterator
from typing import Any

from thecal.care.oral_drugs import NEVER_STOP_AT_ONCE, Drug, show_oral_dose
from thecal.care.tried import Effect, Ended, OralCase, OtherCase, judge_oral, judge_other
from thecal.clinic.models import Stage, StepRecord
from thecal.clinic.steps.ages import age_years, days_since
from thecal.clinic.steps.assessed import EXAMINED
from thecal.clinic.steps.fields import NOT_KNOWN, Choice, Day, Number, Text, YesNo
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Sheet, Step, Table, Values
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding
from thecal.units import NO_BREAK_SPACE, PG_PER_MCG

DRUGS = (
    ("baclofen", "Baclofen"),
    ("tizanidine", "Tizanidine"),
    ("dantrolene", "Dantrolene"),
    ("diazepam", "Diazepam"),
    ("gabapentin", "Gabapentin"),
    ("cannabinoid", "A cannabinoid"),
    ("other", "Another"),
)
EFFECTS = (("enough", "Enough"), ("too_little", "Too little"), ("nothing", "None"))
ENDED = (
    ("still_taken", "Still taken"),
    ("tapered", "Stopped step by step"),
    ("at_once", "Stopped at once"),
)
SAID: dict[bool | None, str] = {True: "yes", False: "no", None: NOT_KNOWN}
SIDE_EFFECTS = ("drowsiness", "dizziness", "weakness", "nausea", "headache")


class OralDose(Number):
    """A daily dose by mouth in milligrams, as pg/day."""

    def __init__(self, label: str, *, help_text: str = "") -> None:
        super().__init__(label, low=0, high=10_000, unit="mg/day", places=3, help_text=help_text)

    def read(self, text: str) -> int:
        """Milligrams a day, all tablets together."""
        return super().read(text) * PG_PER_MCG

    def show(self, value: Any) -> str:
        """60 mg/day."""
        return NOT_KNOWN if value is None else show_oral_dose(value)

    def retype(self, value: Any) -> str:
        """60."""
        return "" if value is None else super().retype(value // PG_PER_MCG)


class OralForm(SheetForm):
    """One drug by mouth."""

    sections = (
        Section("The drug", ("drug", "drug_name", "dose_pg_per_day", "weeks", "effect")),
        Section("Side effects", (*SIDE_EFFECTS, "other_side_effects", "unbearable"), "Ask for each by its name."),
        Section("How it ended", ("ended", "ended_on", "why_ended"), NEVER_STOP_AT_ONCE),
    )
    drug = Choice("Drug", DRUGS)
    drug_name = Text("Name on the packet, where it is another")
    dose_pg_per_day = OralDose("Highest daily dose", help_text="All tablets of a day together.")
    weeks = Number("How long at that dose", low=0, high=5_000, unit="weeks")
    effect = Choice("Effect on stiffness and spasms", EFFECTS)
    drowsiness = YesNo("Drowsiness?")
    dizziness = YesNo("Dizziness?")
    weakness = YesNo("Weakness?")
    nausea = YesNo("Nausea?")
    headache = YesNo("Headache?")
    other_side_effects = Text("Other side effects")
    unbearable = YesNo("Were side effects more than could be borne?")
    ended = Choice("Is it still taken?", ENDED)
    ended_on = Day("Last day it was taken")
    why_ended = Text("Why it was stopped, or not raised")


class OtherForm(SheetForm):
    """Everything else."""

    sections = (
        Section("Hands on", ("stretching", "exercise", "rehabilitation", "hands_on_weeks", "hands_on_words")),
        Section("One region or more", ("one_region", "botulinum", "botulinum_words")),
        Section("Anything else", ("other_words",)),
    )
    stretching = YesNo("Stretching, positioning, splints?")
    exercise = YesNo("Exercise?")
    rehabilitation = YesNo("Rehabilitation: physiotherapy, occupational therapy?")
    hands_on_weeks = Number("How long", low=0, high=5_000, unit="weeks")
    hands_on_words = Text("Where, by whom, what came of it", rows=2)
    one_region = YesNo("Is one region the problem, an arm or a foot?")
    botulinum = YesNo("Was botulinum toxin tried?")
    botulinum_words = Text("Where it was injected, how often, what came of it", rows=2)
    other_words = Text("Phenol, surgery, anything else", rows=2)


def oral_case(values: Values, known: Known) -> OralCase:
    """One drug as care judges it."""
    drug, effect, ended = values.get("drug"), values.get("effect"), values.get("ended")
    return OralCase(
        drug=Drug[drug.upper()] if drug else None,
        dose_pg_per_day=values.get("dose_pg_per_day"),
        age_years=age_years(known.patient, known.now_ms),
        weeks=values.get("weeks"),
        effect=Effect[effect.upper()] if effect else None,
        unbearable=values.get("unbearable"),
        ended=Ended[ended.upper()] if ended else None,
        days_since_end=days_since(values.get("ended_on"), known.now_ms),
        **{name: values.get(name) for name in SIDE_EFFECTS},
    )


def other_case(values: Values) -> OtherCase:
    """Everything else as care judges it."""
    names = ("stretching", "exercise", "rehabilitation", "one_region", "botulinum")
    return OtherCase(**{name: values.get(name) for name in names})


def oral_cases(known: Known) -> list[OralCase]:
    """Every drug by mouth that is on record."""
    return [oral_case(record.values, known) for record in known.all("tried.oral")]


def takes_oral_baclofen(known: Known) -> bool | None:
    """Whether oral baclofen is still taken by the last record of it; None where there is none."""
    last = [record for record in known.all("tried.oral") if record.entry("drug") == "baclofen"]
    ended = last[-1].entry("ended") if last else None
    return None if ended is None else ended == "still_taken"


def _judge_oral(values: Values, known: Known) -> list[Finding]:
    return judge_oral(oral_case(values, known))


def _judge_other(values: Values, known: Known) -> list[Finding]:
    del known
    return judge_other(other_case(values))


def _words(choices: tuple[tuple[str, str], ...], key: str | None) -> str:
    return NOT_KNOWN if key is None else dict(choices)[key]


def _name(values: Values) -> str:
    return values.get("drug_name") or _words(DRUGS, values.get("drug"))


def _weeks(values: Values) -> str:
    weeks = values.get("weeks")
    return NOT_KNOWN if weeks is None else f"{weeks}{NO_BREAK_SPACE}weeks"


def _dose(values: Values) -> str:
    dose = values.get("dose_pg_per_day")
    return NOT_KNOWN if dose is None else show_oral_dose(dose)


def _tell_oral(values: Values) -> str:
    effect = _words(EFFECTS, values.get("effect")).lower()
    return f"{_name(values)}, {_dose(values)}, {_weeks(values)}; effect: {effect}"


def _tell_other(values: Values) -> str:
    told = {"rehabilitation": "Rehabilitation", "botulinum": "botulinum toxin"}
    return "; ".join(f"{word}: {SAID[values.get(name)]}" for name, word in told.items())


def _row(record: StepRecord) -> tuple[str, ...]:
    """One drug in the table: side effects that are known, and those that nobody asked for."""
    values: Values = record.values
    there = [name for name in SIDE_EFFECTS if values.get(name)]
    there += [values["other_side_effects"]] if values.get("other_side_effects") else []
    asked = [name for name in SIDE_EFFECTS if values.get(name) is None]
    side_effects = ", ".join(there) or ("none of the five" if not asked else "")
    not_asked = f"not known: {', '.join(asked)}" if asked else ""
    return (
        _name(values),
        _dose(values),
        _weeks(values),
        _words(EFFECTS, values.get("effect")),
        "; ".join(filter(None, (side_effects, not_asked))),
        _words(ENDED, values.get("ended")),
    )


def _look(known: Known) -> Look:
    """The drugs side by side, and what is dangerous about stopping them."""
    oral = known.all("tried.oral")
    taken = [record for record in oral if record.entry("drug") == "baclofen"]
    cards = (Card(urgency="urgent", title="Baclofen by mouth", says=NEVER_STOP_AT_ONCE),) if taken else ()
    head = ("Drug", "Highest daily dose", "How long", "Effect", "Side effects", "Now")
    table = Table(caption="Drugs by mouth", head=head, rows=tuple(_row(record) for record in oral))
    return Look(cards=cards, tables=(table,) if oral else ())


def _due(known: Known) -> Iterator[WorkItem]:
    """Once somebody was examined, what was tried is asked."""
    asked = known.latest("tried.oral") or known.latest("tried.other")
    if known.patient.stage == Stage.ASSESSMENT and known.latest(EXAMINED) is not None and asked is None:
        yield step_item(
            known.patient,
            "tried",
            urgency=Urgency.ROUTINE,
            what="Write down what was tried",
            by_ms=known.now_ms,
            why="Nothing that was tried is on record.",
        )


ORAL = Sheet(
    key="tried.oral",
    title="A drug by mouth",
    button="Record a drug",
    form=OralForm,
    judge=_judge_oral,
    tells=_tell_oral,
    says="One sheet for each drug. Who pays for a pump asks for every line of it.",
)
OTHER = Sheet(
    key="tried.other",
    title="Everything else",
    button="Record what else was tried",
    form=OtherForm,
    judge=_judge_other,
    tells=_tell_other,
)
STEP = Step(
    number=2,
    key="tried",
    title="Tried so far",
    purpose="Stretching, exercise, rehabilitation, each drug by mouth, botulinum toxin: what it did and what it cost.",
    sheets=(ORAL, OTHER),
    look=_look,
    due=_due,
)
