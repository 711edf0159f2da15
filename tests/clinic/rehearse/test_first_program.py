"""The first program of a pump: judged by the screening test on record, told of the operation's fill, primed or not."""

from typing import Any

import pytest
from tests.clinic.helpers import make_implant, text_of
from tests.clinic.rehearse.desk import ORDER, Desk, code_of
from tests.clinic.rehearse.helpers import INGRID, Clinic, patient_of

from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.models import Fill, Implant, StepRecord, UpdateStatus
from thecal.clinic.models.pumps import Holds
from thecal.clinic.rehearse.bedside import RehearsalBedside
from thecal.pump.bolus import PrimingBolus
from thecal.units import HOUR_MS

FIRST = ORDER | {"daily_dose": "100", "reason": "First program."}
NO_SCREENING = "No screening test is on record"


def with_a_first_pump(clinic: Clinic) -> Desk:
    """Ingrid's first pump, put in, filled with 500 mcg/mL, and read in a visit: it was never programmed."""
    implant = make_implant(patient_of(INGRID), tubing_holds=Holds.DRUG, catheter_holds=Holds.NO_DRUG)
    RehearsalBedside().implant(implant, filled_nl=20_000_000, concentration_pg_per_nl=500, tubing_primed=True)
    Fill.objects.create(
        implant=implant,
        at_ms=clinic.now.clinic_ms,
        volume_nl=20_000_000,
        concentration_pg_per_nl=500,
        checks={"operation": 1},
        by=clinic.ruiz,
    )
    desk = Desk(clinic, record_number=INGRID)
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
    review = text_of(with_a_first_pump(clinic).post("preview", FIRST))
    assert NO_SCREENING in review


@pytest.mark.parametrize(("dose", "is_above"), [("49.9", False), ("50", False), ("50.1", True), ("100", True)])
def test_the_first_dose_is_held_against_the_screening_test(clinic: Clinic, dose: str, is_above: bool) -> None:
    """50 mcg did enough, nobody wrote how long: that much passes, a tenth of a microgram more is said."""
    desk = with_a_first_pump(clinic)
    on_record(desk, "screening.given", 50 * HOUR_MS, {"dose_pg": 50_000_000})
    on_record(desk, "screening.verdict", 40 * HOUR_MS, {"judged": "ENOUGH"})
    review = text_of(desk.post("preview", FIRST | {"daily_dose": dose}))
    assert NO_SCREENING not in review
    assert (f"A start at {dose} mcg/day is above" in review) == is_above


def test_the_operations_fill_is_told_by_the_first_program(clinic: Clinic) -> None:
    """It stands as filled and not told from the first read-out on; the visit does not end before."""
    desk = with_a_first_pump(clinic)
    page = desk.page()
    assert "Filled, and the pump not told" in page
    assert 'name="concentration" value="500"' in page
    assert "Ask for date of birth" not in page, "the operation's fill has no protocol of this visit"
    assert "Prime the parts that hold no drug" in page
    desk.post("close", {"next_days": "3"})
    desk.visit.refresh_from_db()
    assert desk.visit.closed_ms is None
    review = text_of(desk.post("preview", FIRST | {"second_person": "okafor"}))
    assert "Update pump</button>" in review
    assert desk.digest(FIRST)


def test_a_first_program_is_primed_confirmed_and_told_whole(clinic: Clinic) -> None:
    """Two people sign; the catheter is primed, holds drug on record, and the pump counts the operation's fill."""
    desk = with_a_first_pump(clinic)
    second = {"second_person": "okafor", "second_code": code_of(clinic.okafor)}
    assert desk.update(daily_dose="50", prime="yes", reason="First program.", **second).status_code == 302
    sent = desk.visit.updates.get()
    assert (sent.status, sent.read().reservoir_nl) == (UpdateStatus.CONFIRMED, 20_000_000)
    assert isinstance(sent.read().bolus, PrimingBolus)
    implant = Implant.objects.get(pk=desk.implant.pk)
    assert (implant.tubing_holds, implant.catheter_holds) == (Holds.DRUG, Holds.DRUG)
    assert "Filled, and the pump not told" not in desk.page()
    assert desk.post("close", {"next_days": "3"}).status_code == 302
