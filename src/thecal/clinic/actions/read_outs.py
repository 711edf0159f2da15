"""What was learned of a pump: read-outs and fillings."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from thecal.canonical import Plain, record_digest, to_plain
from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.models import Fill, Implant, Person, ReadOut
from thecal.errors import BadInput, TheirFault
from thecal.pump.memory import Interrogation


@transaction.atomic
def record_read_out(*, implant: Implant, interrogation: Interrogation, acting: Person, now: Now) -> ReadOut:
    """Keep what the pump said. A read-out of another pump is refused: two pumps can be in the field."""
    if interrogation.serial != implant.serial:
        raise TheirFault(
            f"this read-out is of pump {interrogation.serial}, the record's pump is {implant.serial}",
            remedy="Hold the wand over this patient's pump alone, and interrogate again.",
        )
    read_out = ReadOut.objects.create(
        implant=implant,
        interrogation=to_plain(interrogation),
        digest=record_digest(interrogation),
        pump_ms=interrogation.at_ms,
        received_ms=now.clinic_ms,
        by=acting,
    )
    detail: dict[str, Plain] = {"implant": implant.pk, "digest": read_out.digest}
    append_row(now=now, person=acting, action="record read-out", subject=f"read-out {read_out.pk}", detail=detail)
    return read_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was checked on the way to a fill: lot, last day of the label, where it was done, the protocol's entries."""

    lot: str = ""
    expires: date | None = None
    place: str = ""
    entries: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def record_fill(
    *,
    implant: Implant,
    at_ms: int,
    volume_nl: int,
    concentration_pg_per_nl: int,
    residual_expected_nl: int | None,
    residual_withdrawn_nl: int | None,
    acting: Person,
    now: Now,
    checked: Checked | None = None,
) -> Fill:
    """Write down what came out of the reservoir, what went in, and what was checked on the way."""
    if at_ms > now.clinic_ms:
        raise BadInput("at_ms", "the filling lies in the future", remedy="Enter when it was done.")
    checked = checked or Checked()
    fill = Fill.objects.create(
        implant=implant,
        at_ms=at_ms,
        volume_nl=volume_nl,
        concentration_pg_per_nl=concentration_pg_per_nl,
        residual_expected_nl=residual_expected_nl,
        residual_withdrawn_nl=residual_withdrawn_nl,
        lot=checked.lot,
        expires=checked.expires,
        place=checked.place,
        checks=checked.entries,
        rules_version=RULES_VERSION,
        by=acting,
    )
    detail: dict[str, Plain] = {
        "implant": implant.pk,
        "volume_nl": volume_nl,
        "concentration_pg_per_nl": concentration_pg_per_nl,
    }
    if checked.lot:
        detail["lot"] = checked.lot
    append_row(now=now, person=acting, action="record fill", subject=f"fill {fill.pk}", detail=detail)
    return fill
