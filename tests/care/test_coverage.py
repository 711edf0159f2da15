"""Coverage: what a payer's list lacks is a note, an authorisation is named before it ends, and care never waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import around, rules
from tests.care.test_payers import EVIDENCE, GOOD

from thecal.care.coverage import (
    ASK_THE_INSURER,
    CALL_FIRST,
    PACKET,
    RULES,
    CoverageCase,
    EndCase,
    PacketCase,
    ReplacementRequest,
    judge_coverage,
    judge_end,
    judge_packet,
    judge_replacement_request,
    reminders_ms,
)
from thecal.care.payers import Evidence, Payer, check
from thecal.findings import Severity
from thecal.units import DAY_MS

NOW = 1_800_000_000_000
MAYBE = st.none() | st.booleans()


def test_no_payer_s_rule_asks_for_more_than_a_reason() -> None:
    """Money never blocks, and never needs a second person."""
    assert max(rule.severity for rule in RULES) is Severity.REASON


@given(EVIDENCE, st.sampled_from(Payer))
def test_each_criterion_that_is_not_met_or_not_known_is_one_note(evidence: Evidence, payer: Payer) -> None:
    """And one that is met is silent."""
    found = judge_coverage(CoverageCase(payer=payer, evidence=evidence))
    names = {True: [], False: ["coverage.not_met"], None: ["coverage.not_known"]}
    assert rules(found) == [name for each in check(payer, evidence) for name in names[each.met]]
    assert {finding.severity for finding in found} <= {Severity.NOTE}


@pytest.mark.parametrize("payer", Payer)
def test_good_evidence_leaves_nothing_to_say(payer: Payer) -> None:
    """Every payer is content."""
    assert judge_coverage(CoverageCase(payer=payer, evidence=GOOD)) == []


@pytest.mark.parametrize("left_ms", [*around(90 * DAY_MS), *around(30 * DAY_MS), 1, 2])
def test_an_authorisation_is_named_from_ninety_days_before_its_end(left_ms: int) -> None:
    """A note while it runs; one millisecond before the 90 days nothing is said."""
    found = judge_end(EndCase(now_ms=NOW, ends_ms=NOW + left_ms))
    assert rules(found) == (["coverage.ends"] if left_ms <= 90 * DAY_MS else [])
    assert {finding.severity for finding in found} <= {Severity.NOTE}


@pytest.mark.parametrize("past_ms", [0, 1, 2, DAY_MS, 400 * DAY_MS])
def test_an_authorisation_that_has_ended_asks_for_a_reason(past_ms: int) -> None:
    """At its last moment it has ended; care goes on, and the remedy says so."""
    (finding,) = judge_end(EndCase(now_ms=NOW, ends_ms=NOW - past_ms))
    assert finding.severity is Severity.REASON
    assert "Refills and rescue go on" in finding.remedy


def test_an_unknown_end_is_said() -> None:
    """Unknown is not endless."""
    assert rules(judge_end(EndCase(now_ms=NOW))) == ["coverage.end_unknown"]


@given(st.integers(0, 10**14))
def test_the_worklist_names_it_three_times(ends_ms: int) -> None:
    """90 days, 30 days and no day before."""
    assert [ends_ms - each for each in reminders_ms(ends_ms)] == [90 * DAY_MS, 30 * DAY_MS, 0]


@pytest.mark.parametrize("name", PACKET)
@pytest.mark.parametrize("there", [None, False])
def test_each_part_that_a_packet_lacks_is_named(name: str, there: bool | None) -> None:
    """There are ten; not there and not looked at are both lacking."""
    assert len(PACKET) == 10
    held: dict[str, bool | None] = {**dict.fromkeys(PACKET, True), name: there}
    (finding,) = judge_packet(PacketCase(**held))
    assert PACKET[name] in finding.says
    assert finding.field == name
    assert judge_packet(PacketCase(**dict.fromkeys(PACKET, True))) == []


@given(dated=MAYBE, failed=MAYBE, repairable=MAYBE, newer=MAYBE)
def test_a_replacement_shows_a_date_or_a_failure_and_that_it_cannot_be_repaired(
    dated: bool | None, failed: bool | None, repairable: bool | None, newer: bool | None
) -> None:
    """And that it is not for a newer device alone; what is unknown is still to be shown."""
    found = judge_replacement_request(
        ReplacementRequest(indicator_dated=dated, failure_shown=failed, repairable=repairable, only_newer=newer)
    )
    shown = bool(dated or failed) and repairable is False
    assert ("coverage.replacement" in rules(found)) is not shown
    assert ("coverage.upgrade" in rules(found)) is (newer is not False)
    beside = {finding.rule: finding.field for finding in found}
    assert beside.get("coverage.replacement", "") == (
        "" if shown else "repairable" if dated or failed else "indicator_dated"
    )


def test_the_patient_calls_first_and_has_questions() -> None:
    """Plain questions, each ending as one."""
    assert CALL_FIRST.startswith("Call your insurer")
    assert len(ASK_THE_INSURER) >= 5
    assert all(each.endswith("?") for each in ASK_THE_INSURER)
    assert any("how long" in each.lower() for each in ASK_THE_INSURER)
