"""Every address of the clinic. A new one needs a row in the access matrix (tests/clinic/test_access.py)."""

from allauth.account.views import login, logout
from allauth.mfa.base.views import authenticate
from django.urls import path

from thecal.clinic.views import audit, calls, emergency, errors, patient, style, worklist

handler403 = errors.not_allowed
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.broken

urlpatterns = [
    path("", worklist.home, name="home"),
    path("worklist/", worklist.show_worklist, name="worklist"),
    path("patients/", worklist.show_patients, name="patients"),
    path("patients/<int:patient_id>/", patient.show_patient, name="patient"),
    path("me/", patient.show_own_page, name="own_page"),
    # /calls/
    path("calls/new/", calls.new_call, name="new_call"),
    path("calls/<int:call_id>/", calls.show_call, name="call"),
    path("calls/<int:call_id>/settle/", calls.settle, name="settle_call"),
    path("audit/", audit.show_audit, name="audit"),
    path("figures.css", style.figures_css, name="figures_css"),
    # /sign-in/: the names are allauth's
    path("sign-in/", login, name="account_login"),
    path("sign-in/code/", authenticate, name="mfa_authenticate"),
    path("sign-out/", logout, name="account_logout"),
    # /help/: public, no record, no script
    path("help/", emergency.index, name="help"),
    path("help/too-little/", emergency.too_little, name="too_little"),
    path("help/too-much/", emergency.too_much, name="too_much"),
    path("help/alarm/", emergency.alarm, name="alarm"),
    path("help/wound-and-fever/", emergency.wound_and_fever, name="wound_and_fever"),
]
