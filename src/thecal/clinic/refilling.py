"""A refill's protocol: what was typed at the bedside, kept as typed, and what care's rules make of it.

The first reading of a label is kept and never shown again, so that the second is blind. The expected residual is shown
once the withdrawn one is written down, or once somebody says that nothing is refilled in this visit.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from thecal.care.refill import (
    IdentityCase,
    NeedleCase,
    VolumeCase,
    judge_identity,
    judge_needle,
    judge_volume,
)
from thecal.care.refill_label import Label, LabelCase, judge_label
from thecal.care.refill_visit import EndCase, RefillCase
from thecal.care.refill_visit import Place as CarePlace
from thecal.clinic import typed
from thecal.clinic.draft import DRUG
from thecal.clinic.models import Patient, Place
from thecal.errors import BadInput
from thecal.findings import Finding
from thecal.units import SECOND_MS

NEEDLE_BEFORE = {
    "good": "At its stop, and old drug drawn",
    "not_at_stop": "Not at its stop",
    "nothing_drawn": "At its stop, but nothing drawn",
}
NEEDLE_AFTER = {
    "good": "Drawn back, no resistance, no swelling",
    "not_drawn_back": "Not drawn back",
    "resistance": "Resistance",
    "swelling": "Swelling over the pump",
}
NAMES_OF_DRUG = {"baclofen", "lioresal", "lioresal intrathecal", "gablofen", "baclofen injection"}
MONTHS = [name.casefold() for name in calendar.month_abbr]
LONGEST_LOT = 60
CARE_PLACES = {Place.CLINIC: CarePlace.CLINIC, Place.HOME: CarePlace.HOME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """The entries as typed. `syringe_nl` is what a rehearsal's syringe showed; `seen`: the expected residual was."""

    said_born: str = ""
    said_record_number: str = ""
    place: str = ""
    label: str = ""
    lot: str = ""
    expires: str = ""
    label_again: str = ""
    needle_before: str = ""
    withdrawn: str = ""
    needle_after: str = ""
    fill_volume: str = ""
    seen: str = ""
    syringe_nl: int | None = None

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> "Protocol":
        """What `to_json` kept; names that are not the protocol's are left alone."""
        return Protocol(**{name: kept[name] for name in Protocol.__slots__ if name in kept})

    def to_json(self) -> dict[str, Any]:
        """The entries for keeping: only those that were made."""
        return {name: value for name, value in asdict(self).items() if value not in {"", None}}

    @property
    def is_begun(self) -> bool:
        """Whether anything of a refill was done or typed."""
        return bool(self.to_json().keys() - {"seen"})


TYPED = tuple(name for name in Protocol.__slots__ if name != "syringe_nl")
"""The entries that a page may post."""


def posted_entries(posted: Mapping[str, str]) -> dict[str, str]:
    """The protocol's entries among posted fields; what was not posted stays as it was kept."""
    return {name: posted[name].strip()[:200] for name in TYPED if name in posted}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The entries as values, None where not typed or where they cannot be read; `wrong` says why not, by entry."""

    born: str
    first: Label | None
    second: Label | None
    expires: date | None
    withdrawn_nl: int | None
    fill_nl: int | None
    wrong: Mapping[str, BadInput]


def read_entries(protocol: Protocol) -> Read:
    """Every entry read by itself, so that one bad one hides no other."""
    wrong: dict[str, BadInput] = {}

    def tried(name: str, parse: Callable[..., Any]) -> Any:
        text = getattr(protocol, name)
        try:
            return parse(text, field=name) if text else None
        except BadInput as bad:
            wrong[name] = bad
            return None

    born = tried("said_born", _day)
    if len(protocol.lot) > LONGEST_LOT:
        wrong["lot"] = BadInput("lot", "is too long for a lot", remedy="Copy the lot alone from the label.")
    return Read(
        born=born.isoformat() if born else "",
        first=tried("label", _label),
        second=tried("label_again", _label),
        expires=tried("expires", _expiry),
        withdrawn_nl=tried("withdrawn", typed.volume_nl),
        fill_nl=tried("fill_volume", _fill_volume),
        wrong=wrong,
    )


def readings_differ(protocol: Protocol) -> bool:
    """Whether the label was read twice, and not the same way."""
    read = read_entries(protocol)
    return None not in (read.first, read.second) and read.first != read.second


@dataclass(frozen=True, slots=True, kw_only=True)
class Bedside:
    """What the record holds beside what was typed. `told_pg_per_nl` is the concentration the pump was told."""

    patient: Patient
    told_pg_per_nl: int | None
    capacity_nl: int
    now_ms: int


def case_of(protocol: Protocol, beside: Bedside, *, read_pump: bool, end: EndCase) -> RefillCase:
    """The refill as care's rules look at it."""
    read, told = read_entries(protocol), beside.told_pg_per_nl
    place = CARE_PLACES[Place(protocol.place)] if protocol.place in Place.values else None
    return RefillCase(
        read=read_pump,
        withdrawn_nl=read.withdrawn_nl,
        identity=IdentityCase(
            said_born=read.born,
            said_record_number=protocol.said_record_number,
            born=beside.patient.born.isoformat(),
            record_number=beside.patient.record_number,
        ),
        label=LabelCase(
            first=read.first,
            second=read.second,
            told=None if told is None else Label(drug=DRUG, concentration_pg_per_nl=told),
            lot=protocol.lot,
            expires_ms=None if read.expires is None else _after(read.expires),
            at_ms=beside.now_ms,
        ),
        needle=_needle(protocol),
        volume=VolumeCase(fill_nl=read.fill_nl, capacity_nl=beside.capacity_nl),
        end=replace(end, place=place),
    )


def findings_of(case: RefillCase) -> list[Finding]:
    """What identity, label, needle and volume ask for, in the order of the visit."""
    return [
        *judge_identity(case.identity),
        *judge_label(case.label),
        *judge_needle(case.needle),
        *judge_volume(case.volume),
    ]


def _needle(protocol: Protocol) -> NeedleCase:
    before = {"good": (True, True), "not_at_stop": (False, None), "nothing_drawn": (True, False)}
    after: dict[str, tuple[bool | None, bool | None, bool | None]] = {
        "good": (True, True, True),
        "not_drawn_back": (False, None, None),
        "resistance": (None, False, None),
        "swelling": (None, None, False),
    }
    at_stop, aspirated = before.get(protocol.needle_before, (None, None))
    drawn_back, no_resistance, no_swelling = after.get(protocol.needle_after, (None, None, None))
    return NeedleCase(
        at_stop=at_stop,
        aspirated=aspirated,
        drawn_back=drawn_back,
        no_resistance=no_resistance,
        no_swelling=no_swelling,
    )


def _label(text: str, *, field: str) -> Label:
    """Drug and concentration as printed: baclofen 500 mcg/mL."""
    found = re.fullmatch(r"([^\d]+?)\s*(\d.*)", text.strip())
    if found is None:
        raise BadInput(
            field, "is not a drug and its concentration", remedy="Write both as printed: baclofen 500 mcg/mL."
        )
    name = " ".join(found.group(1).casefold().split())
    if name not in NAMES_OF_DRUG:
        raise BadInput(field, f"{name!r} is not the drug of this pump", remedy="Take baclofen for intrathecal use.")
    concentration = typed.concentration_pg_per_nl(found.group(2), field=field)
    if concentration <= 0:
        raise BadInput(field, "a concentration of zero holds no drug", remedy="Copy it from the label.")
    return Label(drug=DRUG, concentration_pg_per_nl=concentration)


def _fill_volume(text: str, *, field: str) -> int:
    volume_nl = typed.volume_nl(text, field=field)
    if volume_nl <= 0:
        raise BadInput(field, "is nothing", remedy="Write what goes in.")
    return volume_nl


def _day(text: str, *, field: str) -> date:
    """A date that can be read in one way only: 1990-05-17, or 17 May 1990."""
    remedy = "Write it like this: 1990-05-17, or 17 May 1990."
    numbers = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    words = re.fullmatch(r"(\d{1,2})\.?\s*([A-Za-z]{3})[a-z]*\.?\s*(\d{4})", text, re.ASCII)
    try:
        if numbers is not None:
            year, month, day = (int(group) for group in numbers.groups())
            return _in_calendar(year, month, day)
        if words is not None and words.group(2).casefold() in MONTHS:
            return _in_calendar(int(words.group(3)), MONTHS.index(words.group(2).casefold()), int(words.group(1)))
    except ValueError:
        raise BadInput(field, f"{text!r} is not in the calendar", remedy=remedy) from None
    raise BadInput(field, f"{text!r} is not a date that reads one way", remedy=remedy)


def _in_calendar(year: int, month: int, day: int) -> date:
    """The date; ValueError for the calendar's last year, too, which has no day after it."""
    return date(year if year < 9999 else 0, month, day)


def _expiry(text: str, *, field: str) -> date:
    """The last day: 2027-03 and 03/2027 mean the end of March."""
    year_first = re.fullmatch(r"(\d{4})-(\d{1,2})", text, re.ASCII)
    month_first = re.fullmatch(r"(\d{1,2})/(\d{4})", text, re.ASCII)
    if year_first is None and month_first is None:
        return _day(text, field=field)
    found = year_first.groups() if year_first else month_first.groups()[::-1] if month_first else ()
    year, month = (int(group) for group in found)
    if not (1 <= month <= 12 and 1 <= year <= 9998):
        raise BadInput(field, f"{text!r} is not in the calendar", remedy="Write year and month: 2027-03.")
    return date(year, month, calendar.monthrange(year, month)[1])


def _after(last: date) -> int:
    """The first moment after a day, Unix ms UTC."""
    midnight = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    return int(midnight.timestamp()) * SECOND_MS
