"""The clinic's clock: only ever forward."""

from django.db import transaction

from thecal.canonical import Plain
from thecal.clinic.audit import append_row
from thecal.clinic.clock import Now
from thecal.clinic.models import ClinicClock, Person
from thecal.errors import OurFault


@transaction.atomic
def start_clock(*, now_ms: int, acting: Person | None, now: Now) -> ClinicClock:
    """Make the clock stand at `now_ms` from here on; once, when a rehearsal clinic is made."""
    if ClinicClock.objects.exists():
        raise OurFault("the clinic's clock was started before", remedy="Move it instead.")
    clock = ClinicClock.objects.create(now_ms=now_ms)
    append_row(now=now, person=acting, action="start clock", subject="clock", detail={"now_ms": now_ms})
    return clock


@transaction.atomic
def move_clock(*, to_ms: int, acting: Person | None, now: Now) -> ClinicClock:
    """Move the standing clock forward to `to_ms`."""
    clock = ClinicClock.objects.select_for_update().get()
    if to_ms < clock.now_ms:
        raise OurFault("the clinic's clock does not go back", remedy="Choose a later time.")
    detail: dict[str, Plain] = {"from_ms": clock.now_ms, "to_ms": to_ms}
    clock.now_ms = to_ms
    clock.save(update_fields=["now_ms"])
    append_row(now=now, person=acting, action="move clock", subject="clock", detail=detail)
    return clock
