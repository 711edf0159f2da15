"""Step 15: who pays. A payer's checklist beside the record, authorisations with their end, and what a packet lacks."""

from collections.abc import Iterator

from thecal.care.coverage import (
    CoverageCase,
    EndCase,
    ReplacementRequest,
    judge_coverage,
    judge_end,
    judge_packet,
    judge_replacement_request,
    reminders_ms,
)
from thecal.care.payers import Checked, Payer, check
from thecal.clinic.models import StepRecord
from thecal.clinic.steps.evidence import CHECK, Held, held_by, packet_of
from thecal.clinic.steps.fields import NOT_KNOWN, Choice, Day, Text, YesNo, day_ms
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Look, Sheet, Step, Table, Values
from thecal.clinic.steps.packet import packet_table
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.when import show_date
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding
from thecal.units import DAY_MS

AUTHORISATION = "coverage.authorisation"
REPLACEMENT = "coverage.replacement"
PAYERS = (
    ("medicare", "Medicare (NCD 280.14)"),
    ("aetna", "Aetna (CPB 0161)"),
    ("evicore", "eviCore (CMM-210)"),
    ("louisiana_medicaid", "Louisiana Medicaid (Humana)"),
    ("bcbs_alabama", "BCBS Alabama (MP-442)"),
    ("england", "England (commissioning)"),
)
PURPOSES = (
    ("screening", "Screening test"),
    ("implant", "Implant"),
    ("replacement", "Replacement"),
    ("drug", "Drug and refills"),
)
ANSWERS = (("asked", "Asked, no answer yet"), ("granted", "Granted"), ("refused", "Refused"))
MET = {True: "met", False: "not met", None: NOT_KNOWN}


class CheckForm(SheetForm):
    """Which payer, and what no other sheet asks."""

    sections = (
        Section("Payer", ("payer", "insurer")),
        Section("What some payers ask besides", ("athetosis", "kidneys_failed", "gut_or_liver", "deformity")),
        Section("For the packet", ("diagnosis", "codes")),
    )
    payer = Choice("Whose checklist", PAYERS)
    insurer = Text("Name of the insurer, and who was spoken to")
    athetosis = YesNo("More than mild athetosis?")
    kidneys_failed = YesNo("Have the kidneys failed?")
    gut_or_liver = YesNo("A disease of liver or gut?")
    deformity = YesNo("A severe deformity?")
    diagnosis = Text("Diagnosis with its code, and the cause")
    codes = Text("Procedure codes, and device identifiers where there are some")


class AuthorisationForm(SheetForm):
    """One answer of a payer."""

    sections = (Section("Authorisation", ("purpose", "answer", "number", "asked_on", "ends", "words")),)
    purpose = Choice("For", PURPOSES)
    answer = Choice("Answer", ANSWERS)
    number = Text("Its number")
    asked_on = Day("Asked on")
    ends = Day("Last day on which it holds")
    words = Text("What was said, by whom", rows=2)


class ReplacementForm(SheetForm):
    """A request for another pump."""

    sections = (Section("What can be shown", ("indicator_dated", "failure_shown", "repairable", "only_newer")),)
    indicator_dated = YesNo("Is the date of the replacement indicator on record?")
    failure_shown = YesNo("Is there evidence of a failure?")
    repairable = YesNo("Could it be repaired?")
    only_newer = YesNo("Is it asked for only to have a newer device?")


def authorised(known: Known, purpose: str, *, now_ms: int) -> bool | None:
    """Whether a payer's authorisation for this stands; None where there is none, or it was not answered."""
    record = _latest(known).get(purpose)
    answer = record.entry("answer") if record else None
    if record is None or answer not in {"granted", "refused"}:
        return None
    ends_ms = _ends_ms(record.values)
    return answer == "granted" and (ends_ms is None or now_ms < ends_ms)


def _latest(known: Known) -> dict[str, StepRecord]:
    """The last authorisation on record for each purpose."""
    return {record.entry("purpose"): record for record in known.all(AUTHORISATION) if record.entry("purpose")}


def _ends_ms(values: Values) -> int | None:
    """The end of the last day on which it holds."""
    return day_ms(values["ends"]) + DAY_MS if values.get("ends") else None


def _judge_check(values: Values, known: Known) -> list[Finding]:
    """The chosen payer's list beside the record; nothing where no payer is chosen."""
    if values.get("payer") is None:
        return []
    evidence = held_by(known, values).evidence
    found = judge_coverage(CoverageCase(payer=Payer[values["payer"].upper()], evidence=evidence))
    return [*found, *judge_packet(packet_of(known, values))]


def _judge_authorisation(values: Values, known: Known) -> list[Finding]:
    if values.get("answer") != "granted":
        return []
    return judge_end(EndCase(now_ms=known.now_ms, ends_ms=_ends_ms(values)))


def _judge_replacement(values: Values, known: Known) -> list[Finding]:
    del known
    names = ("indicator_dated", "failure_shown", "repairable", "only_newer")
    return judge_replacement_request(ReplacementRequest(**{name: values.get(name) for name in names}))


def _tell_check(values: Values) -> str:
    return dict(PAYERS).get(values.get("payer") or "", "No payer chosen")


def _tell_authorisation(values: Values) -> str:
    """Implant: granted, until 31 Mar 2026."""
    purpose = dict(PURPOSES).get(values.get("purpose") or "", NOT_KNOWN)
    answer = dict(ANSWERS).get(values.get("answer") or "", NOT_KNOWN).lower()
    until = f", until {show_date(day_ms(values['ends']))}" if values.get("ends") else ""
    return f"{purpose}: {answer}{until}"


def _tell_replacement(values: Values) -> str:
    said: dict[bool | None, str] = {True: "yes", False: "no", None: NOT_KNOWN}
    return f"Indicator dated: {said[values.get('indicator_dated')]}; repairable: {said[values.get('repairable')]}"


def _look(known: Known) -> Look:
    """The last checklist, criterion by criterion, the packet, and what is authorised."""
    record = known.latest(CHECK)
    latest = _latest(known)
    facts = [(dict(PURPOSES)[purpose], _standing(known, latest.get(purpose))) for purpose, _ in PURPOSES]
    if record is None or record.entry("payer") is None:
        return Look(facts=tuple(facts))
    held = held_by(known, record.values)
    checked = check(Payer[record.entry("payer").upper()], held.evidence)
    return Look(facts=tuple(facts), tables=(_criteria(record, checked, held), packet_table(known, record.values)))


def _standing(known: Known, record: StepRecord | None) -> str:
    if record is None:
        return "nothing on record"
    ends_ms = _ends_ms(record.values)
    ended = record.entry("answer") == "granted" and ends_ms is not None and ends_ms <= known.now_ms
    told = _tell_authorisation(record.values).split(": ", 1)[1]
    return f"{told}; has ended" if ended else told


def _criteria(record: StepRecord, checked: tuple[Checked, ...], held: Held) -> Table:
    """Each criterion, the answer, where it was read, and how well the criterion itself is known."""
    rows = tuple(
        (
            each.criterion.asks,
            MET[each.met],
            _where(each, held),
            f"{each.criterion.source} ({each.criterion.grade})",
        )
        for each in checked
    )
    head = ("Asked for", "Answer", "Read from", "Where the criterion comes from")
    return Table(caption=f"Checklist: {_tell_check(record.values)}", head=head, rows=rows)


def _where(each: Checked, held: Held) -> str:
    """The records that answer a criterion, each once."""
    known = [held.read_from[field] for field in each.criterion.fields if field in held.read_from]
    return "; ".join(dict.fromkeys(known)) or "nothing on record"


def _due(known: Known) -> Iterator[WorkItem]:
    """An authorisation that ends: 90 days before, 30 days before, and when it has ended."""
    for purpose, record in _latest(known).items():
        ends_ms = _ends_ms(record.values)
        if record.entry("answer") != "granted" or ends_ms is None:
            continue
        passed = [at_ms for at_ms in reminders_ms(ends_ms) if at_ms <= known.now_ms]
        if passed:
            ended, late = known.now_ms >= ends_ms, len(passed) > 1
            what = dict(PURPOSES)[purpose].lower()
            yield step_item(
                known.patient,
                "coverage",
                urgency=Urgency.URGENT if late else Urgency.ROUTINE,
                what=f"Renew the authorisation: {what}",
                by_ms=ends_ms - DAY_MS,
                why=f"It {'ended' if ended else 'ends'} {show_date(ends_ms - DAY_MS)}. Care goes on meanwhile.",
                sheet_key="authorisation",
            )


STEP = Step(
    number=15,
    key="coverage",
    title="Coverage",
    purpose="What the payer asks for, what the record answers, what is missing, and when an authorisation ends.",
    sheets=(
        Sheet(
            key=CHECK,
            title="Payer's checklist",
            button="Record checklist",
            form=CheckForm,
            judge=_judge_check,
            tells=_tell_check,
            says="Most of it is read from the record. Confirm it against the payer's own policy.",
        ),
        Sheet(
            key=AUTHORISATION,
            title="Authorisation",
            button="Record an answer",
            form=AuthorisationForm,
            judge=_judge_authorisation,
            tells=_tell_authorisation,
        ),
        Sheet(
            key=REPLACEMENT,
            title="Request for a replacement",
            button="Record a request",
            form=ReplacementForm,
            judge=_judge_replacement,
            tells=_tell_replacement,
        ),
    ),
    look=_look,
    due=_due,
)
