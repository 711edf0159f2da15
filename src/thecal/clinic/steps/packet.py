"""The packet of evidence for a payer: ten parts, and what the record holds for each of them in words."""

from collections.abc import Callable

from thecal.care.coverage import PACKET
from thecal.clinic.models import StepRecord
from thecal.clinic.steps import assessment, tried
from thecal.clinic.steps.ages import age_years
from thecal.clinic.steps.assessed import AIMED, EXAMINED
from thecal.clinic.steps.candidate import FACTS, candidate_of
from thecal.clinic.steps.evidence import packet_of
from thecal.clinic.steps.fields import NOT_KNOWN
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Table, Values
from thecal.clinic.steps.screened import doses_of, verdict_on
from thecal.clinic.when import show_date
from thecal.units import NO_BREAK_SPACE, decimal_text, show_duration, show_mass

TELLS = {sheet.key: sheet.tells for step in (assessment.STEP, tried.STEP) for sheet in step.sheets}
SAID: dict[bool | None, str] = {True: "yes", False: "no", None: NOT_KNOWN}


def packet_table(known: Known, asked: Values) -> Table:
    """Each part: there or lacking, and its words."""
    case = packet_of(known, asked)
    there = {name: "there" if getattr(case, name) else "lacking" for name in PACKET}
    if known.chart.implant is None:
        there["replacement"] = "not needed before the first pump"
    rows = tuple((what, there[name], _words(name, known, asked)) for name, what in PACKET.items())
    return Table(caption="Packet of evidence", head=("Part", "On record", "What it says"), rows=rows)


def _words(name: str, known: Known, asked: Values) -> str:
    written: dict[str, Callable[[Known, Values], str]] = {
        "diagnosis": _diagnosis,
        "baseline": _baseline,
        "oral_drugs": _oral_drugs,
        "hands_on": _hands_on,
        "other_treatment": _other_treatment,
        "screening": _screening,
        "contraindications": _contraindications,
        "commitment": _commitment,
        "replacement": _replacement,
        "codes": _codes,
    }
    return written[name](known, asked)


def _diagnosis(known: Known, asked: Values) -> str:
    """As written, with age and weight."""
    case = candidate_of(known).case
    weight = NOT_KNOWN if case.weight_g is None else f"{decimal_text(case.weight_g, 1_000)}{NO_BREAK_SPACE}kg"
    diagnosis = asked.get("diagnosis") or "diagnosis not written"
    return f"{diagnosis}; {age_years(known.patient, known.now_ms)} years; weight {weight}"


def _baseline(known: Known, asked: Values) -> str:
    """The first examination and the goals, as their own sheets tell them."""
    del asked
    examined, aimed = known.all(EXAMINED), known.latest(AIMED)
    told = [f"{_on(examined[0])}: {TELLS[EXAMINED](examined[0].values)}"] if examined else []
    return " ".join([*told, TELLS[AIMED](aimed.values)] if aimed else told) or NOT_KNOWN


def _oral_drugs(known: Known, asked: Values) -> str:
    """One line for each drug, with why it was stopped."""
    del asked
    told = [
        f"{TELLS['tried.oral'](record.values)}; {record.entry('why_ended') or 'why it was stopped is not written'}"
        for record in known.all("tried.oral")
    ]
    return ". ".join(told) or NOT_KNOWN


def _hands_on(known: Known, asked: Values) -> str:
    del asked
    record = known.latest("tried.other")
    weeks = record.entry("hands_on_weeks") if record else None
    words = record.entry("hands_on_words") if record else None
    return NOT_KNOWN if weeks is None else f"{weeks}{NO_BREAK_SPACE}weeks; {words or 'no more written'}"


def _other_treatment(known: Known, asked: Values) -> str:
    del asked
    record = known.latest("tried.other")
    if record is None:
        return NOT_KNOWN
    words = "; ".join(filter(None, (record.entry("botulinum_words"), record.entry("other_words"))))
    return f"botulinum toxin: {SAID[record.entry('botulinum')]}{f'; {words}' if words else ''}"


def _screening(known: Known, asked: Values) -> str:
    """Each dose with its best drop and how long it lasted."""
    del asked
    told = []
    for dose in doses_of(known):
        verdict = verdict_on(known, dose)
        drop = verdict.best.mean if verdict.best is not None else ""
        lasted = "" if verdict.lasted_ms is None else f", for {show_duration(verdict.lasted_ms)}"
        told.append(f"{show_mass(dose.dose_pg)} on {show_date(dose.at_ms)}: {drop or 'drop not known'}{lasted}")
    return "; ".join(told) or NOT_KNOWN


def _contraindications(known: Known, asked: Values) -> str:
    del asked
    case = candidate_of(known).case
    answers = {
        "allergy": case.baclofen_allergy,
        "infection": case.active_infection,
        "other programmed implant": case.other_device,
    }
    return "; ".join(f"{name}: {SAID[answer]}" for name, answer in answers.items())


def _commitment(known: Known, asked: Values) -> str:
    del asked
    facts = known.latest(FACTS)
    return (facts.entry("refills_who") if facts else None) or NOT_KNOWN


def _replacement(known: Known, asked: Values) -> str:
    del asked
    record = known.latest("coverage.replacement")
    if record is None:
        return "no request on record" if known.chart.implant else ""
    return f"indicator dated: {SAID[record.entry('indicator_dated')]}; repairable: {SAID[record.entry('repairable')]}"


def _codes(known: Known, asked: Values) -> str:
    """As written, with the pump's serial number."""
    implant = known.chart.implant
    pump = f"; {implant.pump_model}, serial {implant.serial}" if implant else ""
    return f"{asked.get('codes') or 'codes not written'}{pump}"


def _on(record: StepRecord) -> str:
    return show_date(record.made_ms)
