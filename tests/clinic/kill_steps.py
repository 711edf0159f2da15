"""A clinic that is killed at every step of an update, and started again. Prints one JSON line per kill.

Run in a process of its own by test_kill.py, once Django is set up. Each child process reviews a new dose and sends
it; a link that counts kills it, with SIGKILL, before or after an exchange with the pump.
"""

import json
import os
import signal
import sys
from typing import Any

from django.db import connections

from thecal.clinic.actions import exchange, mark_interrupted_updates
from thecal.clinic.actions.visits import close_visit, open_visit
from thecal.clinic.clock import clinic_now
from thecal.clinic.draft import Draft
from thecal.clinic.models import Implant, Person, PumpUpdate, Visit
from thecal.clinic.rehearse.bedside import RehearsalBedside
from thecal.clinic.reviewing import judge
from thecal.programmer.exchange import OpenSession
from thecal.pump.infusion import SimpleContinuous

EXCHANGES = 4
"""Stage, read back, commit, read back."""


class CountingLink:
    """The room's link, and a death at the chosen exchange."""

    def __init__(self, inner: Any, at: int, *, answered: bool) -> None:
        self._inner, self._at, self._answered, self._count = inner, at, answered, 0

    def exchange(self, request: bytes, timeout_ms: int) -> bytes:
        """Pass one request on; die before it is passed, or after it was answered."""
        self._count += 1
        if self._count == self._at and not self._answered:
            os.kill(os.getpid(), signal.SIGKILL)
        answer: bytes = self._inner.exchange(request, timeout_ms)
        if self._count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


class DeadlyBedside(RehearsalBedside):
    """The virtual bedside, whose session dies in the middle of an update."""

    def __init__(self, at: int, *, answered: bool) -> None:
        super().__init__()
        self._at, self._answered = at, answered

    def open_session(self, implant: Implant, acting: Person) -> OpenSession:
        """A session that is open and well; its line is cut for what follows."""
        session = super().open_session(implant, acting)
        line = session._line
        object.__setattr__(line, "link", CountingLink(line.link, self._at, answered=self._answered))
        return session


def update(visit: Visit, implant: Implant, acting: Person, at: int, *, answered: bool, dose: str) -> None:
    """Review and send a new daily dose, and die on the way."""
    read = exchange.interrogate(
        visit=visit, implant=implant, bedside=RehearsalBedside(), acting=acting, now=clinic_now()
    ).read()
    draft = Draft(
        mode="continuous", concentration="500", daily_dose=dose, low_alarm="2", reason="kill", second_person="x"
    )
    judged = judge(visit, implant, read, draft, now_ms=clinic_now().clinic_ms)
    assert judged.review is not None, judged.wrong
    exchange.update_pump(
        visit=visit,
        implant=implant,
        bedside=DeadlyBedside(at, answered=answered),
        reviewed=judged.review,
        onto_revision=read.revision,
        transaction_id=f"kill-{at}-{answered}",
        reason="kill",
        second_person=None,
        acting=acting,
        now=clinic_now(),
    )
    raise AssertionError("it should have been killed")


def kill_and_settle(
    visit: Visit, implant: Implant, acting: Person, at: int, *, answered: bool, dose: str
) -> dict[str, Any]:
    """One child, its death, the next start, and the read-out that settles."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        update(visit, implant, acting, at, answered=answered, dose=dose)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    mark_interrupted_updates(now=clinic_now())
    left = PumpUpdate.objects.get(transaction_id=f"kill-{at}-{answered}")
    found = {"at": at, "answered": answered, "killed": os.WTERMSIG(status) == signal.SIGKILL, "at_start": left.status}
    read = exchange.interrogate(
        visit=visit, implant=implant, bedside=RehearsalBedside(), acting=acting, now=clinic_now()
    ).read()
    left.refresh_from_db()
    assert read.program is not None
    assert isinstance(read.program.infusion_mode, SimpleContinuous)
    runs_new = read.update_digest == left.digest
    return {**found, "settled": left.status, "runs_new": runs_new, "dose_pg_per_day": read.dose_pg_per_day}


def main() -> None:
    """Every exchange, before and after, with another dose each time."""
    implant = Implant.objects.get(catheter_total_mm__gt=0, patient__name__startswith="Asta")
    acting, now = Person.objects.get(username="ruiz"), clinic_now()
    visit = open_visit(patient=implant.patient, acting=acting, now=now)
    for number, (at, answered) in enumerate((at, late) for at in range(1, EXCHANGES + 1) for late in (False, True)):
        found = kill_and_settle(visit, implant, acting, at, answered=answered, dose=str(301 + number))
        sys.stdout.write(json.dumps({**found, "asked_pg_per_day": (301 + number) * 10**6}) + "\n")
        sys.stdout.flush()
    close_visit(visit=visit, next_due_ms=None, acting=acting, now=now)
