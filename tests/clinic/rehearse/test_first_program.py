"""The first program of a pump: judged by the screening test on record, told of the operation's fill, primed or not."""

from typing import Any

import pytest
from django.test import Client
from tests.clinic.helpers import text_of
from tests.clinic.rehearse.desk import ORDER, Desk
from tests.clinic.rehearse.helpers import Clinic
from tests.clinic.steps.helpers import fill_in
from tests.clinic.steps.theatre import PUMP

from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.models import Person, StepRecord
from thecal.units import HOUR_MS

FIRST = ORDER | {"daily_dose": "100", "reason": "First program."}
NO_SCREENING = "No screening test is on record"


def with_a_new_pump(clinic: Clinic) -> Desk:
    """Asta's pump is replaced by one filled with the same drug; it is read in a visit, and was never programmed."""
    desk = Desk(clinic)
    entries = PUMP | {"catheter_holds": "drug", "reason": "agreed today"}
    surgeon = Person.objects.get(username="sato")
    answer = fill_in(Client(), surgeon, desk.patient, "replacement.operation", entries)
    assert answer.status_code == 302, text_of(answer)
    desk.implant = desk.patient.implants.get(removed_ms__isnull=True)
    desk.post("interrogate")
    assert desk.read().program is None
    return desk


def on_record(desk: Desk, sheet: str, ago_ms: int, values: dict[str, Any]) -> None:
    """A sheet that was recorded before."""
    StepRecord.objects.create(
        patient=desk.patient,
        sheet=sheet,
        made_ms=desk.clinic.now.clinic_ms - ago_ms,
        by=desk.clinic.ruiz,
        values=values,
        rules_version=RULES_VERSION,
    )


def test_without_a_screening_test_on_record_no_start_can_be_worked_out(clinic: Clinic) -> None:
    """Two people, and it says why."""
    review = text_of(with_a_new_pump(clinic).post("preview", FIRST))
    assert NO_SCREENING in review


@pytest.mark.parametrize(("dose", "is_above"), [("49.9", False), ("50", False), ("50.1", True), ("100", True)])
def test_the_first_dose_is_held_against_the_screening_test(clinic: Clinic, dose: str, is_above: bool) -> None:
    """50 mcg did enough, nobody wrote how long: that much passes, a tenth of a microgram more is said."""
    desk = with_a_new_pump(clinic)
    on_record(desk, "screening.given", 50 * HOUR_MS, {"dose_pg": 50_000_000})
    on_record(desk, "screening.verdict", 40 * HOUR_MS, {"judged": "ENOUGH"})
    review = text_of(desk.post("preview", FIRST | {"daily_dose": dose}))
    assert NO_SCREENING not in review
    assert (f"A start at {dose} mcg/day is above" in review) == is_above


def test_the_operations_fill_is_told_by_the_first_program(clinic: Clinic) -> None:
    """It stands as filled and not told from the first read-out on; the visit does not end before."""
    desk = with_a_new_pump(clinic)
    page = desk.page()
    assert "Filled, and the pump not told" in page
    assert 'name="concentration" value="500"' in page
    assert "Ask for date of birth" not in page, "the operation's fill has no protocol of this visit"
    desk.post("close", {"next_days": "3"})
    desk.visit.refresh_from_db()
    assert desk.visit.closed_ms is None
    review = text_of(desk.post("preview", FIRST | {"second_person": "okafor"}))
    assert "Update pump</button>" in review
    assert desk.digest(FIRST)
