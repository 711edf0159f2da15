"""The seeded clinic: six people who do not exist, a past that was lived, and a worklist that says why."""

from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, sign_in, text_of
from tests.clinic.rehearse.helpers import (
    ASTA,
    INGRID,
    JONAS,
    MILO,
    ROSA,
    TEODOR,
    Clinic,
    implant_of,
    patient_of,
)

from thecal.care.wound_checks import open_checks
from thecal.clinic.audit import verify_audit
from thecal.clinic.clock import clinic_now
from thecal.clinic.models import (
    AuditRow,
    Call,
    CallUrgency,
    ClinicClock,
    Fill,
    Implant,
    Patient,
    Person,
    PumpUpdate,
    ReadOut,
    RecordKind,
    UpdateStatus,
    Visit,
)
from thecal.clinic.records import chart_of
from thecal.clinic.rehearse.patients import SIX
from thecal.clinic.steps import wound
from thecal.clinic.steps.doses import dose_history
from thecal.clinic.steps.known import known_of
from thecal.clinic.steps.titrating import order_set_of, steps_made
from thecal.clinic.worklist import worklist
from thecal.pump.events import verify_chain
from thecal.pump.infusion import FlexSchedule
from thecal.rehearsal.world import World
from thecal.units import DAY_MS

RECORDS = (Patient, Implant, Fill, ReadOut, Visit, PumpUpdate, Call, AuditRow, ClinicClock, Person)
SECRET = {"password", "date_joined", "last_login"}


def test_there_are_six_and_all_say_that_they_are_fictional(clinic: Clinic) -> None:
    """Nobody takes a seeded record for a person's."""
    patients = list(Patient.objects.order_by("record_number"))
    assert [patient.record_number for patient in patients] == [INGRID, TEODOR, MILO, ASTA, ROSA, JONAS]
    assert all(patient.name.endswith("(fictional)") for patient in patients)
    assert {patient.kind for patient in patients} == {RecordKind.REHEARSAL}
    assert all(Person.objects.values_list("is_fictional", flat=True))


def test_the_clock_stands_at_the_third_of_march(clinic: Clinic) -> None:
    """The clinic's and the world's alike."""
    with World.open(clinic.path) as world:
        assert world.now_ms == clinic_now().clinic_ms == START_MS


def test_the_worklist_holds_what_it_should_and_says_why(clinic: Clinic) -> None:
    """The call first; each with its reason; the patient on a flex schedule needs nothing."""
    items = worklist(Patient.objects.all(), now_ms=START_MS)
    assert [(item.urgency.word, item.patient.record_number, item.what) for item in items] == [
        ("Now", JONAS, "Act on a call"),
        ("Today", ROSA, "Have the pump's replacement authorised"),
        ("Planned", TEODOR, "See for titration"),
        ("Planned", ASTA, "Refill the pump"),
        ("Planned", INGRID, "See for a visit"),
    ]
    why = " ".join(item.why for item in items).replace("\u00a0", " ")
    assert "“It beeps every hour, he is stiff and itching.”" in why
    assert "Low-reservoir date 12 Mar 2026, calculated by the pump" in why
    assert "Replacement indicator 6 May 2026, calculated by the pump" in why


def test_nothing_on_record_but_the_call_knows_of_the_stall(clinic: Clinic) -> None:
    """The pump alarms; what the clinic has is what the mother said."""
    call = Call.objects.get()
    assert (call.patient.record_number, call.urgency, call.settled_ms) == (JONAS, CallUrgency.NOW, None)
    assert call.caller == "Marit Hale, his mother"
    assert START_MS - DAY_MS < call.received_ms < START_MS
    assert AuditRow.objects.filter(action="record call", subject=f"call {call.pk}").count() == 1
    chart = chart_of(patient_of(JONAS), now_ms=START_MS)
    assert chart.pump is not None
    assert not chart.pump.motor_stalled
    assert chart.pump.alarms == ()
    with World.open(clinic.path) as world:
        assert world.truth(JONAS).motor_stalled


def test_the_stalled_patient_is_found_by_way_of_the_call(clinic: Clinic, client: Client) -> None:
    """From the worklist to the call, and the call says what to do now."""
    sign_in(client, clinic.lindqvist)
    assert reverse("call", args=[Call.objects.get().pk]) in text_of(client.get(reverse("worklist")))
    page = text_of(client.get(reverse("call", args=[Call.objects.get().pk])))
    assert "Stiff and itching: withdrawal, until shown otherwise." in page
    assert "A sound that nobody can name." in page


def test_the_wound_was_looked_at_on_the_second_day(clinic: Clinic) -> None:
    """So that nothing of it is late when the rehearsal begins."""
    known = known_of(patient_of(TEODOR), now_ms=START_MS)
    case = wound.schedule_of(known)
    assert [check.name for check in open_checks(case.operated_ms or 0, case.done_ms)] == ["days 10 to 14", "day 30"]
    assert list(wound.STEP.due(known)) == []


def test_the_worked_example_is_in_the_house(clinic: Clinic) -> None:
    """300 mcg/day of 500 mcg/mL, 89 cm implanted after trimming, tip at T10, a 20 mL pump."""
    implant = implant_of(ASTA)
    program = implant.read_outs.latest().read().program
    assert program is not None
    assert implant.catheter_implanted_mm == 890
    assert implant.catheter_trimmed_mm > 0
    assert implant.catheter_nl + implant.tubing_nl == program.catheter_nl + program.tubing_nl == 335_800
    assert (implant.tip_level, implant.pump_model) == ("T10", "Thecal reference pump 20 mL")
    assert program.concentration_pg_per_nl == 500
    assert implant.read_outs.latest().read().dose_pg_per_day == 300_000_000


def test_titration_has_begun_with_twice_the_screening_dose_and_one_step(clinic: Clinic) -> None:
    """100 mcg/day at the implant, 120 since, put in through the wand."""
    doses = [read_out.read().dose_pg_per_day for read_out in implant_of(TEODOR).read_outs.order_by("id")]
    assert doses == [100_000_000, 100_000_000, 120_000_000]
    update = implant_of(TEODOR).updates.get()
    assert update.status == UpdateStatus.CONFIRMED
    assert update.review["findings"] == ["titration.need_unknown"], "nobody wrote down whether an increase had helped"


def test_titration_goes_on_within_an_order_set(clinic: Clinic) -> None:
    """Signed by the prescriber, running for a month, with room for five steps."""
    patient = patient_of(TEODOR)
    known = known_of(patient, now_ms=START_MS)
    order = order_set_of(known)
    assert order is not None
    assert order.by_prescriber
    assert steps_made(order, dose_history(patient)) == 0
    assert order.signed_ms < START_MS < order.expires_ms


def test_the_flex_schedule_has_four_steps(clinic: Clinic) -> None:
    """At 2000 mcg/mL, by the hour of the day."""
    program = implant_of(MILO).read_outs.latest().read().program
    assert program is not None
    assert isinstance(program.infusion_mode, FlexSchedule)
    assert len(program.infusion_mode.days[0].steps) == 4
    assert program.concentration_pg_per_nl == 2_000


def test_the_past_was_lived(clinic: Clinic) -> None:
    """Every update was confirmed by the read-out after it; every log's chain holds; residuals are as expected."""
    for update in PumpUpdate.objects.all():
        assert update.settled_ms is not None
        after = update.implant.read_outs.filter(received_ms=update.settled_ms).latest().read()
        assert update.status == UpdateStatus.CONFIRMED
        assert (after.transaction_id, after.update_digest) == (update.transaction_id, update.digest)
    for read_out in ReadOut.objects.all():
        verify_chain(read_out.read().log, head=read_out.read().log_head)
        assert read_out.pump_ms == read_out.received_ms
    for fill in Fill.objects.filter(residual_expected_nl__isnull=False):
        assert abs((fill.residual_expected_nl or 0) - (fill.residual_withdrawn_nl or 0)) <= 50_000


def test_the_audit_tells_it_in_order(clinic: Clinic) -> None:
    """One chain, whose clinic times never go back before the clock was started."""
    rows = list(AuditRow.objects.order_by("sequence"))
    verify_audit(rows)
    past = [row.clinic_ms for row in rows if row.clinic_ms < ClinicClock.objects.get().now_ms - 5 * DAY_MS]
    assert past == sorted(past)


def test_the_patients_account_sees_its_own_page(clinic: Clinic, client: Client) -> None:
    """Asta signs in and reads her dose in full."""
    assert "300 micrograms a day" in text_of(sign_in(client, clinic.lind).get(reverse("own_page")))


def test_every_trimmed_catheter_is_the_scenarios(clinic: Clinic) -> None:
    """What the operating room wrote is what the pump was made with."""
    for fictional in SIX:
        if fictional.surgery is not None:
            assert fictional.surgery.read().catheter.implanted_mm > 0
