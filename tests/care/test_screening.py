"""Screening doses: the series, a day between two, a minute for each, and nothing larger than 100 mcg."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.care.screening import (
    DoseCase,
    Given,
    Response,
    judge_dose,
    next_dose_from_ms,
    next_step_pg,
)
from thecal.findings import Finding, Severity, worst

MCG, HOUR, DAY = 1_000_000, 3_600_000, 86_400_000
FIRST = DoseCase(
    dose_pg=50 * MCG,
    at_ms=10 * DAY,
    over_ms=60_000,
    checked_ms=10 * DAY,
    very_small=False,
    relies_on_tone=False,
    rule_chosen=True,
    examined_before=True,
    has_pump=False,
)
FIFTY = Given(dose_pg=50 * MCG, at_ms=9 * DAY, response=Response.NOT_ENOUGH)


def judged(**changes: object) -> dict[str, Finding]:
    """The findings of a first 50 mcg with these changes, by rule."""
    return {finding.rule: finding for finding in judge_dose(replace(FIRST, **changes))}  # type: ignore[arg-type] # one test, one field


def after(last_mcg: int, dose_mcg: int, **changes: object) -> dict[str, Finding]:
    """A dose a day after another one that did not do enough."""
    last = replace(FIFTY, dose_pg=last_mcg * MCG)
    return judged(given=(last,), dose_pg=dose_mcg * MCG, **changes)


def test_the_series_of_the_label_is_free() -> None:
    """50, then 75, then 100, each a day after one that did not do enough."""
    assert judged() == {}
    assert after(50, 75) == {}
    assert after(75, 100) == {}
    assert after(25, 50) == {}
    assert judged(dose_pg=25 * MCG) == {}


@pytest.mark.parametrize("over_pg", [1, 2, 1_000, MCG, 900 * MCG])
def test_above_100_mcg_is_refused_from_the_first_picogram(over_pg: int) -> None:
    """The label's largest dose is 100 mcg."""
    seventy_five = (replace(FIFTY, dose_pg=75 * MCG),)
    assert judged(given=seventy_five, dose_pg=100 * MCG + over_pg)["screening.largest"].severity is Severity.BLOCK
    for under_pg in (0, 1, 2, 50 * MCG):
        assert "screening.largest" not in judged(given=seventy_five, dose_pg=100 * MCG - under_pg)


@pytest.mark.parametrize(
    ("last_mcg", "allowed_mcg"), [(None, 50), (10, 25), (25, 50), (40, 50), (50, 75), (60, 75), (75, 100), (100, 100)]
)
def test_never_more_than_one_step_up(last_mcg: int | None, allowed_mcg: int) -> None:
    """The first dose is 50 at most; later ones go one step up, and not by a picogram more."""
    given = () if last_mcg is None else (replace(FIFTY, dose_pg=last_mcg * MCG),)
    assert next_step_pg(last_mcg and last_mcg * MCG) == allowed_mcg * MCG
    for offset_pg in (-25 * MCG, -2, -1, 0):
        assert "screening.step" not in judged(given=given, dose_pg=allowed_mcg * MCG + offset_pg or 1)
    for offset_pg in (1, 2, MCG, 25 * MCG):
        finding = judged(given=given, dose_pg=allowed_mcg * MCG + offset_pg)["screening.step"]
        assert finding.severity is Severity.BLOCK


@pytest.mark.parametrize("early_ms", [1, 2, 1_000, HOUR, DAY - 1, DAY, DAY + 1])
def test_a_dose_within_24_hours_of_the_last_is_refused_to_the_millisecond(early_ms: int) -> None:
    """23:59:59.999 is too early, and so is a time before the last dose."""
    at_ms = FIFTY.at_ms + DAY
    assert "screening.interval" not in after(50, 75, at_ms=at_ms, checked_ms=at_ms)
    assert "screening.interval" not in after(50, 75, at_ms=at_ms + early_ms, checked_ms=at_ms + early_ms)
    found = after(50, 75, at_ms=at_ms - early_ms, checked_ms=at_ms - early_ms)
    assert found["screening.interval"].severity is Severity.BLOCK
    assert next_dose_from_ms(FIFTY.at_ms) == at_ms


def test_the_last_dose_counts_in_whatever_order_they_are_written() -> None:
    """The latest by time, not by place in the record."""
    early = replace(FIFTY, at_ms=8 * DAY, dose_pg=25 * MCG)
    late = replace(FIFTY, at_ms=10 * DAY - 1)
    for doses in ((early, late), (late, early)):
        assert "screening.interval" in judged(given=doses, dose_pg=75 * MCG)
        assert "screening.step" not in judged(given=doses, dose_pg=75 * MCG)


@pytest.mark.parametrize("response", [Response.ENOUGH, None])
def test_a_larger_dose_waits_until_the_last_is_known_not_to_have_done_enough(response: Response | None) -> None:
    """What did enough ends the test, what nobody judged is not a no; no larger dose asks for two people."""
    given = (replace(FIFTY, response=response),)
    assert judged(given=given, dose_pg=75 * MCG)["screening.enough"].severity is Severity.BLOCK
    assert judged(given=given, dose_pg=50 * MCG + 1)["screening.enough"].severity is Severity.BLOCK
    for dose_pg in (50 * MCG, 25 * MCG):
        assert judged(given=given, dose_pg=dose_pg)["screening.enough"].severity is Severity.TWO_PEOPLE


@pytest.mark.parametrize("over_ms", [60_000, 60_001, 61_000, 300_000])
def test_a_minute_or_more_is_slow_enough(over_ms: int) -> None:
    """At least one minute: the pages that print less than one have it the wrong way round."""
    assert judged(over_ms=over_ms) == {}


@pytest.mark.parametrize("over_ms", [None, 0, 1, 30_000, 59_000, 59_998, 59_999])
def test_less_than_a_minute_is_refused(over_ms: int | None) -> None:
    """And so is a time that nobody named."""
    assert judged(over_ms=over_ms)["screening.speed"].severity is Severity.BLOCK


@pytest.mark.parametrize("field", ["very_small", "relies_on_tone"])
@pytest.mark.parametrize("answer", [True, None])
def test_who_may_not_bear_50_begins_with_25_or_two_people_agree(field: str, answer: bool | None) -> None:
    """Not known is not no; 25 mcg is free, and so is any dose after the first."""
    for dose_pg in (25 * MCG + 1, 50 * MCG):
        found = judged(**{field: answer, "dose_pg": dose_pg})
        assert found["screening.careful_first"].severity is Severity.TWO_PEOPLE
        assert found["screening.careful_first"].field == field
    assert judged(**{field: answer, "dose_pg": 25 * MCG}) == {}
    assert after(25, 50, **{field: answer}) == {}


@pytest.mark.parametrize("dose_pg", [1, 24 * MCG, 25 * MCG - 1, 25 * MCG + 1, 49_999_999, 30 * MCG])
def test_a_dose_outside_the_series_asks_for_two_people(dose_pg: int) -> None:
    """Whatever is no step of it, above or below one."""
    assert judged(dose_pg=dose_pg)["screening.series"].severity is Severity.TWO_PEOPLE


def test_after_100_mcg_the_series_is_over() -> None:
    """Another dose is no block of the label's, but two people answer for it."""
    assert after(100, 100)["screening.series"].severity is Severity.TWO_PEOPLE
    assert after(100, 25)["screening.series"].severity is Severity.TWO_PEOPLE


@pytest.mark.parametrize("age_ms", [0, 1, HOUR, DAY - 1, DAY])
def test_a_checklist_of_the_day_is_good(age_ms: int) -> None:
    """Answered up to 24 hours before."""
    assert judged(checked_ms=FIRST.at_ms - age_ms) == {}


@pytest.mark.parametrize("age_ms", [DAY + 1, DAY + 2, 7 * DAY, -1, -HOUR])
def test_an_old_checklist_asks_for_two_people(age_ms: int) -> None:
    """Older than a day, or answered after the dose: the limit is ours, so it does not block."""
    assert judged(checked_ms=FIRST.at_ms - age_ms)["screening.checklist"].severity is Severity.TWO_PEOPLE


def test_no_checklist_no_dose() -> None:
    """Nobody answered: blocked."""
    assert judged(checked_ms=None)["screening.checklist"].severity is Severity.BLOCK


@pytest.mark.parametrize("field", ["rule_chosen", "examined_before"])
@pytest.mark.parametrize("answer", [False, None])
def test_the_bar_is_set_and_tone_examined_before(field: str, answer: bool | None) -> None:
    """Otherwise two people agree."""
    assert judged(**{field: answer})["screening.rule_first"].severity is Severity.TWO_PEOPLE


@given(
    smaller=st.integers(1, 300 * MCG),
    larger=st.integers(1, 300 * MCG),
    last=st.sampled_from((None, 25, 50, 75, 100)),
    wait_ms=st.integers(-DAY, 3 * DAY),
    response=st.sampled_from((None, *Response)),
)
def test_a_larger_dose_is_blocked_where_a_smaller_one_is(
    smaller: int, larger: int, last: int | None, wait_ms: int, response: Response | None
) -> None:
    """More drug never turns a block into something softer; no dose is ever nothing."""
    smaller, larger = sorted((smaller, larger))
    given = () if last is None else (Given(dose_pg=last * MCG, at_ms=FIRST.at_ms - wait_ms, response=response),)
    less, more = (worst(judge_dose(replace(FIRST, given=given, dose_pg=dose))) for dose in (smaller, larger))
    if less is Severity.BLOCK:
        assert more is Severity.BLOCK
    with pytest.raises(AssertionError):
        replace(FIRST, dose_pg=0)


def test_a_dose_that_nobody_wrote_down_is_not_injected() -> None:
    """No default dose exists: unset is not zero."""
    assert judged(dose_pg=None)["screening.no_dose"].severity is Severity.BLOCK
    assert "screening.interval" in judged(dose_pg=None, given=(replace(FIFTY, at_ms=10 * DAY - 1),))


@pytest.mark.parametrize("has_pump", [True, None])
def test_a_bolus_on_top_of_a_pump_asks_for_two_people(has_pump: bool | None) -> None:
    """Two doses add up; not known is not no."""
    finding = judged(has_pump=has_pump)["screening.has_pump"]
    assert finding.severity is Severity.TWO_PEOPLE
    assert ("not known" in finding.says) == (has_pump is None)


def test_a_finding_says_what_is_so() -> None:
    """Done enough or not judged, before or after, known or not, and how long ago: the words are those of the case."""

    def says(rule: str, **changes: object) -> str:
        return judged(**changes)[rule].says.replace("\u00a0", " ")

    last = replace(FIFTY, response=Response.ENOUGH)
    assert "did enough" in says("screening.enough", given=(last,), dose_pg=75 * MCG)
    assert "has not been judged" in says("screening.enough", given=(replace(FIFTY, response=None),), dose_pg=75 * MCG)
    assert "48 h 00 min before the dose" in says("screening.checklist", checked_ms=8 * DAY)
    assert "after the dose" in says("screening.checklist", checked_ms=10 * DAY + HOUR)
    assert says("screening.careful_first", very_small=True) == "The patient is a very small child."
    assert "not known" in says("screening.careful_first", very_small=None)
    assert "23 h 00 min ago" in says("screening.interval", given=(replace(FIFTY, at_ms=9 * DAY + HOUR),))
