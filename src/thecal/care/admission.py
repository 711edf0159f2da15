"""A new record: who it is, and whether the record is there already."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from thecal.care.titration import Origin
from thecal.errors import BadInput
from thecal.findings import Finding, Rule, Severity
from thecal.sources import COMPUTED, OWN_CHOICE, Sourced, register

OLDEST = Sourced(
    name="oldest_age",
    value=122,
    unit="years",
    source="Jeanne Calment, 1875 to 1997, the oldest person on record, simple.wikipedia.org/wiki/Jeanne_Calment",
    grade="paper",
)
NUMBERS = register(OLDEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A record that is there already: the name, the date of birth as 1990-05-17, the record's number."""

    name: str
    born: str
    record_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A record to be made, on `today`, beside those that are there. Dates as 1990-05-17; None where not known."""

    name: str
    born: str
    today: str
    origin: Origin | None = None
    allergies: str | None = None
    records: tuple[Known, ...] = ()


DUPLICATE = Rule(
    name="admission.duplicate",
    severity=Severity.TWO_PEOPLE,
    asks="A second record of one name and date of birth takes two people who say that it is another person.",
    source=f"{OWN_CHOICE}: half a history in each of two records is how a dose is given twice",
    grade="assumed",
)
ALIKE = Rule(
    name="admission.alike",
    severity=Severity.REASON,
    asks="The same date of birth and part of the same name is looked at before a second record is made.",
    source=f"{OWN_CHOICE}: names are misspelt, shortened and changed",
    grade="assumed",
)
FUTURE = Rule(
    name="admission.born_later",
    severity=Severity.BLOCK,
    asks="Nobody was born after today.",
    source=f"{COMPUTED}: date of birth against today",
    grade="derived",
)
OLD = Rule(
    name="admission.very_old",
    severity=Severity.REASON,
    asks="A date of birth that makes somebody older than anybody ever was is read again.",
    source=OLDEST.source,
    grade="paper",
    numbers=(OLDEST,),
)
ORIGIN_UNKNOWN = Rule(
    name="admission.origin_unknown",
    severity=Severity.NOTE,
    asks="Where the cause of the spasticity is not known, the narrower limits for cerebral spasticity apply.",
    source="baclofen label as restated by reference.medscape.com/drug/lioresal-baclofen-343335",
    grade="label",
)
ALLERGIES_UNKNOWN = Rule(
    name="admission.allergies_unknown",
    severity=Severity.NOTE,
    asks="Allergies that nobody asked about are shown as not recorded, and never as none.",
    source="allergy to baclofen is the contraindication, studylib.net/doc/9691848/management-of-severe-spasticity",
    grade="label",
)
RULES = (DUPLICATE, ALIKE, FUTURE, OLD, ORIGIN_UNKNOWN, ALLERGIES_UNKNOWN)


def judge_admission(admission: Admission) -> list[Finding]:
    """What is asked before a record is made; BadInput where a date is none.

    >>> ana = Admission(name="Ana Berg", born="1990-05-17", today="2026-03-03", origin=Origin.SPINAL, allergies="none")
    >>> judge_admission(ana)
    []
    >>> from dataclasses import replace
    >>> def asks(**other):
    ...     return [finding.rule for finding in judge_admission(replace(ana, **other))]
    >>> there = Known(name="BERG, Ána", born="1990-05-17", record_number="R-0001")
    >>> asks(records=(there,)), asks(name="Anna Berg", records=(there,))
    (['admission.duplicate'], ['admission.alike'])
    >>> asks(born="2026-03-04"), asks(born="1903-03-02")
    (['admission.born_later'], ['admission.very_old'])
    >>> asks(origin=None, allergies=" ")
    ['admission.origin_unknown', 'admission.allergies_unknown']
    """
    born, today = _day(admission.born, "born"), _day(admission.today, "today")
    found = _judge_birth(born, today) + _judge_others(admission)
    if admission.origin is None:
        says = "Whether the spasticity is spinal or cerebral is not known."
        found.append(ORIGIN_UNKNOWN.finding(field="origin", says=says, remedy="Ask before the first dose."))
    if not (admission.allergies or "").strip():
        says = "Allergies are not recorded."
        found.append(ALLERGIES_UNKNOWN.finding(field="allergies", says=says, remedy="Ask, and write none if none."))
    return found


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same words, in any order, whatever their capitals, accents and commas.

    >>> same_name("BERG, Ána", "Ana  Berg"), same_name("Ana Berg", "Anna Berg")
    (True, False)
    """
    return _words(one) == _words(other)


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return frozenset(kept.split())


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(field, f"{text!r} is no date", remedy="Write year, month and day: 1990-05-17.") from None


def _judge_birth(born: date, today: date) -> list[Finding]:
    if born > today:
        says = f"{born.isoformat()} is after today, {today.isoformat()}."
        return [FUTURE.finding(field="born", says=says, remedy="Read the date of birth again.")]
    if _age(born, today) > OLDEST.whole():
        says = f"Born {born.isoformat()}, that is {_age(born, today)} years ago."
        return [OLD.finding(field="born", says=says, remedy="Read the date again, or write down why it is right.")]
    return []


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _judge_others(admission: Admission) -> list[Finding]:
    """The records of the same day of birth: the same name first, else a name that shares a word."""
    near = [known for known in admission.records if known.born == admission.born]
    same = [known for known in near if same_name(known.name, admission.name)]
    if same:
        says = f"{_named(same)} has the same name and date of birth."
        remedy = "Open that record instead. If it is another person, have a second person confirm it."
        return [DUPLICATE.finding(field="name", says=says, remedy=remedy)]
    alike = [known for known in near if _words(known.name) & _words(admission.name)]
    if alike:
        says = f"{_named(alike)} has the same date of birth, and part of the name."
        remedy = "Look at that record first. If it is another person, write down how you know."
        return [ALIKE.finding(field="name", says=says, remedy=remedy)]
    return []


def _named(records: list[Known]) -> str:
    return ", ".join(f"{known.name} ({known.record_number})" for known in records)


QUESTIONS = {"admission.new": (Admission, judge_admission)}
