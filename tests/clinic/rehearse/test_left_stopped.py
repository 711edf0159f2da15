"""A pump that was stopped does not slip out of sight: worklist, page, and the end of a visit all speak of it."""

from tests.clinic.rehearse.desk import Desk
from tests.clinic.rehearse.helpers import Clinic

from thecal.clinic.models import AuditRow, Patient, Visit
from thecal.clinic.work_items import Urgency
from thecal.clinic.worklist import worklist
from thecal.pump.states import State


def stopped(clinic: Clinic) -> Desk:
    """Asta's pump, stopped in this visit."""
    desk = Desk(clinic)
    desk.post("stop")
    assert desk.read().state is State.STOPPED
    return desk


def test_a_stopped_pump_is_an_emergency_on_the_worklist_at_once(clinic: Clinic) -> None:
    """Not only when it begins to sound after 48 hours."""
    desk = stopped(clinic)
    items = [
        item for item in worklist(Patient.objects.all(), now_ms=clinic.now.clinic_ms) if item.patient == desk.patient
    ]
    found = [item for item in items if item.what == "Decide about a stopped pump"]
    assert [item.urgency for item in found] == [Urgency.EMERGENCY]


def test_a_visit_does_not_end_in_silence_about_a_stopped_pump(clinic: Clinic) -> None:
    """Without a reason it stays open and says why; with one it ends, and the audit keeps the reason."""
    desk = stopped(clinic)
    refused = desk.post("close", {"next_days": "1"})
    assert refused.status_code == 422
    assert Visit.objects.get(pk=desk.visit.pk).closed_ms is None
    desk.post("close", {"next_days": "1", "left_stopped": "Pump is replaced tomorrow."})
    assert Visit.objects.get(pk=desk.visit.pk).closed_ms is not None
    row = AuditRow.objects.filter(action="close visit").last()
    assert row is not None
    assert row.detail["left_stopped"] == "Pump is replaced tomorrow."


def test_a_running_pump_asks_nothing_at_the_end(clinic: Clinic) -> None:
    """The question belongs to a stopped pump alone."""
    desk = Desk(clinic)
    desk.post("interrogate")
    desk.post("close", {"next_days": ""})
    assert Visit.objects.get(pk=desk.visit.pk).closed_ms is not None
