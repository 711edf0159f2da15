"""A visit in somebody's browser, for the tests of its addresses."""

import re
import time
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import sign_in, text_of
from tests.clinic.rehearse.helpers import ASTA, Clinic, implant_of, patient_of

from thecal.clinic.actions import move_clock
from thecal.clinic.clock import Now
from thecal.clinic.models import Person, ReadOut, Visit
from thecal.clinic.rehearse.people import shown_codes
from thecal.clinic.rehearse.place import Hand, move_wand
from thecal.pump.memory import Interrogation
from thecal.rehearsal.world import World

ORDER = {
    "mode": "continuous",
    "concentration": "500",
    "daily_dose": "310",
    "low_alarm": "2",
    "bridge": "",
    "no_bridge_reason": "",
    "reason": "Stiffer in the morning.",
    "second_person": "",
}
RAISED_PG_PER_DAY = 310_000_000


class Desk:
    """Asta's visit in somebody's browser."""

    def __init__(self, clinic: Clinic, person: Person | None = None, record_number: str = ASTA) -> None:
        self.clinic = clinic
        self.client = sign_in(Client(), person or clinic.ruiz)
        self.patient = patient_of(record_number)
        self.implant = implant_of(record_number)
        self.client.post(reverse("start_visit", args=[self.patient.pk]))
        self.visit = Visit.objects.get(patient=self.patient, closed_ms__isnull=True)

    def entries(self, concentration: str = "500", **changed: str) -> dict[str, str]:
        """A refill's protocol with nothing amiss: 20 mL from a label that says baclofen and this concentration."""
        label = f"baclofen {concentration}"
        good = {
            "said_born": self.patient.born.isoformat(),
            "said_record_number": self.patient.record_number,
            "place": "clinic",
            "label": label,
            "lot": "A17",
            "expires": "2027-03",
            "label_again": label,
            "needle_before": "good",
            "withdrawn": "7.4",
            "needle_after": "good",
            "fill_volume": "20",
        }
        return good | changed

    def post(self, name: str, data: dict[str, str] | None = None) -> Any:
        """Press one of the page's buttons."""
        return self.client.post(reverse(f"visit_{name}", args=[self.visit.pk]), data or {})

    def page(self) -> str:
        """The visit as it stands."""
        return text_of(self.client.get(reverse("visit", args=[self.visit.pk])))

    @staticmethod
    def page_of(person: Person, visit: Visit) -> str:
        """A visit as somebody else sees it."""
        return text_of(sign_in(Client(), person).get(reverse("visit", args=[visit.pk])))

    def digest(self, order: dict[str, str]) -> str:
        """What the review of this order is known by; empty where there is nothing to press."""
        found = re.search(r'name="digest" value="([0-9a-f]{64})"', text_of(self.post("preview", order)))
        return found.group(1) if found else ""

    def update(self, **changed: str) -> Any:
        """Review the order, and press *Update pump* on it."""
        order = ORDER | changed
        return self.post("update", {"digest": self.digest(order)} | order)

    def dose_pg_per_day(self) -> int:
        """What the record says that the pump runs."""
        return self.read().dose_pg_per_day

    def read(self) -> Interrogation:
        """The latest read-out on record."""
        read_out = ReadOut.objects.filter(implant=self.implant).order_by("received_ms", "id").last()
        assert read_out is not None
        return read_out.read()

    def pass_time(self, ms: int) -> None:
        """Let the clinic's clock go on."""
        now = self.clinic.now
        move_clock(
            to_ms=now.clinic_ms + ms, acting=None, now=Now(clinic_ms=now.clinic_ms + ms, wall_ms=now.wall_ms + ms)
        )

    def hand(self, hand: Hand) -> None:
        """Lift or hold the wand."""
        with World.open(self.clinic.path) as world:
            move_wand(world, hand)


def code_of(person: Person) -> str:
    """The code of this moment, good for a few seconds more."""
    (shown,) = shown_codes([person], wall_ms=time.time_ns() // 1_000_000)
    if shown.seconds_left > 3:
        return shown.code
    time.sleep(shown.seconds_left + 0.1)
    return code_of(person)
