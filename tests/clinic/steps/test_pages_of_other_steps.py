"""Refills and calls have pages of their own; among the steps stands what came of them."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, START_MS, Team, make_heard, make_implant, read_pump, sign_in, text_of

from thecal.clinic.actions import record_call, record_fill, record_read_out, settle_call
from thecal.clinic.models import CallUrgency
from thecal.clinic.steps.registry import STEPS
from thecal.units import DAY_MS

pytestmark = pytest.mark.django_db


def test_there_are_sixteen_steps_in_the_order_of_therapy() -> None:
    """Numbered as they stand, each with a key of its own."""
    assert [step.number for step in STEPS] == list(range(1, 17))
    assert len({step.key for step in STEPS}) == 16


def test_refills_are_told_with_what_was_not_known(team: Team, client: Client) -> None:
    """The fill, the residual beside what was expected, and the next date."""
    implant = make_implant(team.patient)
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.bob, now=NOW)
    record_fill(
        implant=implant,
        at_ms=START_MS - DAY_MS,
        volume_nl=18_000_000,
        concentration_pg_per_nl=2_000,
        residual_expected_nl=2_400_000,
        residual_withdrawn_nl=None,
        acting=team.bob,
        now=NOW,
    )
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "refills"])))
    for says in ("18 mL of 2000 mcg/mL", "2.4 mL", "not known", "Bob Person", "Book by", "Open visit"):
        assert says in page
    thea = text_of(sign_in(client, team.thea).get(reverse("step", args=[team.patient.pk, "refills"])))
    assert "Open visit" not in thea


def test_who_has_no_pump_has_nothing_to_refill(team: Team, client: Client) -> None:
    """It is said, and no visit is offered."""
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "refills"])))
    assert "No pump is implanted" in page
    assert "Open visit" not in page


def test_an_open_call_stands_out_and_a_settled_one_tells_what_was_done(team: Team, client: Client) -> None:
    """The same call before and after."""
    call = record_call(
        patient=team.patient,
        caller="Ana, his mother",
        words="He is stiff.",
        heard=make_heard(),
        urgency=CallUrgency.TODAY,
        acting=team.bob,
        now=NOW,
    )
    address = reverse("step", args=[team.patient.pk, "calls"])
    assert "Open: Ana, his mother" in text_of(sign_in(client, team.bob).get(address))
    settle_call(call=call, words="Seen today.", acting=team.bob, now=NOW)
    page = text_of(client.get(address))
    assert "Open: Ana" not in page
    assert "Seen today." in page
