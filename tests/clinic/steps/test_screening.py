"""The screening test in the clinic: its sheets, what refuses a dose, what is due when, and where it leads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_patient, make_person, sign_in, text_of
from tests.clinic.steps.helpers import code_now, fill_in, known_at, last_record, preview, sheet_url

from thecal.care.responder import ResponderRule
from thecal.clinic.actions import move_clock, start_clock
from thecal.clinic.bedside import room_of
from thecal.clinic.models import Flag, Person, RecordKind, Role, Stage, StepRecord
from thecal.clinic.steps.screened import (
    CHECKLIST,
    DISCHARGE,
    DOSE,
    EXTENDED,
    GIVEN,
    OBSERVATION,
    PLAN,
    VERDICT,
    doses_of,
    effective,
    implant_case,
    rule_of,
    verdict_on,
)
from thecal.clinic.worklist import worklist
from thecal.rehearsal.world import World
from thecal.units import HOUR_MS, MINUTE_MS

DAY_H = 24
CLEAR = {
    **dict.fromkeys(
        (
            "allergic", "infection", "open_wound", "relapse", "pregnant", "takes_thinners", "renal_impairment",
            "shunt", "takes_oral_baclofen",
        ),
        "no",
    ),
    "airway_kit_ready": "yes",
    "staff_trained": "yes",
}  # fmt: skip
CHOSEN = {"rule": ResponderRule.TWO_POINTS.name, "very_small": "no", "relies_on_tone": "no"}
STIFF = {"knee_flexors_left": "GRADE_3", "ankle_plantar_flexors_left": "GRADE_4"}
LOOSE = {"knee_flexors_left": "GRADE_1", "ankle_plantar_flexors_left": "GRADE_1_PLUS"}
WELL = {"wakefulness": "AWAKE", "breathing_slow": "no"}
FIFTY = {"dose_pg": "50", "over_s": "60"}
READY = dict.fromkeys(
    ("awake", "breathing_checked", "tone_back", "can_pass_urine", "headache_advice", "number_given"), "yes"
)
SHEETS = (PLAN, CHECKLIST, DOSE, OBSERVATION, VERDICT, DISCHARGE, GIVEN, EXTENDED)


class Ward:
    """A patient without a pump, a virtual body, and a clock that both share."""

    def __init__(self, team: Team, client: Client, world: Path) -> None:
        self.team, self.client, self.world = team, client, world
        self.patient = team.patient
        self.patient.stage = Stage.BEFORE_SCREENING
        self.patient.save()
        room = room_of(self.patient)
        assert room is not None
        room.admit(self.patient)
        self.now_ms = START_MS

    def wait(self, hours: float) -> None:
        """Let time pass for the clinic and the virtual patient."""
        self.now_ms += round(hours * HOUR_MS)
        with World.open(self.world) as opened:
            opened.advance_to(self.now_ms)
        move_clock(to_ms=self.now_ms, acting=None, now=at(self.now_ms))

    def send(self, sheet: str, entries: Mapping[str, Any], person: Person | None = None) -> Any:
        """Fill a sheet in as the prescriber, or as somebody else."""
        return fill_in(self.client, person or self.team.alice, self.patient, sheet, entries)

    def done(self, sheet: str, entries: Mapping[str, Any]) -> StepRecord:
        """A sheet that is recorded."""
        answer = self.send(sheet, entries)
        assert answer.status_code == 302, text_of(answer)
        return last_record(sheet)

    def begin(self) -> None:
        """Rule, checklist and tone before the first dose."""
        self.done(PLAN, CHOSEN)
        self.done(CHECKLIST, CLEAR)
        self.done(OBSERVATION, STIFF | {"phase": "before"})

    def page(self) -> str:
        """The step's page as it stands."""
        url = reverse("step", args=[self.patient.pk, "screening"])
        return text_of(sign_in(self.client, self.team.alice).get(url)).replace("\u00a0", " ")

    def work(self) -> list[tuple[str, str]]:
        """What the worklist says of this patient: its urgency and its words."""
        items = worklist([self.patient], now_ms=self.now_ms)
        return [(item.urgency.word, item.what.replace("\u00a0", " ")) for item in items if "/screening/" in item.url]

    def known(self) -> Any:
        """What is on record now."""
        self.patient.refresh_from_db()
        return known_at(self.patient, self.now_ms)


@pytest.fixture
def ward(team: Team, client: Client, settings: Any, tmp_path: Path) -> Ward:
    """A rehearsal's patient before the screening test, on the morning of 3 March 2026."""
    settings.THECAL_WORLD = tmp_path / "world"
    World.create(settings.THECAL_WORLD, START_MS, 12).close()
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    return Ward(team, client, tmp_path / "world")


def test_a_first_dose_that_works_leads_to_the_implant(ward: Ward) -> None:
    """Rule, checklist, baseline, 50 mcg, looks, verdict, discharge: the stage follows, and the dose feeds the start."""
    ward.begin()
    assert ward.send(DOSE, FIFTY).status_code == 302
    for hours, found in ((4, LOOSE), (4, STIFF)):
        ward.wait(hours)
        ward.done(OBSERVATION, found | WELL | {"phase": "after"})
    ward.done(DISCHARGE, READY)
    ward.done(VERDICT, {"judged": "ENOUGH", "words": "Sits without a belt."})
    known = ward.known()
    (dose,) = doses_of(known)
    verdict = verdict_on(known, dose)
    assert (verdict.responded, verdict.lasted_ms, verdict.present_at_last) == (True, 8 * HOUR_MS, False)
    screening = effective(known)
    assert screening is not None
    assert screening.effective_pg == 50_000_000
    assert screening.ended_soon
    assert (implant_case(known).responded, ward.patient.stage) == (True, Stage.BEFORE_IMPLANT)
    page = ward.page()
    assert ResponderRule.TWO_POINTS.value in page
    assert "2.25 points over 2 groups, 4 h after the dose" in page
    assert "Tone since the screening dose" in page


def test_the_virtual_patient_truly_gets_the_dose(ward: Ward) -> None:
    """Four hours after 50 mcg the examiner of the rehearsal finds less, and the form shows what is found."""
    ward.begin()
    room = room_of(ward.patient)
    assert room is not None
    before = room.examine(ward.patient)
    ward.done(DOSE, FIFTY)
    ward.wait(4)
    after = room.examine(ward.patient)
    assert after["soleus"] < before["soleus"]
    form = text_of(ward.client.get(sheet_url(ward.patient, OBSERVATION)))
    assert "What the examiner finds now" in form
    assert f"<strong>{after['soleus']}</strong>" in form


@pytest.mark.parametrize("question", list(CLEAR))
def test_an_unanswered_question_blocks_the_injection_and_not_the_checklist(ward: Ward, question: str) -> None:
    """It can be written down as it stands; nothing is injected."""
    ward.begin()
    ward.wait(0.1)
    ward.done(CHECKLIST, {name: answer for name, answer in CLEAR.items() if name != question})
    assert ward.send(DOSE, FIFTY).status_code == 422
    assert not StepRecord.objects.filter(sheet=DOSE).exists()
    assert "Blocked" in ward.page()


@pytest.mark.parametrize("question", ["infection", "open_wound", "relapse", "allergic"])
def test_a_bad_answer_blocks_the_injection(ward: Ward, question: str) -> None:
    """And the page says so, with what would be right."""
    ward.begin()
    ward.wait(0.1)
    record = ward.done(CHECKLIST, CLEAR | {question: "yes"})
    assert {found["severity"] for found in record.findings} == {"NOTE"}
    assert ward.send(DOSE, FIFTY).status_code == 422


@pytest.mark.parametrize(
    "entries",
    [
        {"dose_pg": "75", "over_s": "60"},
        {"dose_pg": "101", "over_s": "60"},
        {"over_s": "60"},
        {"dose_pg": "50", "over_s": "59"},
        {"dose_pg": "50"},
    ],
)
def test_a_dose_that_is_wrong_is_not_injected(ward: Ward, entries: dict[str, str]) -> None:
    """More than one step, more than 100 mcg, none at all, too fast, or nobody knows how fast."""
    ward.begin()
    assert ward.send(DOSE, entries).status_code == 422
    assert doses_of(ward.known()) == []
    room = room_of(ward.patient)
    assert room is not None
    first = room.examine(ward.patient)
    ward.wait(4)
    assert room.examine(ward.patient) == first


def test_open_questions_are_one_line_beside_the_checklist(ward: Ward) -> None:
    """Bad answers each have theirs."""
    panel = text_of(preview(ward.client, ward.team.alice, ward.patient, CHECKLIST, {"infection": "yes", "shunt": "no"}))
    assert "There is an infection." in panel
    assert "9 of the questions are not answered: each blocks the injection." in panel
    assert panel.count('<li class="finding') == 2


def test_nothing_is_injected_before_there_is_a_checklist(ward: Ward) -> None:
    """The form says why."""
    ward.done(PLAN, CHOSEN)
    assert ward.send(DOSE, FIFTY).status_code == 422
    assert "The checklist is not answered." in text_of(preview(ward.client, ward.team.alice, ward.patient, DOSE, FIFTY))


def test_who_relies_on_tone_gets_fifty_only_with_two_people_now(ward: Ward) -> None:
    """The flag on the record counts, whatever was answered; nobody signs an injection afterwards."""
    ward.patient.flags = [Flag.RELIES_ON_TONE.value]
    ward.patient.save()
    ward.begin()
    entries = FIFTY | {"reason": "Walks; tested in the parallel bars.", "second_person": "later"}
    assert ward.send(DOSE, entries).status_code == 422
    assert ward.send(DOSE, entries | {"second_person": "bob", "second_code": code_now()}).status_code == 302
    assert last_record(DOSE).second_person == ward.team.bob


def test_the_second_dose_waits_a_day_for_a_verdict_and_for_a_new_checklist(ward: Ward) -> None:
    """At 24 hours less a minute it is refused; then 75 mcg is free, and each dose keeps what was seen after it."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(4)
    ward.done(OBSERVATION, STIFF | WELL)
    ward.done(DISCHARGE, READY)
    assert ward.work() == [("Today", "Judge the screening dose")]
    ward.wait(20 - 1 / 60)
    ward.done(CHECKLIST, CLEAR)
    more = {"dose_pg": "75", "over_s": "90"}
    assert ward.send(DOSE, more).status_code == 422
    ward.done(VERDICT, {"judged": "NOT_ENOUGH"})
    assert ward.send(DOSE, more).status_code == 422
    assert ward.work() == [("Planned", "Next screening dose, 75 mcg at most")]
    ward.wait(1 / 60)
    ward.done(DOSE, more)
    ward.wait(4)
    ward.done(OBSERVATION, LOOSE | WELL)
    first, second = doses_of(ward.known())
    assert [len(first.observed), len(second.observed)] == [1, 1]
    assert second.before is not None
    assert verdict_on(ward.known(), first).responded is False
    assert verdict_on(ward.known(), second).responded is True
    assert ward.patient.stage == Stage.BEFORE_SCREENING


def test_no_response_at_100_mcg_ends_without_a_pump_unless_an_infusion_works(ward: Ward) -> None:
    """The stage says so, an implant is blocked; an extended infusion that worked asks for two people."""
    ward.done(PLAN, CHOSEN)
    for mcg in ("50", "75", "100"):
        ward.done(CHECKLIST, CLEAR)
        ward.done(OBSERVATION, STIFF | {"phase": "before"})
        ward.done(DOSE, {"dose_pg": mcg, "over_s": "60"})
        ward.wait(4)
        ward.done(OBSERVATION, STIFF | WELL)
        ward.done(DISCHARGE, READY)
        ward.done(VERDICT, {"judged": "NOT_ENOUGH"})
        ward.wait(20)
    case = implant_case(ward.known())
    assert (case.largest_pg, case.responded, case.extended_responded) == (100_000_000, False, None)
    assert ward.patient.stage == Stage.NO_PUMP
    assert effective(ward.known()) is None
    assert "There was no response at 100 mcg." in ward.page()
    assert ward.work() == []
    ward.done(EXTENDED, {"days": "4", "largest_pg_per_day": "200", "responded": "yes"})
    assert implant_case(ward.known()).extended_responded is True
    assert ward.patient.stage == Stage.BEFORE_IMPLANT
    assert "Two people" in ward.page()


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (1, ("Planned", "Look 30 min after the screening dose")),
        (31, ("Today", "Look 30 min after the screening dose")),
        (46, ("Now", "Look 30 min after the screening dose")),
        (59, ("Planned", "Look 1 h after the screening dose")),
        (4 * 60 + 16, ("Today", "Look 4 h after the screening dose")),
        (23 * 60, ("Today", "Look 8 h after the screening dose")),
        (25 * 60, ("Today", "Discharge after the screening dose")),
    ],
)
def test_the_worklist_names_the_next_look(ward: Ward, minutes: int, expected: tuple[str, str]) -> None:
    """Ahead, due, overdue, by the dose's own clock; after a day only the discharge is left to write down."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(minutes / 60)
    assert ward.work() == [expected]


def test_the_page_shows_what_is_due_when_and_what_was_found(ward: Ward) -> None:
    """Done, missed, due and ahead, each with its time."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(1)
    ward.done(OBSERVATION, LOOSE | WELL)
    page = ward.page()
    assert "After 50 mcg, 3 Mar 2026 09:00: what is due when" in page
    for words in ("missed", "done, 10:00", "legs 1.25; awake", "ahead", "The patient is being watched."):
        assert words in page, words


def test_a_sleepy_patient_is_for_now(ward: Ward) -> None:
    """Recording is not refused; it leads to the record, and stands on the worklist."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(1)
    record = ward.done(OBSERVATION, {"wakefulness": "DROWSY", "breathing_slow": "yes"})
    assert record.urgency == "now"
    assert ("Now", "Act on: observation") in [
        (item.urgency.word, item.what) for item in worklist([ward.patient], now_ms=ward.now_ms)
    ]


def test_before_a_dose_nobody_is_asked_how_sleepy_the_patient_is(ward: Ward) -> None:
    """A baseline is tone and spasms."""
    ward.begin()
    assert last_record(OBSERVATION).findings == []


def test_an_unmet_criterion_asks_for_two_people_and_never_hides_that_somebody_left(ward: Ward) -> None:
    """It may be signed afterwards; from the start nobody is looked for any more."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(4)
    entries = {name: answer for name, answer in READY.items() if name != "can_pass_urine"}
    assert ward.send(DISCHARGE, entries).status_code == 422
    ward.done(DISCHARGE, entries | {"reason": "Left against advice.", "second_person": "later"})
    (dose,) = doses_of(ward.known())
    assert dose.left_ms == ward.now_ms
    assert ward.work() == [("Today", "Judge the screening dose")]


def test_a_team_that_sees_more_than_the_rule_asks_a_second_person(ward: Ward) -> None:
    """And until that one has signed, the stage stays."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(4)
    ward.done(OBSERVATION, STIFF | WELL)
    form = text_of(ward.client.get(sheet_url(ward.patient, VERDICT))).replace("\u00a0", " ")
    assert "By the chosen rule: no response. Greatest mean drop: 0 points over 2 groups" in form
    assert ward.send(VERDICT, {"judged": "ENOUGH"}).status_code == 422
    record = ward.done(
        VERDICT, {"judged": "ENOUGH", "reason": "Transfers alone for the first time.", "second_person": "later"}
    )
    assert implant_case(ward.known()).responded is None
    assert ward.patient.stage == Stage.BEFORE_SCREENING
    sign_in(ward.client, ward.team.bob).post(reverse("sign_record", args=[record.pk]))
    assert implant_case(ward.known()).responded is True
    assert ward.patient.stage == Stage.BEFORE_IMPLANT


def test_a_rule_that_is_chosen_afterwards_changes_nothing(ward: Ward) -> None:
    """The one from before the first dose stands; where there was none, the page says that it came late."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(1)
    ward.done(PLAN, CHOSEN | {"rule": ResponderRule.LEGS_ONE_POINT.name})
    assert rule_of(ward.known()) == (ResponderRule.TWO_POINTS, True)
    other = make_late(ward)
    assert rule_of(other) == (ResponderRule.LEGS_ONE_POINT, False)


def make_late(ward: Ward) -> Any:
    """Another patient, whose rule was chosen after the first dose."""
    ward.patient = ward.team.other
    ward.done(GIVEN, {"dose_pg": "50", "at_ms": "2026-03-03T09:00"})
    ward.done(PLAN, CHOSEN | {"rule": ResponderRule.LEGS_ONE_POINT.name})
    assert "Chosen after the first dose." in ward.page()
    return ward.known()


def test_a_dose_given_elsewhere_is_written_down_whatever_stands_against_it(ward: Ward) -> None:
    """120 mcg as the first dose is noted, and counts for the next; without a time it is nothing."""
    assert ward.send(GIVEN, {"dose_pg": "120"}).status_code == 422
    assert ward.send(GIVEN, {"dose_pg": "120", "at_ms": "2026-03-03T09:01"}).status_code == 422
    record = ward.done(GIVEN, {"dose_pg": "120", "at_ms": "2026-03-02T18:00", "where": "The other hospital's letter"})
    assert {found["rule"] for found in record.findings} == {
        "screening.checklist", "screening.largest", "screening.series", "screening.step",
    }  # fmt: skip
    assert {found["severity"] for found in record.findings} == {"NOTE"}
    ward.begin()
    assert ward.send(DOSE, FIFTY).status_code == 422
    assert "The last dose was 15 h 00 min ago." in text_of(
        preview(ward.client, ward.team.alice, ward.patient, DOSE, FIFTY)
    ).replace("\u00a0", " ")


def test_a_record_of_a_real_pump_injects_nobody(team: Team, client: Client) -> None:
    """People have done it; the sheet writes it down."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    patient = make_patient("Real", kind=RecordKind.TRANSCRIBED, stage=Stage.BEFORE_SCREENING)
    for sheet, entries in (
        (PLAN, CHOSEN),
        (CHECKLIST, CLEAR),
        (OBSERVATION, STIFF | {"phase": "before"}),
        (DOSE, FIFTY),
    ):
        assert fill_in(client, team.alice, patient, sheet, entries).status_code == 302
    assert [dose.dose_pg for dose in doses_of(known_at(patient, START_MS))] == [50_000_000]
    assert "What the examiner finds now" not in text_of(client.get(sheet_url(patient, OBSERVATION)))


def test_an_observation_cannot_lie_in_the_future(ward: Ward) -> None:
    """Nor a discharge."""
    for sheet in (OBSERVATION, DISCHARGE):
        answer = ward.send(sheet, {"at_ms": "2026-03-03T09:01"})
        assert answer.status_code == 422
        assert "lies in the future" in text_of(answer)


def test_who_may_do_what(ward: Ward) -> None:
    """Only a prescriber or a surgeon injects; a therapist judges; a patient sees none of it."""
    thea, sol = make_person("thera", Role.THERAPIST), make_person("surge", Role.SURGEON)
    allowed = {
        ward.team.bob: {PLAN, CHECKLIST, OBSERVATION, DISCHARGE, GIVEN},
        thea: {PLAN, OBSERVATION, VERDICT},
        sol: set(SHEETS),
        ward.team.alice: set(SHEETS),
        ward.team.pat: set(),
    }
    for person, may in allowed.items():
        sign_in(ward.client, person)
        got = {sheet for sheet in SHEETS if ward.client.get(sheet_url(ward.patient, sheet)).status_code == 200}
        assert got == may, person


def test_no_dose_is_filled_in_beforehand(ward: Ward) -> None:
    """No default dose exists on any of the sheets."""
    ward.begin()
    for sheet in (DOSE, GIVEN, EXTENDED):
        page = text_of(sign_in(ward.client, ward.team.alice).get(sheet_url(ward.patient, sheet)))
        assert 'name="dose_pg" value' not in page
        assert 'name="largest_pg_per_day" value' not in page


def test_the_assessment_s_examination_serves_as_the_tone_before(ward: Ward) -> None:
    """On the same scale and before the dose; one on another scale does not."""
    ward.done(PLAN, CHOSEN)
    ward.done(CHECKLIST, CLEAR)
    ward.done("assessment.examination", STIFF | {"variant": "ORIGINAL"})
    ward.done(
        DOSE, FIFTY | {"reason": "Examined on the other scale.", "second_person": "bob", "second_code": code_now()}
    )
    assert doses_of(ward.known())[0].before is None
    ward.wait(DAY_H)
    ward.done("assessment.examination", STIFF | {"variant": "MODIFIED"})
    ward.done(GIVEN, {"dose_pg": "50", "at_ms": f"2026-03-04T0{9}:00"})
    assert doses_of(ward.known())[-1].before is not None


def test_minutes_are_counted_from_the_dose_as_it_was_written_down(ward: Ward) -> None:
    """A corrected observation keeps its first time."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(1)
    record = ward.done(OBSERVATION, LOOSE | WELL)
    ward.wait(2)
    ward.done(OBSERVATION, STIFF | WELL | {"corrects": str(record.pk)})
    (dose,) = doses_of(ward.known())
    assert [one.at_ms - dose.at_ms for one in dose.observed] == [60 * MINUTE_MS]


def test_what_was_injected_can_be_put_right_on_paper_and_is_not_injected_again(ward: Ward) -> None:
    """A correction a day later keeps the dose's time, refuses nothing, and leaves the virtual patient alone."""
    ward.begin()
    record = ward.done(DOSE, FIFTY)
    ward.wait(DAY_H)
    room = room_of(ward.patient)
    assert room is not None
    before = room.examine(ward.patient)
    assert ward.send(DOSE, {"over_s": "60", "corrects": str(record.pk)}).status_code == 422
    right = ward.done(DOSE, {"dose_pg": "75", "over_s": "30", "corrects": str(record.pk)})
    assert {found["severity"] for found in right.findings} == {"NOTE"}
    assert [(dose.dose_pg, dose.at_ms) for dose in doses_of(ward.known())] == [(75_000_000, START_MS)]
    ward.wait(4)
    assert room.examine(ward.patient) == before


def test_a_verdict_that_is_put_right_takes_the_stage_with_it(ward: Ward) -> None:
    """Enough, then not: the patient waits for the next dose again, and the correction is about the same dose."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(4)
    ward.done(OBSERVATION, LOOSE | WELL)
    wrong = ward.done(VERDICT, {"judged": "ENOUGH"})
    assert ward.known().patient.stage == Stage.BEFORE_IMPLANT
    ward.wait(DAY_H)
    reason = "Only the examiner of the morning was sure."
    ward.done(VERDICT, {"judged": "NOT_ENOUGH", "reason": reason, "corrects": str(wrong.pk)})
    assert ward.known().patient.stage == Stage.BEFORE_SCREENING
    assert implant_case(ward.known()).responded is False
