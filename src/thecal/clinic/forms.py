"""The forms people fill in. A form checks and names; an action writes."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from thecal.clinic.hearing import Heard, LastRefill
from thecal.clinic.models import AlarmHeard, Answer, CallUrgency, Patient


class PatientChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes none at run time
    """A patient by name, date of birth and record number: names alone are mistaken for one another."""

    def label_from_instance(self, obj: Patient) -> str:
        """Yusuf Demir, born 17 May 1990, R-0010."""
        return f"{obj.name}, born {obj.born.day} {obj.born:%b %Y}, {obj.record_number}"


class CallForm(forms.Form):
    """A call in under 90 seconds: eight taps and three lines, what is most urgent first."""

    patient = PatientChoice(queryset=Patient.objects.order_by("name"), empty_label="Choose a patient")
    caller = forms.CharField(max_length=200, label="Who is calling", help_text="Name and relation: Ana, his mother.")
    breathing = forms.ChoiceField(
        choices=Answer.choices, widget=forms.RadioSelect, label="Is breathing slow or difficult?"
    )
    sleepy = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Sleepy or hard to wake?")
    fever = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Fever?")
    stiff = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Stiffer than usual?")
    itch = forms.ChoiceField(choices=Answer.choices, widget=forms.RadioSelect, label="Itching without a rash?")
    alarm_heard = forms.ChoiceField(
        choices=AlarmHeard.choices, widget=forms.RadioSelect, label="What do they hear from the pump?"
    )
    last_refill = forms.ChoiceField(choices=LastRefill.choices, widget=forms.RadioSelect, label="The last refill?")
    since = forms.CharField(
        required=False, max_length=100, label="Since when", help_text="As they say it: since this morning."
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
    told = forms.BooleanField(required=False, label="I told the caller what stands under “Tell the caller”")
    advice = forms.CharField(
        required=False,
        max_length=1000,
        label="What else you advised",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def heard(self) -> Heard:
        """The answers so far. What was not answered is not known, and of the alarm nobody has asked."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        alarm = given.get("alarm_heard")
        return Heard(
            alarm_heard=AlarmHeard(alarm) if alarm else None,
            stiff=_answer(given, "stiff"),
            itch=_answer(given, "itch"),
            sleepy=_answer(given, "sleepy"),
            breathing=_answer(given, "breathing"),
            fever=_answer(given, "fever"),
            last_refill=LastRefill(given.get("last_refill") or LastRefill.UNKNOWN),
        )

    def chosen(self) -> CallUrgency:
        """How urgent it is judged by whoever takes the call."""
        self.is_valid()
        return CallUrgency(self.cleaned_data.get("urgency") or CallUrgency.NEXT_VISIT)


def _answer(given: dict[str, Any], name: str) -> Answer:
    return Answer(given.get(name) or Answer.UNKNOWN)


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
