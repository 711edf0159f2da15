"""The screen lock: nothing but the lock page and what is public, nothing lost, and back to where one was."""

import json
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import PASSWORD, SECRET, Team, make_implant, sign_in, text_of

from thecal.clinic.models import AuditRow, Patient, Screen, Site, Visit
from thecal.clinic.rehearse.people import code_at

ANA = {"name": "Ana Berg", "born": "1990-05-17", "origin": "spinal", "tolerance": "naive", "allergies": "latex"}


@pytest.fixture
def bob(team: Team, client: Client) -> Client:
    """The nurse, signed in and reading a record."""
    cache.clear()
    sign_in(client, team.bob)
    client.get(reverse("patient", args=[team.patient.pk]))
    return client


def leave_alone(client: Client, seconds: float) -> None:
    """Let so much time of the wall pass since the last request."""
    seen_ms = int((time.time() - seconds) * 1_000)
    Screen.objects.update_or_create(session_key=client.session.session_key, defaults={"seen_ms": seen_ms})


def screen_of(client: Client) -> Screen:
    """The screen of this session."""
    return Screen.objects.get(session_key=client.session.session_key)


def press_lock(client: Client, back: str = "") -> Any:
    """The button at the top of every page."""
    return client.post(reverse("lock"), {"back": back})


def unlock(client: Client, given: str = PASSWORD) -> Any:
    """What the lock page asks for."""
    return client.post(reverse("unlock"), {"given": given})


def test_a_locked_session_sees_the_lock_page_and_no_patient(bob: Client, team: Team) -> None:
    """Whatever is asked: a page, a piece of one, a write."""
    assert press_lock(bob).headers["Location"] == reverse("lock")
    page = text_of(bob.get(reverse("lock")))
    assert "Bob Person" in page
    assert team.patient.name not in page
    for address in ("worklist", "patients", "new_call", "own_page", "home"):
        assert bob.get(reverse(address)).headers["Location"] == reverse("lock"), address
    piece = bob.get(reverse("patients"), headers={"HX-Request": "true"})
    assert piece.headers["HX-Redirect"] == reverse("lock")
    assert piece.content == b""


@pytest.mark.parametrize("name", ["help", "too_little", "too_much", "alarm", "wound_and_fever"])
def test_help_stays_open_on_a_locked_screen(bob: Client, name: str) -> None:
    """Help needs no sign-in, and no unlocking."""
    press_lock(bob)
    assert bob.get(reverse(name)).status_code == 200


def test_the_password_leads_back_to_where_one_was(bob: Client, team: Team) -> None:
    """To the very address, with its question."""
    back = reverse("new_call") + f"?patient={team.patient.pk}"
    press_lock(bob, back)
    assert unlock(bob).headers["Location"] == back
    assert bob.get(back).status_code == 200


def test_the_one_time_code_opens_it_too_once(bob: Client) -> None:
    """A code of this moment; the same one opens nothing twice."""
    code = code_at(SECRET, wall_s=int(time.time()))
    press_lock(bob)
    assert unlock(bob, code).status_code == 302
    press_lock(bob)
    assert unlock(bob, code).status_code == 422


def test_without_a_known_address_the_last_page_is_returned_to(bob: Client, team: Team) -> None:
    """A page that answered a form has no address of its own to come back to."""
    press_lock(bob)
    assert unlock(bob).headers["Location"] == reverse("patient", args=[team.patient.pk])


@pytest.mark.parametrize("given", ["", "wrong", "000000", "correct horse battery", "' or 1=1"])
def test_a_wrong_word_opens_nothing(bob: Client, given: str) -> None:
    """It stays locked, and says so."""
    press_lock(bob)
    page = unlock(bob, given)
    assert page.status_code == 422
    assert "Still locked" in text_of(page)
    assert bob.get(reverse("worklist")).headers["Location"] == reverse("lock")


def test_another_persons_password_opens_nothing(bob: Client, team: Team) -> None:
    """The session is one person's."""
    team.alice.set_password("another long password of hers")
    team.alice.save()
    press_lock(bob)
    assert unlock(bob, "another long password of hers").status_code == 422


def test_whoever_guesses_is_stopped(bob: Client) -> None:
    """After five wrong tries the right word is refused too, for a while."""
    press_lock(bob)
    for _ in range(5):
        unlock(bob, "wrong")
    page = unlock(bob)
    assert page.status_code == 422
    assert "too many wrong tries" in text_of(page)


@pytest.mark.parametrize("seconds", [0, 1, 298, 299, 300, 301, 600])
def test_five_minutes_without_a_request_lock_the_screen(bob: Client, seconds: int, settings: Any) -> None:
    """By the wall's clock: a second less does not."""
    settings.THECAL_LOCK_AFTER_S = 300
    leave_alone(bob, seconds)
    response = bob.get(reverse("worklist"))
    if seconds < 300:
        assert response.status_code == 200
    else:
        assert response.headers["Location"] == reverse("lock")
        assert unlock(bob).headers["Location"] == reverse("worklist")


def test_a_request_keeps_the_screen_open(bob: Client) -> None:
    """The five minutes count from the last one; so does typing."""
    leave_alone(bob, 290)
    assert bob.get(reverse("awake")).status_code == 204
    assert bob.get(reverse("worklist")).status_code == 200
    press_lock(bob)
    assert unlock(bob).headers["Location"] == reverse("worklist")


def test_what_was_sent_to_a_locked_screen_is_not_done_and_not_lost(bob: Client) -> None:
    """A form that took longer to fill in than the screen stays open: shown again, and sent by a button."""
    Site.objects.create(id=1, name="Hillside", out_of_hours_number="020 5550 0142", set_up_ms=1)
    bob.get(reverse("new_patient"))
    leave_alone(bob, 400)
    assert bob.post(reverse("new_patient"), ANA).headers["Location"] == reverse("lock")
    assert not Patient.objects.filter(name="Ana Berg").exists()
    page = text_of(unlock(bob))
    assert "Not sent yet" in page
    assert 'name="allergies" value="latex"' in page
    assert f'action="{reverse("new_patient")}"' in page
    assert bob.post(reverse("new_patient"), ANA).status_code == 302
    assert Patient.objects.get(name="Ana Berg").allergies == "latex"
    assert screen_of(bob).unsent == []


def test_no_secret_is_kept_with_it(bob: Client) -> None:
    """A second person's code, and whatever is called a password."""
    leave_alone(bob, 400)
    bob.post(reverse("new_patient"), {**ANA, "second_code": "123456", "password": "secret", "code": "654321"})
    kept = dict(screen_of(bob).unsent[0]["fields"])
    assert kept["allergies"] == "latex"
    assert not {"second_code", "password", "code", "csrfmiddlewaretoken"} & set(kept)


def test_what_was_typed_and_not_sent_is_taken_along(bob: Client) -> None:
    """The button takes the fields of a form that keeps no draft; two tabs may both have one."""
    forms = [{"address": f"https://testserver{reverse('new_patient')}", "fields": list(ANA.items())}]
    forms += [{"address": reverse("settle_call", args=[1]), "fields": [["words", "Rang back"], ["second_code", "1"]]}]
    bob.post(reverse("lock"), {"back": reverse("patients"), "unsent": [json.dumps(form) for form in forms]})
    page = text_of(unlock(bob))
    assert 'name="allergies" value="latex"' in page
    assert 'name="words" value="Rang back"' in page
    assert "second_code" not in page
    assert f'href="{reverse("patients")}"' in page
    press_lock(bob)
    assert unlock(bob).status_code == 302


@pytest.mark.parametrize(
    "sent", ["", "x", "[]", "{}", "null", '{"address": "/", "fields": [1]}', '{"address": 1, "fields": [["a", 1]]}',
             '{"address": "https://evil.example//x", "fields": [["a", "b"]]}', '{"address": "/", "fields": []}']
)  # fmt: skip
def test_what_is_no_form_is_not_kept(bob: Client, sent: str) -> None:
    """Nothing that a page did not take along itself, and nothing for another's address."""
    bob.post(reverse("lock"), {"unsent": sent})
    assert bob.get(reverse("lock")).status_code == 200
    assert all(
        form["address"].startswith("/") and not form["address"].startswith("//") for form in screen_of(bob).unsent
    )
    assert unlock(bob).status_code in {200, 302}


def test_a_visits_draft_outlives_the_lock(bob: Client, team: Team) -> None:
    """A locked screen changes no record."""
    make_implant(team.patient)
    bob.post(reverse("start_visit", args=[team.patient.pk]))
    visit = Visit.objects.get()
    Visit.objects.filter(pk=visit.pk).update(draft={"mode": "continuous"})
    press_lock(bob)
    bob.post(reverse("visit_close", args=[visit.pk]), {"next_days": "9"})
    visit.refresh_from_db()
    assert (visit.draft, visit.closed_ms) == ({"mode": "continuous"}, None)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "lock/", "\\\\x"])
def test_the_way_back_stays_in_the_clinic(bob: Client, back: str) -> None:
    """Another's address is no way back, and the lock page is not one either."""
    press_lock(bob, back)
    assert unlock(bob).headers["Location"].startswith("/")
    assert not screen_of(bob).back


def test_a_second_lock_keeps_the_first_way_back(bob: Client, team: Team) -> None:
    """Two tabs may both press."""
    first = reverse("patient", args=[team.patient.pk])
    press_lock(bob, first)
    press_lock(bob, reverse("patients"))
    assert unlock(bob).headers["Location"] == first


def test_locking_and_unlocking_are_in_the_audit(bob: Client, team: Team) -> None:
    """Who, and when."""
    press_lock(bob)
    unlock(bob)
    rows = list(AuditRow.objects.order_by("-sequence")[:2])
    assert [row.action for row in rows] == ["unlock screen", "lock screen"]
    assert all(row.person == team.bob for row in rows)


def test_one_can_sign_out_of_a_locked_screen(bob: Client) -> None:
    """Somebody else needs the machine."""
    press_lock(bob)
    assert bob.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in bob.session


def test_people_at_home_have_no_lock(team: Team, client: Client) -> None:
    """A phone locks itself; the page is not locked away from somebody who needs its numbers."""
    sign_in(client, team.pat)
    page = text_of(client.get(reverse("own_page")))
    assert reverse("lock") not in page
    leave_alone(client, 4_000)
    assert client.get(reverse("own_page")).status_code == 200


def test_every_page_of_the_staff_has_the_button(bob: Client, team: Team) -> None:
    """Which knows where to come back to."""
    for name in ("worklist", "patients", "new_call"):
        page = text_of(bob.get(reverse(name)))
        assert f'formaction="{reverse("lock")}"' in page
        assert f'name="back" value="{reverse(name)}"' in page


def test_a_request_under_way_does_not_undo_a_lock(bob: Client) -> None:
    """It saves the whole session as it stood before the lock: the screen stays locked, and its way back known."""
    under_way = bob.session
    under_way["anything"] = 1
    press_lock(bob, reverse("patients"))
    under_way.save()
    assert bob.get(reverse("worklist")).headers["Location"] == reverse("lock")
    assert unlock(bob).headers["Location"] == reverse("patients")


def test_screens_of_ended_sessions_are_not_kept(bob: Client, settings: Any) -> None:
    """What was not sent in a session that is long over goes with it."""
    old_ms = int((time.time() - settings.THECAL_LONGEST_SESSION_S - 1) * 1_000)
    Screen.objects.create(session_key="over", seen_ms=old_ms, unsent=[{"address": "/", "fields": [["a", "b"]]}])
    Screen.objects.filter(session_key=bob.session.session_key).delete()
    bob.get(reverse("worklist"))
    assert not Screen.objects.filter(session_key="over").exists()
