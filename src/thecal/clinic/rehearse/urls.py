"""The clinic's addresses and the rehearsal's own."""

from django.urls import path

from thecal.clinic.rehearse import views
from thecal.clinic.urls import handler403, handler404, handler429, handler500
from thecal.clinic.urls import urlpatterns as clinic_urlpatterns

__all__ = ["handler403", "handler404", "handler429", "handler500", "urlpatterns"]

urlpatterns = [
    *clinic_urlpatterns,
    path("rehearsal/codes/", views.show_codes, name="rehearsal_codes"),
    path("rehearsal/clock/", views.move_clock, name="rehearsal_clock"),
    path("rehearsal/wand/", views.hold_or_lift, name="rehearsal_wand"),
    path("rehearsal/truth/", views.show_teaching, name="teaching"),
    path("rehearsal/truth/<int:patient_id>/", views.show_lesson, name="lesson"),
]
