"""Every address of the clinic. A new one needs a row in the access matrix (tests/clinic/test_access.py)."""

from allauth.account.views import login, logout
from allauth.mfa.base.views import authenticate
from django.urls import path

from thecal.clinic.views import (
    audit,
    calls,
    desk,
    emergency,
    errors,
    explore,
    lock,
    patient,
    steps,
    style,
    visit,
    worklist,
)
from thecal.clinic.views.own import diary, exercises, pages, weigh

handler403 = errors.not_allowed
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.broken

urlpatterns = [
    path("", worklist.home, name="home"),
    path("worklist/", worklist.show_worklist, name="worklist"),
    path("patients/", worklist.show_patients, name="patients"),
    path("patients/new/", desk.new_patient, name="new_patient"),
    path("patients/<int:patient_id>/", patient.show_patient, name="patient"),
    path("patients/<int:patient_id>/explore/", explore.show_explore, name="explore"),
    path("patients/<int:patient_id>/accounts/", desk.accounts, name="accounts"),
    path("set-up/", desk.set_up, name="set_up"),
    path("set-up/predictions/", desk.predictions, name="switch_predictions"),
    # /patients/<id>/steps/ and /records/<id>/
    path("patients/<int:patient_id>/steps/", steps.show_steps, name="steps"),
    path("patients/<int:patient_id>/steps/<slug:step_key>/", steps.show_step, name="step"),
    path("patients/<int:patient_id>/steps/<slug:step_key>/<slug:sheet_name>/", steps.fill_in, name="sheet"),
    path(
        "patients/<int:patient_id>/steps/<slug:step_key>/<slug:sheet_name>/preview/",
        steps.preview,
        name="sheet_preview",
    ),
    path(
        "patients/<int:patient_id>/steps/<slug:step_key>/<slug:sheet_name>/forget/", steps.forget, name="sheet_forget"
    ),
    path("records/<int:record_id>/", steps.show_record, name="record"),
    path("records/<int:record_id>/sign/", steps.sign, name="sign_record"),
    path("records/<int:record_id>/settle/", steps.settle, name="settle_record"),
    path("patients/<int:patient_id>/card/", pages.card, name="card"),
    # /me/: a patient's or carer's own pages
    path("me/", pages.first, name="own_page"),
    path("me/warning-signs/", pages.signs, name="own_signs"),
    path("me/plan/", pages.plan, name="own_plan"),
    path("me/good-and-bad/", pages.good_and_bad, name="own_good_and_bad"),
    path("me/card/", pages.own_card, name="own_card"),
    path("me/weigh/", weigh.own_weigh, name="own_weigh"),
    path("me/exercises/", exercises.exercises, name="own_exercises"),
    path("me/diary/", diary.entries, name="own_diary"),
    path("me/diary/again/", diary.throw_away, name="own_diary_throw_away"),
    path("me/diary/check/", diary.check, name="own_diary_check"),
    path("me/diary/<int:record_id>/", diary.sent, name="own_diary_sent"),
    path("me/diary/new/<slug:question>/", diary.ask, name="own_diary_ask"),
    path("me/diary/new/<slug:question>/call/", diary.call, name="own_diary_call"),
    # /guide/: public
    path("guide/", pages.guide, name="guide"),
    path("patients/<int:patient_id>/visit/", visit.start, name="start_visit"),
    # /visits/<id>/
    path("visits/<int:visit_id>/", visit.show, name="visit"),
    path("visits/<int:visit_id>/interrogate/", visit.interrogate, name="visit_interrogate"),
    path("visits/<int:visit_id>/stop/", visit.stop, name="visit_stop"),
    path("visits/<int:visit_id>/acknowledge/", visit.acknowledge, name="visit_acknowledge"),
    path("visits/<int:visit_id>/set-clock/", visit.set_clock, name="visit_set_clock"),
    path("visits/<int:visit_id>/entry/", visit.entry, name="visit_entry"),
    path("visits/<int:visit_id>/withdraw/", visit.withdraw, name="visit_withdraw"),
    path("visits/<int:visit_id>/refill/", visit.refill, name="visit_refill"),
    path("visits/<int:visit_id>/refill-date.ics", visit.refill_date, name="visit_refill_date"),
    path("visits/<int:visit_id>/preview/", visit.preview, name="visit_preview"),
    path("visits/<int:visit_id>/draft/", visit.keep_draft, name="visit_draft"),
    path("visits/<int:visit_id>/update/", visit.update, name="visit_update"),
    path("visits/<int:visit_id>/close/", visit.close, name="visit_close"),
    # /calls/
    path("calls/new/", calls.new_call, name="new_call"),
    path("calls/judge/", calls.judge_call, name="judge_call"),
    path("calls/<int:call_id>/", calls.show_call, name="call"),
    path("calls/<int:call_id>/settle/", calls.settle, name="settle_call"),
    path("audit/", audit.show_audit, name="audit"),
    path("figures.css", style.figures_css, name="figures_css"),
    # /lock/
    path("lock/", lock.lock, name="lock"),
    path("lock/open/", lock.unlock, name="unlock"),
    path("lock/awake/", lock.awake, name="awake"),
    # /sign-in/: the names are allauth's
    path("sign-in/", login, name="account_login"),
    path("sign-in/code/", authenticate, name="mfa_authenticate"),
    path("sign-out/", logout, name="account_logout"),
    # /help/: public, no record, no script needed
    path("help/", emergency.index, name="help"),
    path("help/worker.js", emergency.worker, name="help_worker"),
    path("help/too-little/", emergency.too_little, name="too_little"),
    path("help/too-much/", emergency.too_much, name="too_much"),
    path("help/alarm/", emergency.alarm, name="alarm"),
    path("help/wound-and-fever/", emergency.wound_and_fever, name="wound_and_fever"),
]
