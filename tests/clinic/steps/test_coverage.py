"""Step 15 in the clinic: the checklist is read from the record, and an authorisation is named before it ends."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_implant, sign_in, text_of
from tests.clinic.steps.helpers import fill_in, known_at, preview
from tests.clinic.steps.test_candidacy import begin, record

from thecal.care.coverage import PACKET
from thecal.care.payers import CRITERIA, Payer
from thecal.clinic.actions import start_clock
from thecal.clinic.models import Stage
from thecal.clinic.steps.coverage import AUTHORISATION, PAYERS, authorised
from thecal.clinic.steps.evidence import held_by, packet_of
from thecal.clinic.worklist import worklist
from thecal.units import DAY_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ENDS_MS = START_MS - 9 * 3_600_000 + 100 * DAY_MS
"""Midnight after 10 June 2026."""
GRANTED: dict[str, Any] = {"purpose": "implant", "answer": "granted", "number": "A-1", "ends": "2026-06-10"}


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands, and the patient is being assessed."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    team.patient.stage = Stage.ASSESSMENT
    team.patient.save()


def step_page(client: Client, team: Team) -> str:
    """The step as Cora sees it."""
    return text_of(sign_in(client, team.cora).get(reverse("step", args=[team.patient.pk, "coverage"])))


def test_the_evidence_is_read_from_the_other_steps(team: Team, client: Client) -> None:
    """And each part says from which record."""
    begin(client, team, epilepsy="uncontrolled")
    held = held_by(known_at(team.patient, START_MS), {"deformity": False})
    evidence = held.evidence
    assert (evidence.severe, evidence.groups_at_4, evidence.penn_frequency) == (True, 9, 3)
    assert (evidence.oral_weeks, evidence.oral_failed, evidence.oral_baclofen_failed) == (12, True, True)
    assert evidence.oral_at_maximum is False
    assert (evidence.allergy, evidence.infection, evidence.epilepsy_uncontrolled) == (False, False, True)
    assert (evidence.deformity, evidence.athetosis, evidence.test_responded) == (False, None, None)
    assert held.read_from["oral_weeks"].startswith("drugs by mouth")
    assert held.read_from["allergy"].startswith("candidacy")
    assert held.read_from["epilepsy_uncontrolled"].startswith("candidacy")


def test_an_empty_record_meets_no_criterion_and_fails_none_but_what_the_record_itself_says(team: Team) -> None:
    """Unknown stays unknown; age and origin are known."""
    held = held_by(known_at(team.patient, START_MS), {})
    answers = {each.met(held.evidence) for payer in Payer for each in CRITERIA[payer] if "age_years" not in each.fields}
    assert answers == {None}
    assert set(held.read_from) == {"age_years", "origin"}


@pytest.mark.parametrize("payer", [key for key, _ in PAYERS])
def test_every_payer_s_list_is_shown_with_answers_and_sources(team: Team, client: Client, payer: str) -> None:
    """Criterion, answer, record and source in one row."""
    begin(client, team)
    record(client, team, "coverage.check", {"payer": payer, "insurer": "Ms Lind, by telephone"})
    page = step_page(client, team)
    for criterion in CRITERIA[Payer[payer.upper()]]:
        assert criterion.asks in page
        assert f"({criterion.grade})" in page
    assert "not known" in page or payer == "bcbs_alabama"


def test_what_is_missing_is_a_note_and_holds_nothing_up(team: Team, client: Client) -> None:
    """A checklist of an empty record is recorded by one person."""
    panel = text_of(preview(client, team.cora, team.patient, "coverage.check", {"payer": "england"}))
    assert "Not known: Goals were agreed." in panel
    assert "The packet lacks" in panel
    assert fill_in(client, team.cora, team.patient, "coverage.check", {"payer": "england"}).status_code == 302
    assert fill_in(client, team.cora, team.patient, "coverage.check", {}).status_code == 302


def test_the_packet_counts_what_is_on_record(team: Team, client: Client) -> None:
    """Three parts of a fresh record's ten are there at most; the sheets fill in more."""
    empty = packet_of(known_at(team.patient, START_MS), {})
    assert [name for name in PACKET if getattr(empty, name)] == ["replacement"]
    begin(client, team)
    filled = packet_of(known_at(team.patient, START_MS), {"diagnosis": "G80.1", "codes": "62362"})
    there = [name for name in PACKET if getattr(filled, name)]
    assert there == [
        "diagnosis", "oral_drugs", "other_treatment", "contraindications", "commitment", "replacement", "codes",
    ]  # fmt: skip


def test_the_packet_says_what_each_part_holds(team: Team, client: Client) -> None:
    """In the words of the sheets; what nobody wrote is said."""
    begin(client, team, refills_who="Her brother")
    record(client, team, "coverage.check", {"payer": "aetna", "diagnosis": "G35, 2004"})
    page = step_page(client, team)
    for says in (
        "G35, 2004; 35 years; weight 62.5 kg", "Baclofen, 60 mg/day, 12 weeks; effect: too little",
        "why it was stopped is not written", "Her brother", "botulinum toxin: no", "allergy: no; infection: no",
        "not needed before the first pump", "codes not written", "Examined: legs&#x27; mean grade 4",
    ):  # fmt: skip
        assert says in page, says
    make_implant(team.patient)
    assert "no request on record" in step_page(client, team)


@pytest.mark.parametrize(
    ("answer", "now_ms", "expected"),
    [
        ("granted", START_MS, True), ("granted", ENDS_MS - 1, True), ("granted", ENDS_MS, False),
        ("refused", START_MS, False), ("asked", START_MS, None),
    ],
)  # fmt: skip
def test_an_authorisation_holds_until_the_end_of_its_last_day(
    team: Team, client: Client, answer: str, now_ms: int, expected: bool | None
) -> None:
    """Another purpose has its own; what was only asked is not known."""
    record(client, team, AUTHORISATION, GRANTED | {"answer": answer})
    known = known_at(team.patient, now_ms)
    assert authorised(known, "implant", now_ms=now_ms) is expected
    assert authorised(known, "replacement", now_ms=now_ms) is None


def test_the_last_answer_counts(team: Team, client: Client) -> None:
    """A refusal after a permission is a refusal."""
    record(client, team, AUTHORISATION, GRANTED)
    record(client, team, AUTHORISATION, GRANTED | {"answer": "refused", "ends": ""})
    assert authorised(known_at(team.patient, START_MS), "implant", now_ms=START_MS) is False


@pytest.mark.parametrize(
    ("before_ms", "word"),
    [
        (91 * DAY_MS, None), (90 * DAY_MS + 1, None), (90 * DAY_MS, "Planned"), (31 * DAY_MS, "Planned"),
        (30 * DAY_MS + 1, "Planned"), (30 * DAY_MS, "Today"), (DAY_MS, "Today"), (0, "Today"), (-DAY_MS, "Today"),
    ],
)  # fmt: skip
def test_the_worklist_names_an_authorisation_90_days_30_days_and_no_day_before(
    team: Team, client: Client, before_ms: int, word: str | None
) -> None:
    """More urgent as it comes nearer, and said when it has ended."""
    record(client, team, AUTHORISATION, GRANTED)
    found = [each for each in worklist([team.patient], now_ms=ENDS_MS - before_ms) if "coverage" in each.url]
    assert [each.urgency.word for each in found] == ([word] if word else [])
    assert all(("ended" in each.why) is (before_ms <= 0) for each in found)


def test_an_authorisation_that_has_ended_asks_why_and_is_shown(team: Team, client: Client) -> None:
    """Nobody is refused; a granted one without an end is asked about."""
    old = GRANTED | {"ends": "2026-01-01"}
    assert fill_in(client, team.cora, team.patient, AUTHORISATION, old).status_code == 422
    record(client, team, AUTHORISATION, old | {"reason": "Written down for the file."})
    assert "granted, until 1 Jan 2026; has ended" in step_page(client, team)
    panel = text_of(preview(client, team.cora, team.patient, AUTHORISATION, GRANTED | {"ends": ""}))
    assert "When the authorisation ends is not known." in panel


def test_a_request_for_a_replacement_says_what_it_lacks(team: Team, client: Client) -> None:
    """A date or a failure, and that it cannot be repaired."""
    good = {"indicator_dated": "yes", "repairable": "no", "only_newer": "no"}
    assert "No finding so far." in text_of(preview(client, team.cora, team.patient, "coverage.replacement", good))
    panel = text_of(preview(client, team.cora, team.patient, "coverage.replacement", good | {"only_newer": "yes"}))
    assert "newer device alone" in panel
