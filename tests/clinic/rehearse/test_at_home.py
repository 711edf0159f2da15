"""What the families of the rehearsal have in writing."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import sign_in, text_of
from tests.clinic.rehearse.helpers import Clinic

from thecal.clinic.models import Person


@pytest.mark.parametrize("who", ["lind", "fenn"])
def test_those_at_home_have_a_plan_in_writing_without_a_dose(clinic: Clinic, client: Client, who: str) -> None:
    """A patient her own, a mother her son's; dated, by name, and no dose that anybody could copy."""
    sign_in(client, Person.objects.get(username=who))
    page = text_of(client.get(reverse("own_plan")))
    assert "2 Jan 2026" in page
    assert clinic.ruiz.name in page
    assert re.search(r"\d\s*(mg|mcg|micrograms|milligrams|tablets)", page) is None
