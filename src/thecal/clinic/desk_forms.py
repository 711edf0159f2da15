"""The forms of the desk: a clinic's set-up, a new record, an account for somebody at home."""

from typing import Any

from django import forms
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError

from thecal.care.admission import Admission, Known
from thecal.care.site import SetUp
from thecal.care.titration import Origin as CareOrigin
from thecal.clinic.models import Flag, Origin, Patient, Person, RecordKind, Role, Tolerance
from thecal.clinic.when import moment

AT_HOME = ((Role.PATIENT, "The patient"), (Role.CARER, "A carer"))
NOT_IN_A_ROOM = ((RecordKind.TRANSCRIBED, "A manufacturer's pump"), (RecordKind.OPEN_PUMP, "An open pump"))


class SetUpForm(forms.Form):
    """Who answers by day and by night. What is missing is a rule's to say."""

    name = forms.CharField(
        required=False,
        max_length=200,
        label="Name of the clinic",
        help_text="As patients know it. It stands on the card.",
    )
    daytime_number = forms.CharField(
        required=False, max_length=60, label="Telephone by day", help_text="As it is dialled from home."
    )
    out_of_hours_number = forms.CharField(
        required=False,
        max_length=60,
        label="Telephone out of hours",
        help_text="Somebody answers it at night, at weekends and on holidays, and can reach the pump team.",
    )

    def set_up(self) -> SetUp:
        """The entries, of a form that is valid."""
        return SetUp(**self.cleaned_data)


class AdmissionForm(forms.Form):
    """A new record, in which nothing is guessed."""

    name = forms.CharField(max_length=200, label="Name", strip=True)
    born = forms.DateField(label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}))
    record_number = forms.CharField(
        required=False, max_length=40, label="Record number", help_text="Empty: the next free one of this clinic."
    )
    origin = forms.ChoiceField(
        choices=Origin.choices, widget=forms.RadioSelect, label="Where does the spasticity come from?"
    )
    tolerance = forms.ChoiceField(
        choices=Tolerance.choices, widget=forms.RadioSelect, label="Intrathecal baclofen so far"
    )
    allergies = forms.CharField(
        required=False,
        max_length=400,
        label="Allergies",
        help_text="Write none known if there are none. Empty: not recorded.",
    )
    flags = forms.MultipleChoiceField(
        required=False,
        choices=Flag.choices,
        widget=forms.CheckboxSelectMultiple,
        label="What anyone who treats this person must know at once",
    )
    kind = forms.ChoiceField(
        choices=NOT_IN_A_ROOM,
        widget=forms.RadioSelect,
        label="Which pump will it be?",
        help_text="It cannot be changed later.",
    )

    def __init__(self, *args: Any, rehearsal: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if rehearsal:
            del self.fields["kind"]

    def clean_record_number(self) -> str:
        """A number that no other record has."""
        number = str(self.cleaned_data["record_number"]).strip()
        if number and Patient.objects.filter(record_number=number).exists():
            raise ValidationError("Another record has this number. Leave it empty for the next free one.")
        return number

    def admission(self, *, now_ms: int) -> Admission:
        """What the rules are asked, of a form that is valid; the records of the same day of birth beside it."""
        given = self.cleaned_data
        born = given["born"]
        near = Patient.objects.filter(born=born).order_by("record_number")
        return Admission(
            name=given["name"],
            born=born.isoformat(),
            today=moment(now_ms).date().isoformat(),
            origin=CareOrigin[given["origin"].upper()],
            allergies=given["allergies"],
            records=tuple(
                Known(name=one.name, born=one.born.isoformat(), record_number=one.record_number) for one in near
            ),
        )


class AccountForm(forms.Form):
    """Somebody who reads one record from home."""

    name = forms.CharField(max_length=150, label="Name")
    role = forms.ChoiceField(choices=AT_HOME, widget=forms.RadioSelect, label="Who is it?")
    username = forms.CharField(
        max_length=150,
        label="User name",
        help_text="Letters and digits: they type it to sign in.",
        validators=[ASCIIUsernameValidator()],
    )

    def clean_username(self) -> str:
        """A user name that nobody else has."""
        username = str(self.cleaned_data["username"]).lower()
        if Person.objects.filter(username=username).exists():
            raise ValidationError("Somebody else has this user name. Choose another.")
        return username
