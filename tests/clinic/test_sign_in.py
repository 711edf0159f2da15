"""Signing in: user name, password, one-time code. Nobody signs up, no code works twice."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.clinic.helpers import PASSWORD, SECRET, Team, make_person, text_of

from thecal.clinic.models import AuditRow, Person, Role
from thecal.clinic.rehearse.people import code_at


def _give_password(client: Client, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": "alice", "password": password})


def _give_code(client: Client, code: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def _code_now() -> str:
    return code_at(SECRET, wall_s=int(time.time()))


def test_password_and_code_open_the_worklist(team: Team, client: Client) -> None:
    """The whole way in, as a browser goes it."""
    assert _give_password(client).headers["Location"] == reverse("mfa_authenticate")
    assert _give_code(client, _code_now()).headers["Location"] == reverse("home")
    assert client.get(reverse("worklist")).status_code == 200


def test_a_password_alone_opens_nothing(team: Team, client: Client) -> None:
    """Between the factors nobody is signed in."""
    _give_password(client)
    assert client.get(reverse("worklist")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_an_account_without_a_second_factor_opens_nothing(team: Team, client: Client) -> None:
    """Losing the authenticator does not make the password enough."""
    Authenticator.objects.all().delete()
    _give_password(client)
    response = client.get(reverse("worklist"))
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_a_wrong_password_gets_no_code_page(team: Team, client: Client) -> None:
    """The page says so on top and links to the field."""
    response = _give_password(client, "wrong horse battery staple")
    assert response.status_code == 200
    assert "You are not signed in" in text_of(response)


def test_a_code_works_once(team: Team) -> None:
    """A second browser that saw the code cannot use it."""
    first, second = Client(), Client()
    code = _code_now()
    _give_password(first)
    _give_password(second)
    assert _give_code(first, code).status_code == 302
    assert _give_code(second, code).status_code == 200
    assert "_auth_user_id" not in second.session


def test_five_wrong_codes_lock_the_account_for_a_while(team: Team, client: Client) -> None:
    """Then even the right code waits."""
    _give_password(client)
    for _ in range(5):
        _give_code(client, "000000")
    assert _give_code(client, _code_now()).status_code == 200
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up() -> None:
    """There is no such address."""
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_signing_in_and_out_leaves_two_rows(team: Team, client: Client) -> None:
    """The audit says who, and says it only after both factors."""
    _give_password(client)
    assert not AuditRow.objects.filter(action="sign in").exists()
    _give_code(client, _code_now())
    client.post(reverse("account_logout"))
    rows = AuditRow.objects.filter(action__startswith="sign").values_list("action", "person__username")
    assert list(rows) == [("sign in", "alice"), ("sign out", "alice")]


def test_secrets_are_kept_encrypted(team: Team) -> None:
    """Who reads the database file cannot compute codes."""
    assert all(SECRET not in kept.data["secret"] for kept in Authenticator.objects.all())


def test_the_page_shows_codes_of_fictional_people_only(team: Team, client: Client) -> None:
    """Fiction's codes work; nobody else's are shown."""
    make_person("fay", Role.NURSE, is_fictional=True)
    page = text_of(client.get(reverse("account_login")))
    assert _code_now() in page
    assert "Fay Person" in page
    assert "Alice Person" not in page


def test_a_shown_code_signs_in(team: Team, client: Client) -> None:
    """What the page shows is what the second page wants."""
    make_person("fay", Role.NURSE, is_fictional=True)
    found = re.search(r'class="code">(\d{6})<', text_of(client.get(reverse("rehearsal_codes"))))
    assert found is not None
    client.post(reverse("account_login"), {"login": "fay", "password": PASSWORD})
    _give_code(client, found.group(1))
    assert client.session["_auth_user_id"] == str(Person.objects.get(username="fay").pk)


def test_the_code_is_the_one_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1, time 59: 94287082, of which we show the last six digits."""
    rfc_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert code_at(rfc_secret, wall_s=59) == "287082"
    assert code_at(rfc_secret, wall_s=1_111_111_109) == "081804"
