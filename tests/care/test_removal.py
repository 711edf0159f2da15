"""A removal: the taper's table by its own laws, what each number asks for, and signs of withdrawal."""

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import CONCENTRATIONS, MCG, SLOWEST, blocks, rules

from thecal.canonical import from_plain, to_plain
from thecal.care.limits import LIBRARY_PG_PER_NL
from thecal.care.removal import READING, SHOWN_PG, TaperStep, taper
from thecal.care.removal_day import (
    SIGNS,
    DailyCheckCase,
    RemovalCase,
    Why,
    judge_catheter,
    judge_daily_check,
    judge_removal,
    next_check_ms,
)
from thecal.care.tapering import TaperCase, judge_taper
from thecal.findings import Severity, Urgency, most_urgent
from thecal.units import DAY_MS, HOUR_MS

WRITTEN = TaperCase(
    old_pg_per_day=300 * MCG,
    steps=8,
    share_per_mille=200,
    interval_ms=DAY_MS,
    concentration_pg_per_nl=500,
    slowest_nl_per_day=48_000,
    written_by_prescriber=True,
    oral_cover="as in the letter of today",
    daily_checker="Noor Haddad",
)
WELL = DailyCheckCase(**{name: False for name, _, _ in SIGNS})
TWO, NOTE = Severity.TWO_PEOPLE, Severity.NOTE
OLD = st.integers(1, 2_000 * MCG)
SHARES = st.integers(1, 999)
MAYBE = st.none() | st.booleans()


def table(
    old: int = 300 * MCG, *, steps: int = 8, share: int = 200, concentration: int = 500, interval_ms: int = DAY_MS
) -> tuple[TaperStep, ...]:
    """A taper on the usual pump."""
    return taper(
        old_pg_per_day=old,
        steps=steps,
        share_per_mille=share,
        interval_ms=interval_ms,
        concentration_pg_per_nl=concentration,
        slowest=SLOWEST,
    )


def test_steps_of_ten_per_cent_from_a_thousand() -> None:
    """1000, 900, 810, 729: by hand."""
    assert [step.dose_pg_per_day // MCG for step in table(1_000 * MCG, steps=3, share=100)] == [900, 810, 729]


def test_steps_follow_one_another_by_the_interval() -> None:
    """The first begins at once, the third two intervals later."""
    assert [step.after_ms for step in table(steps=3, interval_ms=3 * DAY_MS)] == [0, 3 * DAY_MS, 6 * DAY_MS]


@given(old=OLD, share=SHARES, steps=st.integers(1, 100), concentration=st.sampled_from(CONCENTRATIONS))
def test_every_step_lowers_and_is_typed_as_it_is_shown(old: int, share: int, steps: int, concentration: int) -> None:
    """Each dose is the smallest tenth of a microgram that takes no more than the share; else the share itself."""
    doses = [old, *(step.dose_pg_per_day for step in table(old, steps=steps, share=share, concentration=concentration))]
    assert len(doses) == steps + 1
    for before, after in pairwise(doses):
        assert after < before or before == 0
        kept = before * (1_000 - share)
        if after % SHOWN_PG == 0 and after * 1_000 >= kept:
            assert (after - SHOWN_PG) * 1_000 < kept
        else:
            assert before - kept // 1_000 <= SHOWN_PG
            assert after == kept // 1_000


def test_a_taper_by_fifths_is_shown_as_it_is_programmed() -> None:
    """284, 227.2, 181.8, 145.5, 116.4, 93.2: by hand, each tenth up; no step takes more than a fifth."""
    doses = [step.dose_pg_per_day for step in table(284 * MCG, steps=5, concentration=2_000)]
    assert doses == [227_200_000, 181_800_000, 145_500_000, 116_400_000, 93_200_000]


@given(old=OLD, share=SHARES, first=st.integers(1, 20), more=st.integers(1, 20))
def test_two_tapers_in_a_row_are_one(old: int, share: int, first: int, more: int) -> None:
    """Where nothing but the dose matters, a taper goes on where it left off."""
    whole = [step.dose_pg_per_day for step in table(old, steps=first + more, share=share)]
    begun = [step.dose_pg_per_day for step in table(old, steps=first, share=share)]
    assert whole[:first] == begun
    if begun[-1]:
        assert whole[first:] == [step.dose_pg_per_day for step in table(begun[-1], steps=more, share=share)]


@given(old=OLD, share=SHARES, steps=st.integers(1, 40), concentration=st.sampled_from((*CONCENTRATIONS, 250, 3_000)))
def test_a_step_runs_whenever_any_concentration_of_the_library_could_run_it(
    old: int, share: int, steps: int, concentration: int
) -> None:
    """The slowest rate is 48 000 nL a day; one fill at most, and never with anything stronger."""
    rows = table(old, steps=steps, share=share, concentration=concentration)
    choices = (*LIBRARY_PG_PER_NL, concentration)
    assert sum(row.fill_before for row in rows) <= 1
    for row in rows:
        assert row.runs == (row.dose_pg_per_day >= 48_000 * row.concentration_pg_per_nl)
        assert row.runs == any(row.dose_pg_per_day >= 48_000 * each for each in choices if each <= concentration)
        assert row.concentration_pg_per_nl <= concentration
        kept = row.dose_pg_per_day >= 48_000 * concentration
        assert (row.concentration_pg_per_nl == concentration) or not kept


@pytest.mark.parametrize("last_mcg", [95, 96, 97])
def test_the_slowest_rate_of_a_strong_drug_asks_for_a_weaker_fill(last_mcg: int) -> None:
    """2000 mcg/mL runs down to 96 mcg/day and no lower; below, 1000 mcg/mL is filled before that step."""
    row = table(2 * last_mcg * MCG, steps=1, share=500, concentration=2_000)[0]
    assert (row.concentration_pg_per_nl, row.fill_before) == ((2_000, False) if last_mcg >= 96 else (1_000, True))


@pytest.mark.parametrize("last_mcg", [23, 24, 25])
def test_below_the_weakest_drug_no_step_runs(last_mcg: int) -> None:
    """500 mcg/mL runs down to 24 mcg/day; lower is said to be impossible."""
    case = replace(WRITTEN, old_pg_per_day=2 * last_mcg * MCG, steps=1, share_per_mille=500)
    rows = case.table
    assert rows is not None
    assert rows[0].runs == (last_mcg >= 24)
    assert ("removal.slowest" in rules(judge_taper(case))) == (last_mcg < 24)


def test_the_finding_names_the_fill_and_the_step() -> None:
    """400 mcg/day of 2000 by fifths: step 7 is below 96 mcg/day, six days after the first."""
    case = replace(WRITTEN, old_pg_per_day=400 * MCG, concentration_pg_per_nl=2_000)
    said = [found.says for found in judge_taper(case) if found.rule == "removal.slowest"]
    assert len(said) == 1
    assert "Before step 7, 6\u00a0d" in said[0]
    assert "1000\u00a0mcg/mL" in said[0]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (1, [NOTE]), (50, [NOTE]), (98, [NOTE]), (99, [NOTE]), (100, []), (101, []), (150, []), (199, []), (200, []),
        (201, [TWO]), (202, [TWO]), (500, [TWO]), (999, [TWO]),
    ],
)  # fmt: skip
def test_steps_between_ten_and_twenty_per_cent_pass(share: int, expected: list[Severity]) -> None:
    """Larger asks for two people, smaller is a note."""
    found = judge_taper(replace(WRITTEN, share_per_mille=share, old_pg_per_day=250 * MCG, steps=1))
    assert [each.severity for each in found if each.rule == "removal.step"] == expected


@pytest.mark.parametrize("offset", [-HOUR_MS, -1_000, -2, -1, 0, 1, 2, HOUR_MS])
def test_steps_are_a_day_apart_at_least(offset: int) -> None:
    """24 h pass, a millisecond less asks for two people."""
    found = judge_taper(replace(WRITTEN, interval_ms=DAY_MS + offset))
    assert rules(found) == (["removal.interval"] if offset < 0 else [])


@pytest.mark.parametrize("offset", [-MCG, -2 * SHOWN_PG, -SHOWN_PG, 1 - SHOWN_PG, -1, 0, 1, 2, MCG])
def test_a_taper_that_ends_at_a_dose_from_which_withdrawal_was_full_asks_for_two(offset: int) -> None:
    """260 mcg/day is the lowest on record; a tenth of a microgram less is not, and what is between is shown as 260."""
    last = 260 * MCG + offset
    found = judge_taper(replace(WRITTEN, old_pg_per_day=2 * last, steps=1, share_per_mille=500))
    assert ("removal.last_dose" in rules(found)) == (offset > -SHOWN_PG)


@pytest.mark.parametrize(
    "field",
    ["old_pg_per_day", "steps", "share_per_mille", "interval_ms", "concentration_pg_per_nl", "slowest_nl_per_day"],
)
def test_one_unknown_number_and_there_is_no_table(field: str) -> None:
    """Nothing is guessed, and it is said."""
    case = replace(WRITTEN, **{field: None})
    assert case.table is None
    assert "removal.unwritten" in rules(judge_taper(case))


@pytest.mark.parametrize("field", ["oral_cover", "daily_checker"])
@pytest.mark.parametrize("text", [None, "", " "])
def test_cover_and_daily_check_are_asked_for_by_name(field: str, text: str | None) -> None:
    """Blank is not written."""
    case = replace(WRITTEN, **{field: text})  # type: ignore[arg-type] # the tests hand in fields by name
    assert rules(judge_taper(case)) == ["removal.oral_cover" if field == "oral_cover" else "removal.daily_check"]


@pytest.mark.parametrize("answer", [False, None])
def test_a_taper_is_a_prescription(answer: bool | None) -> None:
    """Who wrote it is known to be a prescriber, or two people agree."""
    assert rules(judge_taper(replace(WRITTEN, written_by_prescriber=answer))) == ["removal.unwritten"]


@pytest.mark.parametrize(
    ("changed", "rule", "severity"),
    [
        ({"written_by_prescriber": None}, "removal.unwritten", TWO),
        ({"share_per_mille": 201}, "removal.step", TWO),
        ({"share_per_mille": 99}, "removal.step", NOTE),
        ({"interval_ms": DAY_MS - 1}, "removal.interval", TWO),
        ({"concentration_pg_per_nl": 2_000}, "removal.slowest", Severity.REASON),
        ({"steps": 1, "old_pg_per_day": 400 * MCG}, "removal.last_dose", TWO),
        ({"oral_cover": None}, "removal.oral_cover", TWO),
        ({"daily_checker": None}, "removal.daily_check", TWO),
    ],
)
def test_each_finding_of_a_taper_asks_for_what_it_should(
    changed: dict[str, int | None], rule: str, severity: Severity
) -> None:
    """One change, one finding, and how much it asks for."""
    found = judge_taper(replace(WRITTEN, **changed))  # type: ignore[arg-type] # the tests hand in fields by name
    assert [(each.rule, each.severity) for each in found] == [(rule, severity)]


@given(
    case=st.builds(
        TaperCase,
        old_pg_per_day=st.none() | OLD,
        steps=st.none() | st.integers(1, 100),
        share_per_mille=st.none() | SHARES,
        interval_ms=st.none() | st.integers(1, 30 * DAY_MS),
        concentration_pg_per_nl=st.none() | st.sampled_from(CONCENTRATIONS),
        slowest_nl_per_day=st.none() | st.just(48_000),
    )
)
def test_no_lowering_is_ever_blocked(case: TaperCase) -> None:
    """Whatever the numbers."""
    assert not blocks(judge_taper(case))


@pytest.mark.parametrize(
    "absurd",
    [
        {"old_pg_per_day": 0}, {"steps": 0}, {"steps": 101}, {"share_per_mille": 0}, {"share_per_mille": 1_000},
        {"interval_ms": 0}, {"concentration_pg_per_nl": 0},
    ],
)  # fmt: skip
def test_a_taper_that_is_none_is_refused(absurd: dict[str, int]) -> None:
    """No dose, no step, no share, all at once: there is nothing to work out."""
    with pytest.raises(AssertionError):
        replace(WRITTEN, **absurd)  # type: ignore[arg-type] # the tests hand in fields by name


def test_what_was_published_is_for_reading_only() -> None:
    """Each has a source, and no number that arithmetic could pick up."""
    assert len(READING) == 2
    assert all(each.what and each.source for each in READING)
    assert {field.type for each in READING for field in fields(each)} <= {str, "str"}


@pytest.mark.parametrize("why", [*Why, None])
@pytest.mark.parametrize("plan", [None, "", " ", "watched bed"])
def test_every_removal_has_a_plan_before_it_begins(why: Why | None, plan: str | None) -> None:
    """Infected, urgent or wished for: no plan asks for two people, and nothing blocks."""
    found = judge_removal(RemovalCase(why=why, tapered=True, withdrawal_plan=plan))
    assert ("removal.plan" in rules(found)) == (plan != "watched bed")
    assert not blocks(found)


@pytest.mark.parametrize("why", [*Why, None])
@pytest.mark.parametrize("tapered", [True, False, None])
def test_only_infection_and_emergency_go_without_a_taper(why: Why | None, tapered: bool | None) -> None:
    """A reason that is not known could wait."""
    found = rules(judge_removal(RemovalCase(why=why, tapered=tapered, withdrawal_plan="as written")))
    urgent = why in {Why.INFECTION, Why.EMERGENCY}
    severities = {each.rule: each.severity for each in judge_removal(RemovalCase(why=why))}
    assert severities["removal.plan"] is TWO
    assert severities.get("removal.no_taper", TWO) is TWO
    assert severities.get("removal.why", Severity.REASON) is Severity.REASON
    assert ("removal.no_taper" in found) == (not urgent and not tapered)
    assert ("removal.why" in found) == (why is None)


@pytest.mark.parametrize(
    ("whole", "expected"), [(True, []), (False, ["removal.catheter"]), (None, ["removal.catheter"])]
)
def test_a_catheter_that_may_be_left_is_said(whole: bool | None, expected: list[str]) -> None:
    """Part of it left, or nobody looked."""
    assert rules(judge_catheter(whole)) == expected
    assert all(found.severity is Severity.REASON for found in judge_catheter(whole))


@pytest.mark.parametrize("name", [name for name, _, _ in SIGNS])
def test_each_sign_of_withdrawal_says_how_soon(name: str) -> None:
    """Late signs now, early ones today; the check itself is kept."""
    found = judge_daily_check(replace(WELL, **{name: True}))
    late = {"fever", "confused", "rigid", "seizure"}
    assert [(each.rule, each.severity) for each in found] == [("removal.withdrawal", NOTE)]
    assert found[0].urgency is (Urgency.NOW if name in late else Urgency.TODAY)


@pytest.mark.parametrize("name", [name for name, _, _ in SIGNS])
def test_a_sign_that_nobody_looked_for_is_said(name: str) -> None:
    """Not looked for is not absent."""
    case = replace(WELL, **{name: None})
    assert rules(judge_daily_check(case)) == ["removal.unseen"]


@given(
    case=st.builds(DailyCheckCase, **{name: MAYBE for name, _, _ in SIGNS}), name=st.sampled_from([s[0] for s in SIGNS])
)
def test_one_more_sign_is_never_less_urgent(case: DailyCheckCase, name: str) -> None:
    """A sign that is seen only raises the urgency."""
    seen, unseen = (most_urgent(judge_daily_check(replace(case, **{name: answer}))) or 0 for answer in (True, False))
    assert seen >= unseen


@pytest.mark.parametrize("offset", [-HOUR_MS, -2, -1, 0, 1, 2, HOUR_MS])
def test_a_day_between_two_checks_and_no_more(offset: int) -> None:
    """24 h pass; a millisecond more is said."""
    found = judge_daily_check(replace(WELL, since_last_check_ms=DAY_MS + offset))
    assert rules(found) == (["removal.late_check"] if offset > 0 else [])


@pytest.mark.parametrize("last_h", [0, 24, 71, 72, 73, 96, 200])
def test_daily_checks_go_on_until_four_days_after_the_removal(last_h: int) -> None:
    """The last one is due at 96 h; before a removal there is always a next."""
    due_ms = next_check_ms(last_ms=last_h * HOUR_MS, removed_ms=0)
    assert due_ms == ((last_h + 24) * HOUR_MS if last_h <= 72 else None)
    assert next_check_ms(last_ms=last_h * HOUR_MS, removed_ms=None) == (last_h + 24) * HOUR_MS


@pytest.mark.parametrize("case", [WRITTEN, TaperCase(), RemovalCase(), RemovalCase(why=Why.WISH), WELL])
def test_a_case_is_plain_data(case: TaperCase | RemovalCase | DailyCheckCase) -> None:
    """It can be written and read back."""
    assert from_plain(type(case), to_plain(case)) == case
