"""The course of a screening test: doses in order, what is due when, verdicts, corrections, and where it leads."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, sign_in, text_of
from tests.clinic.steps.helpers import code_now, sheet_url
from tests.clinic.steps.ward import CHOSEN, CLEAR, DAY_H, FIFTY, LOOSE, READY, STIFF, WELL, Ward, make_ward

from thecal.care.responder import ResponderRule
from thecal.clinic.bedside import room_of
from thecal.clinic.models import Stage
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
from thecal.units import HOUR_MS, MINUTE_MS


@pytest.fixture
def ward(team: Team, client: Client, settings: Any, tmp_path: Path) -> Ward:
    """A rehearsal's patient before the screening test, on the morning of 3 March 2026."""
    settings.THECAL_WORLD = tmp_path / "world"
    return make_ward(team, client, settings.THECAL_WORLD)


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
