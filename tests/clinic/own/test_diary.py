"""The diary at home: one question a page, an answer that cannot wait says at once whom to call, nothing is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, START_MS, Team, make_implant, sign_in, text_of

from thecal.care.diary import CLINIC_NOW, CLINIC_TODAY, EMERGENCY
from thecal.clinic.actions import start_clock
from thecal.clinic.models import AuditRow, StepDraft, StepRecord

QUIET = {
    "breathing": "no", "sleepy": "no", "weak": "no", "fever": "no", "stiffer": "no", "itch": "no", "wound": "no",
    "alarm": "SILENT",
}  # fmt: skip
ORDER = (*QUIET, "day")
DAY = {"spasms": "4", "stiffness": "3", "pain": "2", "slept": "7.5", "words": "A good day."}


@pytest.fixture
def home(team: Team, client: Client) -> Client:
    """The carer's telephone."""
    make_implant(team.patient)
    start_clock(now_ms=START_MS, acting=None, now=NOW)
    return sign_in(client, team.oda)


def answer(client: Client, question: str, **given: str) -> Any:
    """Press an answer, or send the last page."""
    return client.post(reverse("own_diary_ask", args=[question]), given)


def write(client: Client, **changed: str) -> None:
    """Answer every question."""
    for question, given in (QUIET | {name: said for name, said in changed.items() if name in QUIET}).items():
        assert answer(client, question, **{question: given}).status_code == 302
    day = DAY | {name: said for name, said in changed.items() if name in DAY}
    assert answer(client, "day", **day).headers["Location"] == reverse("own_diary_check")


def send(client: Client) -> str:
    """Press *Send to the clinic*; the page that follows."""
    response = client.post(reverse("own_diary_check"))
    assert response.status_code == 302
    return text_of(client.get(response.headers["Location"]))


def test_a_quiet_day_goes_from_question_to_question(home: Client, team: Team) -> None:
    """Nine pages, then a look at all of it; it is recorded with who wrote it, and calls nobody."""
    for place, (question, given) in enumerate(QUIET.items()):
        asked = home.get(reverse("own_diary_ask", args=[question]))
        assert text_of(asked).count("<form method") <= 2
        after = answer(home, question, **{question: given})
        assert after.headers["Location"] == reverse("own_diary_ask", args=[ORDER[place + 1]])
    answer(home, "day", **DAY)
    assert "Nothing is sent yet" in text_of(home.get(reverse("own_diary_check")))
    shown = send(home)
    assert "The clinic reads it by day" in shown
    record = StepRecord.objects.get()
    assert (record.sheet, record.by, record.urgency) == ("own.diary", team.oda, "")
    assert (record.values["breathing"], record.values["stiffness"], record.values["slept"]) == (False, 3, 75)
    assert record.values["words"] == "A good day."
    assert AuditRow.objects.latest("sequence").action == "record step"
    assert not StepDraft.objects.exists()


@pytest.mark.parametrize(
    ("question", "given", "whom"),
    [
        ("breathing", "yes", EMERGENCY),
        ("sleepy", "yes", EMERGENCY),
        ("weak", "yes", EMERGENCY),
        ("fever", "yes", CLINIC_NOW),
        ("stiffer", "yes", CLINIC_TODAY),
        ("itch", "yes", CLINIC_TODAY),
        ("wound", "yes", CLINIC_NOW),
        ("alarm", "TWO_TONE", CLINIC_NOW),
        ("alarm", "UNCLEAR", CLINIC_NOW),
        ("alarm", "SINGLE", CLINIC_TODAY),
    ],
)
def test_a_red_flag_is_answered_on_the_very_next_page(home: Client, question: str, given: str, whom: str) -> None:
    """Whom to call, with the numbers, and that nobody reads the diary at night; then the diary can go on."""
    response = answer(home, question, **{question: given})
    assert response.headers["Location"] == reverse("own_diary_call", args=[question])
    shown = text_of(home.get(response.headers["Location"]))
    assert whom in shown
    assert "555 0142" in shown
    assert "Nobody reads this diary at night" in shown
    after = ORDER[ORDER.index(question) + 1]
    assert reverse("own_diary_ask", args=[after]) in shown


def test_itch_after_stiffness_calls_again_and_sooner(home: Client) -> None:
    """Each alone is for today; together they cannot wait."""
    assert "today" in text_of(home.get(answer(home, "stiffer", stiffer="yes").headers["Location"]))
    response = answer(home, "itch", itch="yes")
    assert response.headers["Location"] == reverse("own_diary_call", args=["itch"])
    assert CLINIC_NOW in text_of(home.get(response.headers["Location"]))


def test_a_second_flag_that_asks_for_no_more_goes_on(home: Client) -> None:
    """Whoever was told to ring the emergency number is not told again at each question."""
    answer(home, "breathing", breathing="yes")
    assert answer(home, "sleepy", sleepy="yes").headers["Location"] == reverse("own_diary_ask", args=["weak"])


def test_very_stiff_on_the_last_page_calls_before_the_check(home: Client) -> None:
    """The score can be the red flag."""
    answer(home, "stiffer", stiffer="yes")
    response = answer(home, "day", **(DAY | {"stiffness": "9"}))
    assert response.headers["Location"] == reverse("own_diary_call", args=["day"])
    assert EMERGENCY in text_of(home.get(response.headers["Location"]))


def test_what_is_not_known_is_sent_as_not_known_and_calls_today(home: Client) -> None:
    """Unanswered is never no."""
    write(home, breathing="")
    shown = send(home)
    assert CLINIC_TODAY in shown
    assert "how the breathing is" in shown
    assert StepRecord.objects.get().values["breathing"] is None


def test_nothing_answered_can_be_sent_and_says_what_is_open(home: Client) -> None:
    """The recording is never refused."""
    assert CLINIC_TODAY in send(home)
    record = StepRecord.objects.get()
    assert set(record.values.values()) == {None}
    assert record.urgency == "today"


def test_a_red_flag_stands_on_the_clinics_worklist_until_it_is_settled(
    home: Client, team: Team, client: Client
) -> None:
    """In the morning, whoever reads."""
    write(home, sleepy="yes")
    assert EMERGENCY in send(home)
    record = StepRecord.objects.get()
    assert record.urgency == "now"
    sign_in(client, team.bob)
    assert "Act on: diary" in text_of(client.get(reverse("worklist")))
    client.post(reverse("settle_record", args=[record.pk]), {"words": "Rang back: in hospital."})
    assert "Act on: diary" not in text_of(client.get(reverse("worklist")))


def test_answers_are_kept_between_pages_and_can_be_changed(home: Client) -> None:
    """A telephone rings in the middle: the day goes on where it was, and each answer can be changed."""
    answer(home, "breathing", breathing="no")
    assert "Go on with today" in text_of(home.get(reverse("own_diary")))
    assert 'value="no" aria-pressed="true"' in text_of(home.get(reverse("own_diary_ask", args=["breathing"])))
    answer(home, "breathing", breathing="")
    assert StepDraft.objects.get().typed["breathing"] == ""
    home.post(reverse("own_diary_throw_away"))
    assert "Write today" in text_of(home.get(reverse("own_diary")))


@pytest.mark.parametrize(
    "wrong", [{"stiffness": "11"}, {"pain": "-1"}, {"spasms": "many"}, {"slept": "25"}, {"slept": "7.55"}]
)
def test_a_number_that_cannot_be_is_asked_again(home: Client, wrong: dict[str, str]) -> None:
    """The page says what would be right; what was kept stays as it was."""
    response = answer(home, "day", **(DAY | wrong))
    assert response.status_code == 422
    assert "Write 0 to" in text_of(response)
    assert not StepDraft.objects.exists()


@pytest.mark.parametrize("address", ["nonsense", "words", "spasms"])
def test_there_are_no_other_questions(home: Client, address: str) -> None:
    """Addresses are not guessed."""
    assert home.get(reverse("own_diary_ask", args=[address])).status_code == 404
    assert home.get(reverse("own_diary_call", args=[address])).status_code == 404


def test_the_diary_of_one_record_is_nobody_elses(home: Client, team: Team, client: Client) -> None:
    """The patient sees the carer's entry; another patient sees none of it. Drafts are each one's own."""
    write(home, words="Secret words")
    send(home)
    address = reverse("own_diary_sent", args=[StepRecord.objects.get().pk])
    answer(home, "breathing", breathing="yes")
    assert "Secret words" in text_of(sign_in(client, team.pat).get(address))
    assert "Write today" in text_of(client.get(reverse("own_diary")))
    assert sign_in(client, team.charlie).get(address).status_code == 404
    assert sign_in(client, team.bob).get(address).status_code == 403


def test_the_clinic_reads_the_diary_on_the_steps_page(home: Client, team: Team, client: Client) -> None:
    """A table of the latest, and each record whole."""
    write(home, itch="yes", stiffness="6")
    send(home)
    shown = text_of(sign_in(client, team.thea).get(reverse("step", args=[team.patient.pk, "own"])))
    assert "Red flags: itch" in shown
    assert "7.5 h" in shown
    assert "A good day." in shown


def test_staff_write_no_diary(home: Client, team: Team, client: Client) -> None:
    """It is the family's."""
    assert sign_in(client, team.alice).post(reverse("sheet", args=[team.patient.pk, "own", "diary"])).status_code == 403
