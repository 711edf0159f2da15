"""The assessment's sheets: nothing filled in, nothing refused, what is unknown said, change seen, goals graded."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_implant, make_patient, sign_in, text_of
from tests.clinic.steps.helpers import fill_in, known_at, last_record, preview, sheet_url

from thecal.care.scales import Ashworth, MuscleGroup, Side
from thecal.clinic.actions import start_clock
from thecal.clinic.bedside import bedside_of
from thecal.clinic.clock import clinic_now
from thecal.clinic.models import ClinicClock, Flag, Patient, Stage, StepRecord, Tolerance
from thecal.clinic.steps.assessed import aims, examined
from thecal.clinic.worklist import worklist
from thecal.rehearsal.world import World
from thecal.units import DAY_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EXAMINATION, GOALS = "assessment.examination", "assessment.goals"
PLACES = [f"{group.name}_{side.name}".lower() for group in MuscleGroup for side in Side]
LEGS = [name for name in PLACES if name.startswith(("hip", "knee", "ankle"))]
WHOLE: dict[str, Any] = {
    **dict.fromkeys(PLACES, "GRADE_3"), "variant": "MODIFIED", "penn_window": "LAST_DAY", "penn_frequency": "NONE",
    "clonus": "yes", "pain": "6", "wakings": "2", "fatigue": "4", "contracture": "no", "mobility": "IS_HOISTED",
    "relies_on_tone": "no", "function": "Sits in a wheelchair with a belt.",
}  # fmt: skip
AIMED: dict[str, Any] = {
    "goal_1": "sleep through the night", "weight_1": "2", "level_1": "LESS", "goal_2": "sit without a belt",
    "level_2": "LESS", "agreed": "yes",
}  # fmt: skip


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))


def later(days: int) -> None:
    """The clock some days after the start."""
    ClinicClock.objects.update(now_ms=START_MS + days * DAY_MS)


def rules_of(record: StepRecord) -> list[str]:
    """The rules that found something."""
    return [found["rule"] for found in record.findings]


def test_a_whole_examination_is_recorded_by_one_person(team: Team, client: Client) -> None:
    """A therapist, no reason, no finding; the patient's page of the step shows it on a body."""
    answer = fill_in(client, team.thea, team.patient, EXAMINATION, WHOLE)
    assert answer.status_code == 302, text_of(answer)
    record = last_record(EXAMINATION)
    assert (record.findings, record.reason, record.wants_second) == ([], "", False)
    assert record.entry("knee_flexors_left") == "GRADE_3"
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "assessment"])))
    for words in ("Stiffness by muscle group", "Thea Person", "3 Mar 2026", "6 of 10", "frequency 0 over a day"):
        assert words in page, words
    assert "Change over time" not in page


def test_an_empty_examination_says_what_is_not_known_and_is_recorded(team: Team, client: Client) -> None:
    """Nothing is required, nothing is taken for a no: useful stiffness is taken as yes."""
    page = text_of(preview(client, team.bob, team.patient, EXAMINATION, {}))
    assert "the grade of every muscle group" in page
    assert "taken as yes" in page
    assert fill_in(client, team.bob, team.patient, EXAMINATION, {}).status_code == 302
    record = last_record(EXAMINATION)
    assert rules_of(record) == ["assessment.unknown", "assessment.relies_on_tone"]
    assert "not known" in text_of(client.get(reverse("record", args=[record.pk])))


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        ({"penn_severity": "MILD"}, "assessment.severity_without_spasms"),
        ({"variant": "ORIGINAL", PLACES[0]: "GRADE_1_PLUS"}, "assessment.variant"),
    ],
)
def test_what_contradicts_itself_asks_for_a_reason(
    team: Team, client: Client, entries: dict[str, str], rule: str
) -> None:
    """It is written down all the same, once somebody says why."""
    assert fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | entries).status_code == 422
    reason = {"reason": "So it is in the letter we were sent."}
    assert fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | entries | reason).status_code == 302
    assert rules_of(last_record(EXAMINATION)) == [rule]


@pytest.mark.parametrize(
    ("entries", "before", "flagged"),
    [
        ({"relies_on_tone": "yes", "tone_uses": ["STANDING"]}, False, True),
        ({"relies_on_tone": "", "tone_uses": ["STANDING"]}, False, True),
        ({"relies_on_tone": "no"}, True, False),
        ({"relies_on_tone": ""}, True, True),
        ({"relies_on_tone": ""}, False, False),
    ],
)
def test_reliance_on_tone_becomes_a_flag_that_everyone_sees(
    team: Team, client: Client, entries: dict[str, Any], before: bool, flagged: bool
) -> None:
    """A yes sets it, a plain no takes it back, and not known leaves what was known."""
    flags = [Flag.RENAL.value, *([Flag.RELIES_ON_TONE.value] if before else [])]
    Patient.objects.filter(pk=team.patient.pk).update(flags=flags)
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | entries)
    team.patient.refresh_from_db()
    assert (Flag.RELIES_ON_TONE in team.patient.flags) == flagged
    assert Flag.RENAL in team.patient.flags
    remedies = [found["remedy"] for found in last_record(EXAMINATION).findings]
    assert any("25\u00a0mcg" in remedy for remedy in remedies) == (entries["relies_on_tone"] != "no")


@pytest.mark.parametrize(
    ("change", "implanted", "baseline"),
    [
        ({}, False, 30),
        (dict.fromkeys(LEGS, "GRADE_1_PLUS"), False, 15),
        (dict.fromkeys(LEGS, ""), False, None),
        ({"variant": "ORIGINAL"}, False, None),
        ({"variant": ""}, False, None),
        ({}, True, None),
    ],
)
def test_the_baseline_is_what_was_found_before_any_pump(
    team: Team, client: Client, change: dict[str, str], implanted: bool, baseline: int | None
) -> None:
    """The legs' mean on the modified scale; not what was found under therapy, on another scale, or not at all."""
    patient = make_patient("New Example", baseline_mas_tenths=None, tolerance=Tolerance.NAIVE, stage=Stage.ASSESSMENT)
    if implanted:
        make_implant(patient)
    fill_in(client, team.bob, patient, EXAMINATION, WHOLE | change)
    patient.refresh_from_db()
    assert patient.baseline_mas_tenths == baseline


def test_a_second_examination_is_compared_with_the_first(team: Team, client: Client) -> None:
    """A point more in one muscle is looked into today where a pump runs, and the chart of change appears."""
    make_implant(team.patient, implanted_ms=START_MS + DAY_MS)
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE)
    later(60)
    answer = fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | {"elbow_flexors_left": "GRADE_4"})
    record = last_record(EXAMINATION)
    assert (rules_of(record), record.urgency) == (["assessment.tone_risen"], "today")
    assert answer.url == reverse("record", args=[record.pk])
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "assessment"])))
    assert "Change over time" in page
    assert "implant" in page
    assert "Elbow flexors (biceps), left, now 4 (+1)" in page
    items = worklist([team.patient], now_ms=clinic_now().clinic_ms)
    assert "Act on: examination" in [item.what for item in items]


def test_a_correction_is_not_compared_with_what_it_corrects(team: Team, client: Client) -> None:
    """A wrong grade put right is no change of the patient."""
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | {"elbow_flexors_left": "GRADE_1"})
    wrong = last_record(EXAMINATION)
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | {"corrects": str(wrong.pk)})
    right = last_record(EXAMINATION)
    assert (right.corrects, right.findings) == (wrong, [])


def test_goals_are_recorded_and_graded_again_later(team: Team, client: Client) -> None:
    """Words and weights are offered again, levels are not; the score is the published one."""
    assert fill_in(client, team.thea, team.patient, GOALS, AIMED).status_code == 302
    page = text_of(client.get(sheet_url(team.patient, GOALS)))
    assert 'value="sleep through the night"' in page
    assert 'value="2"' in page
    assert re.search(r'name="level_1" value="LESS"', page)
    assert not re.search(r'name="level_\d" value="[A-Z_]+"[^>]*checked', page)
    later(180)
    again = AIMED | {"level_1": "MORE", "level_2": "AS_EXPECTED"}
    fill_in(client, team.thea, team.patient, GOALS, again)
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "assessment"])))
    # One goal of weight 2 at +1, one of weight 1 at 0: 50 + 20/√(0.7 × 5 + 0.3 × 9) = 58; both at −1 before: 38.
    assert "58 (50 is as expected)" in page
    assert "38" in page
    assert aims(known_at(team.patient, START_MS + 180 * DAY_MS)) is not None


def test_a_goal_without_agreement_asks_for_a_reason(team: Team, client: Client) -> None:
    """No goal, and a goal that the patient does not want."""
    for entries in ({}, AIMED | {"agreed": "no"}):
        assert fill_in(client, team.bob, team.patient, GOALS, entries).status_code == 422
    reason = {"reason": "She wants to think about it."}
    assert fill_in(client, team.bob, team.patient, GOALS, AIMED | {"agreed": "no"} | reason).status_code == 302


def test_no_goal_is_said_once_something_is_on_record(team: Team, client: Client) -> None:
    """The step's page has the rule's finding after an examination without goals, and none before anything."""
    url = reverse("step", args=[team.patient.pk, "assessment"])
    assert "There is no goal." not in text_of(sign_in(client, team.bob).get(url))
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE)
    assert "There is no goal." in text_of(client.get(url))


@pytest.mark.parametrize("stage", list(Stage))
def test_before_therapy_an_assessment_is_due_until_it_is_there(team: Team, client: Client, stage: Stage) -> None:
    """First the examination, then the goals, then nothing; nobody else is asked."""
    Patient.objects.filter(pk=team.patient.pk).update(stage=stage)
    team.patient.refresh_from_db()

    def asked() -> list[str]:
        items = worklist([team.patient], now_ms=START_MS)
        return [item.what for item in items if "/assessment/" in item.url]

    begins = stage in {Stage.ASSESSMENT, Stage.BEFORE_SCREENING}
    assert asked() == (["Assess stiffness, spasms and function"] if begins else [])
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE)
    assert asked() == (["Set goals with the patient"] if begins else [])
    fill_in(client, team.bob, team.patient, GOALS, AIMED)
    assert asked() == []


def test_who_may_and_who_may_not(team: Team, client: Client) -> None:
    """Those who examine write; the pharmacist and the coordinator read; at home nobody opens it."""
    url = sheet_url(team.patient, EXAMINATION)
    writes = {"alice": 200, "bob": 200, "thea": 200, "sol": 200, "phil": 403, "cora": 403}
    for name, status in writes.items():
        assert sign_in(client, getattr(team, name)).get(url).status_code == status, name
    for person in (team.pat, team.oda, team.charlie):
        assert sign_in(client, person).get(url).status_code in {403, 404}
    page = sign_in(client, team.phil).get(reverse("step", args=[team.patient.pk, "assessment"]))
    assert page.status_code == 200
    assert "Record examination" not in text_of(page)


def test_the_examiner_of_a_rehearsal_is_heard_and_not_copied(
    team: Team, client: Client, settings: Any, tmp_path: Path
) -> None:
    """The grades stand beside the form; no entry holds one; somebody who is not in the world has no examiner."""
    settings.THECAL_WORLD = tmp_path / "world"
    World.create(settings.THECAL_WORLD, START_MS, 12).close()
    url = sheet_url(team.patient, EXAMINATION)
    assert "What the examiner finds" not in text_of(sign_in(client, team.bob).get(url))
    bedside_of(team.patient).admit(team.patient)
    page = text_of(client.get(url))
    assert "What the examiner finds now" in page
    assert "Ankle plantar flexors (soleus), both sides" in page
    assert not re.search(r'<option value="GRADE_\d[A-Z_]*"[^>]* selected', page)
    assert examined(known_at(team.patient, START_MS)) is None


def test_every_grade_can_be_chosen_for_every_muscle(team: Team, client: Client) -> None:
    """Eighteen places; what is chosen is what is read."""
    grades = [grade.name for grade in Ashworth]
    entries = {name: grades[index % 6] for index, name in enumerate(PLACES)}
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | entries)
    case = examined(known_at(team.patient, START_MS))
    assert case is not None
    read = {f"{tone.group.name}_{tone.side.name}".lower(): tone.grade for tone in case.tones}
    assert read == {name: Ashworth[grade] for name, grade in entries.items()}


def test_every_finding_leads_to_an_entry_of_its_sheet(team: Team, client: Client) -> None:
    """Each link beside a finding has a place to go to."""
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE)
    changed = WHOLE | {"knee_flexors_left": "GRADE_4", "elbow_flexors_right": "GRADE_1", "penn_severity": "MILD"}
    changed |= {"contracture": "yes", "relies_on_tone": "", "pain": ""} | dict.fromkeys(LEGS[:8], "GRADE_4")
    for sheet, entries in ((EXAMINATION, changed), (GOALS, {}), (GOALS, {"goal_1": "sleep"})):
        form = text_of(client.get(sheet_url(team.patient, sheet)))
        links = re.findall(
            r'href="#(id_\w+)" class="finding-field"', text_of(preview(client, team.bob, team.patient, sheet, entries))
        )
        assert links
        assert [link for link in links if f'id="{link}"' not in form] == []


def test_an_older_examination_put_right_is_not_the_latest(team: Team, client: Client) -> None:
    """It keeps its time: what was found since then still stands, on the page, for the rules and for the flag."""
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE)
    old = last_record(EXAMINATION)
    later(60)
    fill_in(client, team.bob, team.patient, EXAMINATION, WHOLE | {"pain": "1"})
    later(90)
    told = WHOLE | {"pain": "9", "relies_on_tone": "yes", "corrects": str(old.pk)}
    fill_in(client, team.bob, team.patient, EXAMINATION, told | {"elbow_flexors_left": "GRADE_4"})
    right = last_record(EXAMINATION)
    assert right.corrects == old
    assert "assessment.tone_risen" not in rules_of(right)
    case = examined(known_at(team.patient, clinic_now().clinic_ms))
    assert case is not None
    assert case.pain == 1
    team.patient.refresh_from_db()
    assert Flag.RELIES_ON_TONE not in team.patient.flags
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "assessment"])))
    assert "Examined 2 May 2026" in page
    assert "Looser than last time: Elbow flexors (biceps), left" in page
