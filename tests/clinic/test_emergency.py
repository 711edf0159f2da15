"""The emergency pages: numbers first, numbered steps, two readers, no quarrel of the sources, and their keeper."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client, override_settings
from django.urls import reverse
from tests.clinic.helpers import Team, sign_in, text_of

from thecal.figures.tones import wav
from thecal.pump.tones import PATTERNS, TonePattern

PAGES = ("too_little", "too_much", "alarm", "wound_and_fever")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PAGES)
def test_the_numbers_come_before_the_first_step(name: str, client: Client) -> None:
    """The first thing under the heading is whom to ring."""
    page = text_of(client.get(reverse(name)))
    assert page.index("<h1>") < page.index('class="numbers"') < page.index('class="lead"') < page.index("<li><strong>")
    assert page.index("112, 911, 999 or 000") < page.index('class="help-steps"')


def test_a_number_is_rung_by_a_touch_and_a_missing_one_is_said(client: Client) -> None:
    """The clinic's numbers are links; where none was set up there is no empty one."""
    assert '<a href="tel:5550142">' in text_of(client.get(reverse("too_much")))
    with override_settings(THECAL_OUT_OF_HOURS_NUMBER=""):
        page = text_of(client.get(reverse("too_much")))
    assert "not known here: ring the emergency number" in page
    assert 'href="tel:"' not in page


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_for_the_family_and_then_for_the_treating_team(name: str, client: Client) -> None:
    """Four to six numbered steps at home; then numbered ones for those who treat."""
    page = text_of(client.get(reverse(name)))
    home, team = page.split("For the treating team")
    assert 4 <= home.split('class="help-steps"')[1].split("</ol>")[0].count("<li>") <= 6
    assert team.count("<li>") >= 4
    assert "<ol>" in team


@pytest.mark.parametrize("name", PAGES)
def test_the_steps_at_home_are_short(name: str, client: Client) -> None:
    """No sentence at home is longer than twenty-five words."""
    steps = re.search(r'class="help-steps">(.*?)</ol>', text_of(client.get(reverse(name))), re.DOTALL)
    assert steps is not None
    words = re.sub(r"<[^>]+>", " ", steps.group(1).replace("</li>", ". "))
    assert [each for each in re.split(r"[.!?:;]\s", words) if len(each.split()) > 25] == []


def test_what_sources_quarrel_about_is_said_without_a_side(client: Client) -> None:
    """Blood pressure has no direction, physostigmine no dose, tablets are no replacement."""
    little, much = text_of(client.get(reverse("too_little"))), text_of(client.get(reverse("too_much")))
    assert "Blood pressure may be high or low" in little
    assert "They do not replace the pump" in little
    assert "advises against it in most cases" in much
    assert re.search(r"hypo?tension|low blood pressure|high blood pressure", little + much, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("too_much", "look like too little"),
        ("too_little", "look like too much"),
        ("too_little", "before it was aspirated"),
        ("wound_and_fever", "Write the plan against it first"),
        ("wound_and_fever", "An infected pump still comes out"),
        ("alarm", "Silence proves nothing"),
    ],
)
def test_the_traps_are_named(name: str, says: str, client: Client) -> None:
    """Each was met by somebody."""
    assert says in text_of(client.get(reverse(name)))


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_the_sound_that_is_played_is_the_pump_s(pattern: TonePattern, client: Client) -> None:
    """The file that the page plays is, byte by byte, the one that is made of the pump's own tones."""
    address = static(f"clinic/tones/{pattern.name}.wav")
    assert f'src="{address}"' in text_of(client.get(reverse("alarm")))
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.content == wav(pattern)
    part = client.get(address, headers={"range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, wav(pattern)[4:12])


def test_no_sound_is_kept_that_the_pump_does_not_make() -> None:
    """What `thecal pump tones` writes, and no more."""
    found = finders.find("clinic/tones")
    assert isinstance(found, str)
    assert {path.name for path in Path(found).iterdir()} == {f"{pattern.name}.wav" for pattern in PATTERNS}


def test_both_sounds_can_be_heard_and_none_begins_by_itself(client: Client) -> None:
    """Each stands beside what it means; the policy lets the browser play them; and another pump may sound different."""
    answer = client.get(reverse("alarm"))
    page = text_of(answer)
    two, one = re.findall(r"<figure>(.*?)</figure>", page)
    assert "ring now" in two
    assert "3 seconds in all" in two
    assert "Ring today" in one
    assert "lasts 1 second." in one
    assert all("<audio controls" in each and "autoplay" not in each for each in (two, one))
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
    assert re.search(r"<em>assumed</em>.*may sound different.*alarm test", page)


@pytest.mark.parametrize(("name", "who"), [("own_signs", "pat"), ("new_call", "bob")])
def test_where_an_alarm_is_asked_about_its_sounds_are_one_click_away(name: str, who: str, team: Team) -> None:
    """The patient learns them beforehand; whoever answers a call plays them to the caller."""
    page = text_of(sign_in(Client(), getattr(team, who)).get(reverse(name)))
    assert f'href="{reverse("alarm")}#hear"' in page
    assert 'id="hear"' in text_of(Client().get(reverse("alarm")))


def test_the_keeper_keeps_every_page_and_every_file_they_are_made_of(client: Client) -> None:
    """A style sheet that it forgot would be missing when the network is."""
    script = text_of(client.get(reverse("help_worker")))
    found = re.search(r"const PATHS = (\[.*\]);", script)
    assert found is not None
    kept = set(json.loads(found.group(1)))
    pages = {reverse(name) for name in ("help", *PAGES)}
    made_of = {
        address
        for page in pages
        for address in re.findall(
            r'<(?:link rel="[^"]+"|script)[^>]* (?:href|src)="([^"]+)"', text_of(client.get(page))
        )
        + re.findall(r'<script src="([^"]+)"', text_of(client.get(page)))
    }
    made_of |= set(re.findall(r'<audio[^>]* src="([^"]+)"', text_of(client.get(reverse("alarm")))))
    assert len(made_of) >= 6
    assert pages | made_of <= kept
    assert all(client.get(path).status_code == 200 for path in kept)


def test_the_keeper_is_a_script_for_the_emergency_pages_alone(client: Client) -> None:
    """Its address is their folder, so the browser lets it see nothing else; it asks without cookies."""
    answer = client.get(reverse("help_worker"))
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert reverse("help_worker").rsplit("/", 1)[0] + "/" == reverse("help")
    assert "Service-Worker-Allowed" not in answer.headers
    assert 'credentials: "omit"' in text_of(answer)


def test_a_page_that_is_kept_knows_nobody(team: Team, client: Client) -> None:
    """Signed in or not, it is the same page: a kept one tells nothing of who opened it."""
    for name in ("help", *PAGES):
        stranger = text_of(Client().get(reverse(name)))
        assert text_of(sign_in(client, team.alice).get(reverse(name))) == stranger
