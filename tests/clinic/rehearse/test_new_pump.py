"""A new pump on an old catheter, in the visit that programs it: what the drug that is still there will do."""

import pytest
from django.test import Client
from tests.clinic.helpers import text_of
from tests.clinic.rehearse.desk import ORDER, Desk
from tests.clinic.rehearse.helpers import Clinic
from tests.clinic.steps.helpers import fill_in
from tests.clinic.steps.theatre import PUMP

from thecal.clinic.models import Person


def with_a_new_pump(clinic: Clinic, concentration: str) -> Desk:
    """Asta's pump of 500 mcg/mL is replaced by one that is filled with this; it is read in a visit."""
    desk = Desk(clinic)
    entries = PUMP | {"concentration_pg_per_nl": concentration, "catheter_holds": "drug", "reason": "agreed today"}
    surgeon = Person.objects.get(username="sato")
    answer = fill_in(Client(), surgeon, desk.patient, "replacement.operation", entries)
    assert answer.status_code == 302, text_of(answer)
    desk.implant = desk.patient.implants.get(removed_ms__isnull=True)
    desk.post("interrogate")
    assert desk.read().program is None
    return desk


@pytest.mark.parametrize(("filled", "says"), [("500", ""), ("1000", "50 % of the dose"), ("2000", "25 % of the dose")])
def test_the_review_says_what_the_tip_gets_until_the_old_drug_is_gone(clinic: Clinic, filled: str, says: str) -> None:
    """The same concentration is silent; a stronger one gives the tip its share, and two people are asked."""
    desk = with_a_new_pump(clinic, filled)
    shown = text_of(desk.post("preview", ORDER | {"concentration": filled, "daily_dose": "300"}))
    assert ("The catheter holds 500 mcg/mL" in shown) == bool(says)
    assert says in shown


def test_a_pump_that_gives_nothing_pushes_nothing(clinic: Clinic) -> None:
    """A program without a dose asks for nothing of it."""
    desk = with_a_new_pump(clinic, "2000")
    order = ORDER | {"concentration": "2000", "mode": "stopped", "daily_dose": ""}
    assert desk.digest(order), "it is reviewed"
    assert "The catheter holds 500 mcg/mL" not in text_of(desk.post("preview", order))
