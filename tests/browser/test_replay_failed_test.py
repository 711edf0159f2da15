"""A replay: from the first assessment to a screening test that fails at 100 micrograms, and an implant that is refused.

The patient's number is one whose keyed chance makes a body that baclofen hardly reaches: nothing else is arranged.
"""

import pytest
from playwright.sync_api import expect
from tests.browser import therapy
from tests.browser.helpers import Watch, says, texts_of
from tests.browser.journey import Journey, admit, fill

pytestmark = pytest.mark.browser
HARDLY_SENSITIVE = "N-1768"


def _to_the_test(journey: Journey) -> None:
    """Assessed, tried, weighed, conferred."""
    admit(
        journey,
        "adeyemi",
        name="Una Strand (fictional)",
        born="1979-05-02",
        record_number=HARDLY_SENSITIVE,
        origin="spinal",
        tolerance="naive",
        allergies="none known",
    )
    therapy.examine(journey)
    therapy.set_goals(journey)
    therapy.write_what_was_tried(journey)
    therapy.put_before_the_team(journey)
    therapy.confer(journey)


def _one_day(journey: Journey, micrograms: int) -> None:
    """A dose, eight hours of looking, a verdict, and the way home."""
    therapy.answer_checklist(journey)
    therapy.look_after_dose(journey, "before")
    therapy.inject(journey, micrograms)
    therapy.watch_for_eight_hours(journey)
    verdict = {"judged": "NOT_ENOUGH", "function": "same", "words": "Hardly looser."}
    journey.record("ruiz", "screening.verdict", verdict)
    therapy.send_home(journey)


def test_a_test_that_fails_ends_without_a_pump(journey: Journey, watch: Watch) -> None:
    """Nothing is injected before the checklist, twice in a day, or above 100; and then no implant is booked."""
    watch.expect("422")
    _to_the_test(journey)
    page = journey.sheet("ruiz", "screening.dose")
    fill(page, {"dose_pg": "50", "over_s": "120"})
    therapy.judged(page, "The checklist is not answered.")
    therapy.plan_screening(journey)
    _one_day(journey, 50)

    page = journey.sheet("ruiz", "screening.dose")
    fill(page, {"dose_pg": "75", "over_s": "120"})
    therapy.judged(page, "Blocked", "The last dose was 8 h 00 min ago.")
    for micrograms in (75, 100):
        journey.pass_time("ruiz", "+1 h", 16)
        _one_day(journey, micrograms)

    page = journey.step("ruiz", "screening")
    says(page, "main", "100 mcg")
    journey.pass_time("ruiz", "+1 day", 1)
    page = journey.sheet("ruiz", "screening.dose")
    fill(page, {"dose_pg": "125", "over_s": "120"})
    therapy.judged(page, "Blocked", "125 mcg is more than 100 mcg.")

    page = journey.sheet("ruiz", "surgery.booking")
    assert any("100" in said for said in texts_of(page, "#judged .finding.block"))
    page.locator(".judging button[type=submit]").click()
    expect(page.locator(".error-summary")).to_contain_text("a finding blocks this")
    therapy.confer(
        journey, decision="not_a_candidate", stance="not", why="No response at 100 mcg.", instead="Botulinum toxin."
    )
    therapy.is_at(journey.go("ruiz", f"/patients/{journey.patient_id}/steps/"), "No pump")
