"""The forms people fill in. A form checks and names; an action writes."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from thecal.clinic.models import AlarmHeard, Answer, CallUrgency, Patient
from thecal.clinic.triage import Heard


class PatientChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes none at run time
    """A patient by name, date of birth and record number: names alone are mistaken for one another."""

    def label_from_instance(self, obj: Patient) -> str:
        """Yusuf Demir, born 17 May 1990, R-0010."""
        return f"{obj.name}, born {obj.born.day} {obj.born:%b %Y}, {obj.record_number}"


class CallForm(forms.Form):
    """A call in under 90 seconds: seven taps and two lines."""

    patient = PatientChoice(queryset=Patient.objects.order_by("name"), empty_label="Choose a patient")
    caller = forms.CharField(max_length=200, label="Who is calling", help_text="Name and relation: Ana, his mother.")
    breathing = forms.ChoiceField(
        choices=Answer.choices, widget=forms.RadioSelect, label="Is breathing slow or difficult?"
    )
    sleepy = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Sleepy or hard to wake?")
    stiff = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Stiffer than usual?")
    itch = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Itching without a rash?")
    fever = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Fever?")
    alarm_heard = forms.ChoiceField(
        choices=AlarmHeard.choices, widget=forms.RadioSelect, label="What do they hear from the pump?"
    )
    words = forms.CharField(
        required=False,
        max_length=2000,
        label="In the caller's own words",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Short. It is shown on the worklist.",
    )
    urgency = forms.ChoiceField(
        choices=CallUrgency.choices,
        initial=CallUrgency.NEXT_VISIT,
        widget=forms.RadioSelect,
        label="How urgent do you judge it?",
        help_text="The answers above set the least urgency; you may judge it more urgent.",
    )

    def heard(self) -> Heard:
        """The answers, of a form that is valid."""
        given: dict[str, Any] = self.cleaned_data
        return Heard(
            alarm_heard=AlarmHeard(given["alarm_heard"]),
            stiff=Answer(given["stiff"]),
            itch=Answer(given["itch"]),
            sleepy=Answer(given["sleepy"]),
            breathing=Answer(given["breathing"]),
            fever=Answer(given["fever"]),
        )


class SettleForm(forms.Form):
    """What was done about a call."""

    words = forms.CharField(
        max_length=2000, label="What was done", widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


def first_errors(form: forms.Form) -> list[tuple[str, str, str]]:
    """(field id, label, what is wrong) for the summary on top of a page."""
    errors: ErrorDict = form.errors
    return [
        (form[name].id_for_label or f"id_{name}", str(form[name].label), str(says[0])) for name, says in errors.items()
    ]
