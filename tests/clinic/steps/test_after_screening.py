"""What the screening test means to the team and to the payer: a response, none at the largest dose, none so far."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.clinic.helpers import Team, text_of
from tests.clinic.steps.test_candidacy import EXAMINED, FACTS, OTHER
from tests.clinic.steps.test_conference import GOOD
from tests.clinic.steps.test_tried import BACLOFEN
from tests.clinic.steps.ward import CHOSEN, CLEAR, FIFTY, LOOSE, READY, STIFF, WELL, Ward, make_ward

from thecal.care.coverage import PACKET
from thecal.care.payers import Payer, check
from thecal.clinic.models import Stage
from thecal.clinic.steps.conference import case_of
from thecal.clinic.steps.evidence import held_by, packet_of
from thecal.clinic.steps.packet import packet_table
from thecal.clinic.steps.screened import CHECKLIST, DISCHARGE, DOSE, OBSERVATION, PLAN, VERDICT
from thecal.clinic.worklist import worklist
from thecal.units import HOUR_MS

IMPLANT: dict[str, Any] = GOOD | {"decision": "implant", "handover_agreed": "yes", "handover_words": "20 mL, T10, 100"}


@pytest.fixture
def ward(team: Team, client: Client, settings: Any, tmp_path: Path) -> Ward:
    """A patient whom the team sent to the screening test."""
    settings.THECAL_WORLD = tmp_path / "world"
    ward = make_ward(team, client, settings.THECAL_WORLD)
    ward.done("assessment.examination", EXAMINED)
    ward.done("tried.oral", BACLOFEN)
    ward.done("tried.other", OTHER | {"hands_on_weeks": "20"})
    ward.done("candidacy.facts", FACTS)
    ward.done("candidacy.forward", {"summary": "Ready."})
    ward.done("conference.decision", GOOD)
    ward.done(PLAN, CHOSEN)
    return ward


def dose(ward: Ward, mcg: str, found: dict[str, str], judged: str) -> None:
    """One dose from checklist to verdict, and the rest of its day."""
    ward.done(CHECKLIST, CLEAR | {"takes_oral_baclofen": "yes", "last_oral_ms": "2026-03-02T20:00"})
    ward.done(OBSERVATION, STIFF | {"phase": "before"})
    ward.done(DOSE, FIFTY | {"dose_pg": mcg})
    for hours, seen in ((4, found), (4, STIFF)):
        ward.wait(hours)
        ward.done(OBSERVATION, seen | WELL | {"phase": "after"})
    ward.done(DISCHARGE, READY)
    ward.done(VERDICT, {"judged": judged})
    ward.wait(16)


def calls_the_team(ward: Ward) -> bool:
    """Whether the worklist asks for a conference."""
    return any(item.what == "Hold the team conference" for item in worklist([ward.patient], now_ms=ward.now_ms))


def test_after_a_test_that_worked_the_team_hands_over_and_goes_on_with_one_signature(ward: Ward) -> None:
    """The worklist calls it until it has decided."""
    assert not calls_the_team(ward)
    dose(ward, "50", LOOSE, "ENOUGH")
    assert case_of({}, ward.known()).responded is True
    assert calls_the_team(ward)
    ward.done("conference.decision", IMPLANT)
    assert not calls_the_team(ward)
    assert ward.known().patient.stage == Stage.BEFORE_IMPLANT


def test_no_response_at_100_mcg_blocks_the_team_and_none_before_is_no_finished_test(ward: Ward) -> None:
    """After 50 and 75 mcg two people may; after 100 nobody."""
    for mcg, responded in (("50", None), ("75", None), ("100", False)):
        dose(ward, mcg, STIFF, "NOT_ENOUGH")
        assert case_of({}, ward.known()).responded is responded
    signed = {"reason": "We believe in it.", "second_person": "later"}
    refused = ward.send("conference.decision", IMPLANT | signed)
    assert refused.status_code == 422
    assert "No response to the screening test, up to 100 mcg." in text_of(refused)
    ward.done("conference.decision", GOOD | {"decision": "not_a_candidate", "why": "No response."} | _unsure())
    assert ward.known().patient.stage == Stage.NO_PUMP


def test_the_payer_s_list_reads_the_test(ward: Ward) -> None:
    """Dose, drop, how long, and who asks for it."""
    dose(ward, "50", LOOSE, "ENOUGH")
    held = held_by(ward.known(), {})
    evidence = held.evidence
    assert (evidence.test_responded, evidence.test_dose_pg) == (True, 50_000_000)
    assert (evidence.test_drop_tenths, evidence.test_lasted_ms) == (22, 8 * HOUR_MS)
    assert held.read_from["test_drop_tenths"].startswith("screening test")
    assert {each.met for each in check(Payer.EVICORE, evidence)} == {True}
    answers = {each.criterion.asks: each.met for each in check(Payer.LOUISIANA_MEDICAID, evidence)}
    assert answers["Ashworth fell by two points if the origin is spinal, by one if it is cerebral."] is True
    assert packet_of(ward.known(), {}).screening is True
    rows = {row[0]: row[2].replace("\u00a0", " ") for row in packet_table(ward.known(), {}).rows}
    assert rows[PACKET["screening"]] == "50 mcg on 3 Mar 2026: 2.25 points, for 8 h 00 min"


def _unsure() -> dict[str, str]:
    return {name: "unsure" for name in IMPLANT if name.endswith("_stance")}


def test_oral_baclofen_on_record_is_asked_about_before_the_injection(ward: Ward) -> None:
    """The checklist is written as it is answered; the dose wants a reason, for tablets may have ended at once."""
    ward.done(CHECKLIST, CLEAR)
    ward.done(OBSERVATION, STIFF | {"phase": "before"})
    refused = ward.send(DOSE, FIFTY)
    assert refused.status_code == 422
    assert "by the record of what was tried it still was" in text_of(refused)
    ward.done(DOSE, FIFTY | {"reason": "Tapered over six weeks, ended in January."})
