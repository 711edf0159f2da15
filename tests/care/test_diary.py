"""The diary's red flags: each calls somebody, what is left open is asked again, and nobody is told to wait for morning.

What the teaching sheets say to ring for (childrenswi.org, sheet 1227; baclofenpump.com; gillettechildrens.org):
hard to wake, faint, breathing difficulty, weakness or tingling, very stiff; itch, high fever; any alarm.
"""

from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import rules

from thecal.care.diary import (
    ASKED,
    CLINIC_NOW,
    CLINIC_TODAY,
    EMERGENCY,
    RULES,
    AlarmSound,
    DiaryEntry,
    judge_entry,
    whom_to_call,
)
from thecal.findings import Severity, Urgency, most_urgent

QUIET = DiaryEntry(
    spasms=3,
    stiffness=4,
    pain=2,
    slept_min=420,
    stiffer=False,
    itch=False,
    sleepy=False,
    breathing=False,
    fever=False,
    wound=False,
    weak=False,
    alarm=AlarmSound.SILENT,
)
FLAGS = ("stiffer", "itch", "sleepy", "breathing", "fever", "wound", "weak")
SAID = st.sampled_from([None, False, True])
ENTRIES = st.builds(
    DiaryEntry,
    stiffness=st.none() | st.integers(0, 10),
    alarm=st.none() | st.sampled_from(AlarmSound),
    **dict.fromkeys(FLAGS, SAID),
)


def urgency(**said: object) -> Urgency | None:
    """How soon somebody must act on an otherwise quiet day."""
    return most_urgent(judge_entry(replace(QUIET, **said)))  # type: ignore[arg-type]  # entries by name


@pytest.mark.parametrize("stiffness", range(11))
@pytest.mark.parametrize("pain", [0, 10])
def test_a_day_like_every_other_calls_nobody(stiffness: int, pain: int) -> None:
    """Somebody may be very stiff every day: a score alone, and pain alone, are for the next visit."""
    found = judge_entry(replace(QUIET, stiffness=stiffness, pain=pain, spasms=60, slept_min=0))
    assert found == []
    assert whom_to_call(found) == ""


@pytest.mark.parametrize("flag", ["breathing", "sleepy", "weak"])
def test_signs_of_too_much_ring_the_emergency_number(flag: str) -> None:
    """Breath, sleep and new weakness are on the list for the ambulance."""
    found = judge_entry(replace(QUIET, **{flag: True}))  # type: ignore[arg-type]  # entries by name
    assert rules(found) == [f"diary.{flag}"]
    assert whom_to_call(found) == EMERGENCY
    assert urgency(**{flag: True}) is Urgency.NOW


@pytest.mark.parametrize("flag", ["fever", "wound"])
def test_fever_and_a_bad_wound_ring_the_clinic_at_night_too(flag: str) -> None:
    """They do not wait for the morning."""
    found = judge_entry(replace(QUIET, **{flag: True}))  # type: ignore[arg-type]  # entries by name
    assert rules(found) == [f"diary.{flag}"]
    assert whom_to_call(found) == CLINIC_NOW
    assert "at night too" in CLINIC_NOW


@pytest.mark.parametrize(
    ("stiffer", "itch", "asked"),
    [
        (False, False, None),
        (True, False, Urgency.TODAY),
        (False, True, Urgency.TODAY),
        (True, True, Urgency.NOW),
        (True, None, Urgency.TODAY),
        (None, True, Urgency.TODAY),
        (None, None, Urgency.TODAY),
    ],
)
def test_stiffness_and_itch_together_cannot_wait(
    stiffer: bool | None, itch: bool | None, asked: Urgency | None
) -> None:
    """Either alone is for today; both are withdrawal until shown otherwise; not known is not no."""
    assert urgency(stiffer=stiffer, itch=itch) is asked


@pytest.mark.parametrize("stiffness", range(11))
def test_stiffer_than_usual_and_very_stiff_is_an_emergency(stiffness: int) -> None:
    """From 8 of 10, where it is also more than usual."""
    found = judge_entry(replace(QUIET, stiffer=True, stiffness=stiffness))
    assert ("diary.very_stiff" in rules(found)) == (stiffness >= 8)
    assert whom_to_call(found) == (EMERGENCY if stiffness >= 8 else CLINIC_TODAY)


@pytest.mark.parametrize(
    ("alarm", "asked"),
    [
        (AlarmSound.SILENT, None),
        (AlarmSound.SINGLE, Urgency.TODAY),
        (AlarmSound.TWO_TONE, Urgency.NOW),
        (AlarmSound.UNCLEAR, Urgency.NOW),
        (None, Urgency.TODAY),
    ],
)
def test_each_sound_has_its_urgency(alarm: AlarmSound | None, asked: Urgency | None) -> None:
    """Two tones, and a sound that nobody can name, cannot wait; a beep is for today."""
    assert urgency(alarm=alarm) is asked


@pytest.mark.parametrize("field", sorted(ASKED))
def test_what_is_not_known_is_asked_again_today(field: str) -> None:
    """No question about a danger can be left open in silence."""
    found = judge_entry(replace(QUIET, **{field: None}))
    assert rules(found) == ["diary.not_known"]
    assert found[0].field == field
    assert ASKED[field] in found[0].says
    assert whom_to_call(found) == CLINIC_TODAY


def test_an_empty_entry_is_one_question_and_not_eight() -> None:
    """Everything that is open stands in one sentence."""
    found = judge_entry(DiaryEntry())
    assert rules(found) == ["diary.not_known"]
    assert all(words in found[0].says for words in ASKED.values())


@given(entry=ENTRIES, flag=st.sampled_from(FLAGS))
def test_a_further_red_flag_never_asks_for_less(entry: DiaryEntry, flag: str) -> None:
    """A yes instead of a no, or instead of not known, is at least as urgent."""
    worse = replace(entry, **{flag: True})  # type: ignore[arg-type]  # entries by name
    assert (most_urgent(judge_entry(worse)) or 0) >= (most_urgent(judge_entry(entry)) or 0)


@given(entry=ENTRIES, flag=st.sampled_from([*FLAGS, "alarm"]))
def test_not_known_never_asks_for_less_than_no(entry: DiaryEntry, flag: str) -> None:
    """Hiding a quiet answer makes nothing milder."""
    quiet = replace(entry, **{flag: getattr(QUIET, flag)})
    hidden = replace(entry, **{flag: None})
    assert (most_urgent(judge_entry(hidden)) or 0) >= (most_urgent(judge_entry(quiet)) or 0)


@given(entry=ENTRIES)
def test_the_recording_is_never_refused_and_every_finding_says_whom_to_call(entry: DiaryEntry) -> None:
    """Notes only, each with an urgency and one of the three sentences; most urgent first."""
    found = judge_entry(entry)
    assert all(finding.severity is Severity.NOTE for finding in found)
    assert all(finding.remedy in {EMERGENCY, CLINIC_NOW, CLINIC_TODAY} for finding in found)
    urgencies = [finding.urgency or 0 for finding in found]
    assert urgencies == sorted(urgencies, reverse=True)
    assert bool(whom_to_call(found)) == bool(found)


@given(entry=ENTRIES)
def test_an_emergency_in_the_entry_is_what_the_one_sentence_says(entry: DiaryEntry) -> None:
    """The ambulance comes before the clinic, now before today."""
    remedies = {finding.remedy for finding in judge_entry(entry)}
    order = [said for said in (EMERGENCY, CLINIC_NOW, CLINIC_TODAY) if said in remedies]
    assert whom_to_call(judge_entry(entry)) == (order[0] if order else "")


def test_those_that_ring_the_clinic_are_told_that_nobody_reads_at_night() -> None:
    """A diary is no alarm."""
    assert all("Nobody reads this diary at night" in said for said in (CLINIC_NOW, CLINIC_TODAY))


def test_every_red_flag_can_be_left_open() -> None:
    """What is asked again are the entries that can be a red flag, and no others."""
    plain = {"spasms", "stiffness", "pain", "slept_min"}
    assert set(ASKED) == {field.name for field in fields(DiaryEntry)} - plain
    assert set(asdict(QUIET)) == set(ASKED) | plain
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    "wrong", [{"stiffness": 11}, {"pain": -1}, {"spasms": -1}, {"slept_min": 1_441}, {"slept_min": -1}]
)
def test_what_no_day_can_hold_is_no_entry(wrong: dict[str, int]) -> None:
    """Scores end at 10, days at 24 hours."""
    with pytest.raises(AssertionError):
        replace(QUIET, **wrong)  # type: ignore[arg-type]  # entries by name
