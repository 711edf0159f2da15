"""Pages at home can be read by a twelve-year-old: counted, page by page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, START_MS, Team, make_implant, read_pump, sign_in
from tests.clinic.own.reading import grade_of, hard_words, sentences_of, syllables_of, words_of

from thecal.care import diary as care
from thecal.clinic.actions import record_read_out, start_clock

PAGES = ("own_page", "own_signs", "own_plan", "own_good_and_bad", "own_exercises", "own_diary", "guide")
QUESTIONS = ("breathing", "sleepy", "weak", "fever", "stiffer", "itch", "wound", "alarm", "day")
TWELVE_YEARS = 6.5
LONGEST_ON_AVERAGE = 12


@pytest.fixture
def pat(team: Team, client: Client) -> Client:
    """The patient, whose pump was read."""
    implant = make_implant(team.patient)
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.bob, now=NOW)
    start_clock(now_ms=START_MS, acting=None, now=NOW)
    return sign_in(client, team.pat)


def page_of(client: Client, name: str, *args: Any) -> list[str]:
    """A page's sentences."""
    return sentences_of(client.get(reverse(name, args=args)).content.decode())


@pytest.mark.parametrize("name", PAGES)
def test_a_twelve_year_old_can_read_it(pat: Client, name: str) -> None:
    """Short sentences, short words, none of the clinic's own."""
    sentences = page_of(pat, name)
    words = [word for sentence in sentences for word in words_of(sentence)]
    assert len(sentences) >= 4, sentences
    assert hard_words(sentences) == []
    assert len(words) / len(sentences) <= LONGEST_ON_AVERAGE
    assert grade_of(sentences) <= TWELVE_YEARS
    assert max(len(words_of(sentence)) for sentence in sentences) <= 28


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_of_the_diary_is_short(pat: Client, question: str) -> None:
    """One thing, in at most a dozen words."""
    sentences = page_of(pat, "own_diary_ask", question)
    assert hard_words(sentences) == []
    assert all(len(words_of(sentence)) <= 14 for sentence in sentences), sentences


def test_what_a_red_flag_says_is_plain() -> None:
    """The sentences of the rules themselves stand on the page."""
    bad = care.DiaryEntry(
        stiffness=9, stiffer=True, itch=True, sleepy=True, breathing=True, fever=True, wound=True, weak=True,
        alarm=care.AlarmSound.TWO_TONE,
    )  # fmt: skip
    found = [*care.judge_entry(bad), *care.judge_entry(care.DiaryEntry())]
    sentences = [part for each in found for part in f"{each.says} {each.remedy}".split(". ")]
    assert hard_words(sentences) == []
    assert grade_of(sentences) <= TWELVE_YEARS


@pytest.mark.parametrize(
    ("word", "count"), [("pump", 1), ("muscle", 2), ("emergency", 4), ("stiffness", 2), ("home", 1), ("wanted", 2)]
)
def test_syllables_are_counted_about_right(word: str, count: int) -> None:
    """The ruler itself."""
    assert syllables_of(word) == count


def test_a_hard_page_would_be_found() -> None:
    """The limits refuse what a clinic writes to a clinic."""
    sentences = ["Intrathecal administration necessitates interrogation of the implanted device before titration"]
    assert grade_of(sentences) > TWELVE_YEARS
    assert hard_words(sentences) == ["intrathecal", "titrat", "interrogat"]
