"""Responses by the published rules, worked out by hand; and an implant that waits for one."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.care.responder import (
    ImplantCase,
    ResponderRule,
    ResponseCase,
    Seen,
    judge_implant,
    judge_response,
    screening_of,
    verdict_of,
)
from thecal.care.scales import Ashworth, MuscleGroup, PennFrequency, Side, Tone
from thecal.care.screening import Response
from thecal.care.starting import starting_dose_pg_per_day
from thecal.care.titration import Origin
from thecal.findings import Severity

HOUR, MCG = 3_600_000, 1_000_000
KNEE, ANKLE, HIP = MuscleGroup.KNEE_FLEXORS, MuscleGroup.ANKLE_PLANTAR_FLEXORS, MuscleGroup.HIP_ADDUCTORS
ELBOW = MuscleGroup.ELBOW_FLEXORS
GRADES = {grade.label: grade for grade in Ashworth}


def seen(hours: float, grades: dict[MuscleGroup, str], penn: int | None = None) -> Seen:
    """An examination of left-sided groups; "" is not examined."""
    tones = tuple(
        Tone(group=group, side=Side.LEFT, grade=GRADES[grade] if grade else None) for group, grade in grades.items()
    )
    return Seen(after_ms=round(hours * HOUR), tones=tones, penn=None if penn is None else PennFrequency(penn))


def case(rule: ResponderRule, *after: Seen, before: Seen | None = None, origin: Origin | None = None) -> ResponseCase:
    """A dose in somebody with 3 at the knee and 4 at the ankle, spasms 4."""
    usual = seen(0, {KNEE: "3", ANKLE: "4"}, penn=4)
    return ResponseCase(rule=rule, before=before or usual, seen=after, origin=origin)


TWO, LEGS, PAYER, ORIGIN = ResponderRule


@pytest.mark.parametrize(
    ("knee", "ankle", "responded"),
    [("1", "2", True), ("1", "1+", True), ("1+", "2", False), ("1", "3", False), ("0", "3", True), ("3", "4", False)],
)
def test_two_points_in_the_mean(knee: str, ankle: str, responded: bool) -> None:
    """3 + 4 is 70 tenths; a mean drop of 2 over two groups wants 40 of them, and 35 are too few (1+ is 15)."""
    assert verdict_of(case(TWO, seen(4, {KNEE: knee, ANKLE: ankle}))).responded is responded


@pytest.mark.parametrize(("penn", "responded"), [(4, False), (3, False), (2, True), (1, True), (0, True)])
def test_two_points_of_spasms_count_as_well(penn: int, responded: bool) -> None:
    """From 4: two fewer is a response, where tone has hardly moved."""
    assert verdict_of(case(TWO, seen(4, {KNEE: "3", ANKLE: "3"}, penn=penn))).responded is responded
    only_spasms = case(TWO, seen(4, {}, penn=penn), before=seen(0, {}, penn=4))
    assert verdict_of(only_spasms).responded is responded


@pytest.mark.parametrize(
    ("knee", "ankle", "responded"), [("2", "3", True), ("2", "4", False), ("1+", "4", False), ("1", "4", True)]
)
def test_one_point_in_the_legs(knee: str, ankle: str, responded: bool) -> None:
    """Arms do not count for it, better or worse."""
    before = seen(0, {KNEE: "3", ANKLE: "4", ELBOW: "2"})
    for elbow in ("0", "2", "4", ""):
        after = seen(4, {KNEE: knee, ANKLE: ankle, ELBOW: elbow})
        verdict = verdict_of(case(LEGS, after, before=before))
        assert verdict.responded is responded
        assert verdict.best is not None
        assert verdict.best.left_out == ()
    assert verdict_of(case(LEGS, seen(4, {ELBOW: "0"}), before=before)).responded is None


@pytest.mark.parametrize(
    ("origin", "ankle", "responded"),
    [
        (Origin.SPINAL, "2", True),
        (Origin.SPINAL, "3", False),
        (Origin.CEREBRAL, "3", True),
        (Origin.CEREBRAL, "4", False),
        (None, "0", None),
    ],
)
def test_the_bar_by_origin(origin: Origin | None, ankle: str, responded: bool | None) -> None:
    """2 spinal, 1 cerebral; where the origin is not known neither is the answer."""
    after = seen(4, {ANKLE: ankle})
    assert verdict_of(case(ORIGIN, after, before=seen(0, {ANKLE: "4"}), origin=origin)).responded is responded


@pytest.mark.parametrize(
    ("last_ms", "responded"),
    [(6 * HOUR - 2, False), (6 * HOUR - 1, False), (6 * HOUR, True), (6 * HOUR + 1, True), (8 * HOUR, True)],
)
def test_the_payer_s_four_hours_are_seen_to_the_millisecond(last_ms: int, responded: bool) -> None:
    """From the first examination that meets the bar, at 2 h, to the last in a row."""
    good = seen(2, {KNEE: "1", ANKLE: "2"})
    last = replace(good, after_ms=last_ms)
    assert verdict_of(case(PAYER, good, last)).responded is responded
    poor = seen(3, {KNEE: "3", ANKLE: "3"})
    assert verdict_of(case(PAYER, good, poor, last)).responded is False
    assert verdict_of(case(PAYER, last, good)).responded is responded


def test_only_what_was_examined_both_times_counts_and_the_rest_is_named() -> None:
    """A group that nobody examined afterwards neither lowers nor raises the mean."""
    before = seen(0, {KNEE: "3", ANKLE: "4", HIP: ""})
    verdict = verdict_of(case(TWO, seen(4, {KNEE: "1", HIP: "0"}), before=before))
    assert verdict.best is not None
    assert verdict.responded is True
    assert (verdict.best.tenths, verdict.best.groups) == (20, 1)
    assert verdict.best.left_out == ("Ankle plantar flexors (soleus), left", "Hip adductors, left")
    (finding,) = judge_response(case(TWO, seen(4, {KNEE: "1", HIP: "0"}), before=before))
    assert finding.rule == "screening.not_compared"
    assert "Hip adductors" in finding.says


def test_sides_are_two_groups() -> None:
    """The right knee is not the left one."""
    right = Seen(after_ms=4 * HOUR, tones=(Tone(group=KNEE, side=Side.RIGHT, grade=Ashworth.GRADE_0),))
    assert verdict_of(case(TWO, right)).responded is None


def test_without_a_rule_or_an_examination_it_is_not_known() -> None:
    """Not known is not no."""
    good = seen(4, {KNEE: "1", ANKLE: "2"})
    assert verdict_of(replace(case(TWO, good), rule=None)).responded is None
    assert verdict_of(replace(case(TWO, good), before=None)).responded is None
    assert verdict_of(case(TWO)).responded is None
    assert verdict_of(case(TWO, seen(4, {}))).responded is None


@pytest.mark.parametrize(
    ("course", "lasted_h", "present", "factor"),
    [
        ("4 good, 6 good, 8 poor", 8, False, 2),
        ("4 good, 6 poor, 8 poor", 6, False, 2),
        ("4 good, 8 good", 8, True, 1),
        ("4 good, 9 poor", 9, False, 1),
        ("4 good", 4, True, 1),
    ],
)
def test_how_long_it_lasted_feeds_the_first_daily_dose(course: str, lasted_h: int, present: bool, factor: int) -> None:
    """Until it was first seen to be over, which is never too short: a long or unseen end halves the start."""
    grades = {"good": {KNEE: "1", ANKLE: "2"}, "poor": {KNEE: "3", ANKLE: "4"}}
    after = [seen(float(hours), grades[how]) for hours, how in (each.split() for each in course.split(", "))]
    verdict = verdict_of(case(TWO, *after))
    assert (verdict.lasted_ms, verdict.present_at_last) == (lasted_h * HOUR, present)
    screening = screening_of(verdict, 50 * MCG)
    assert screening is not None
    assert starting_dose_pg_per_day(screening) == factor * 50 * MCG


def test_no_response_feeds_nothing() -> None:
    """Neither a no nor a not known."""
    for verdict in (verdict_of(case(TWO, seen(4, {KNEE: "3", ANKLE: "4"}))), verdict_of(case(TWO))):
        assert screening_of(verdict, 50 * MCG) is None


@pytest.mark.parametrize(
    ("after", "judged", "severity"),
    [
        ("good", Response.ENOUGH, None),
        ("poor", Response.NOT_ENOUGH, None),
        ("poor", Response.ENOUGH, Severity.TWO_PEOPLE),
        ("good", Response.NOT_ENOUGH, Severity.REASON),
        ("none", Response.ENOUGH, Severity.TWO_PEOPLE),
        ("none", Response.NOT_ENOUGH, None),
    ],
)
def test_a_team_may_differ_from_the_rule_and_says_why(after: str, judged: Response, severity: Severity | None) -> None:
    """Seeing more than the rule does asks for two people, seeing less for a reason."""
    grades = {"good": {KNEE: "1", ANKLE: "2"}, "poor": {KNEE: "3", ANKLE: "4"}, "none": {}}
    found = judge_response(replace(case(TWO, seen(4, grades[after])), judged=judged))
    differs = [finding.severity for finding in found if finding.rule == "screening.verdict_differs"]
    assert differs == ([] if severity is None else [severity])
    for finding in found:
        if finding.rule == "screening.verdict_differs":
            assert finding.says.endswith("did enough." if judged is Response.ENOUGH else "did not do enough.")


@given(
    before=st.lists(st.sampled_from(Ashworth), min_size=1, max_size=5),
    after=st.lists(st.sampled_from(Ashworth), min_size=5, max_size=5),
    better=st.integers(0, 4),
)
def test_the_arithmetic_is_that_of_fractions_and_less_tone_is_never_less_response(
    before: list[Ashworth], after: list[Ashworth], better: int
) -> None:
    """The mean of exact drops against the bar; one grade less in one group never loses a response."""
    groups = list(MuscleGroup)[: len(before)]

    def examined(hours: int, grades: list[Ashworth]) -> Seen:
        pairs = zip(groups, grades, strict=False)
        return Seen(
            after_ms=hours * HOUR, tones=tuple(Tone(group=g, side=Side.LEFT, grade=grade) for g, grade in pairs)
        )

    start = examined(0, before)
    verdict = verdict_of(case(TWO, examined(4, after), before=start))
    drops = [Fraction(first.tenths - then.tenths, 10) for first, then in zip(before, after, strict=False)]
    assert verdict.responded is (sum(drops) / len(drops) >= 2)
    looser = [Ashworth(max(0, grade - (place == better))) for place, grade in enumerate(after)]
    if verdict.responded:
        assert verdict_of(case(TWO, examined(4, looser), before=start)).responded


@pytest.mark.parametrize("largest_mcg", [25, 50, 75, 100])
def test_who_responded_may_have_a_pump_and_who_did_not_may_not(largest_mcg: int) -> None:
    """At any dose; at 100 mcg nothing is left to try but an extended infusion."""
    tried = ImplantCase(largest_pg=largest_mcg * MCG, responded=True)
    assert judge_implant(tried) == []
    (finding,) = judge_implant(replace(tried, responded=False))
    assert (finding.rule, finding.severity) == ("screening.no_response", Severity.BLOCK)
    assert ("extended" in finding.remedy) == (largest_mcg == 100)


@pytest.mark.parametrize("untested", [ImplantCase(), ImplantCase(largest_pg=50 * MCG), ImplantCase(responded=True)])
def test_an_untested_patient_gets_no_pump(untested: ImplantCase) -> None:
    """Not known is not a response."""
    (finding,) = judge_implant(untested)
    assert (finding.rule, finding.severity) == ("screening.untested", Severity.BLOCK)


@pytest.mark.parametrize(("extended", "severity"), [(None, 4), (False, 4), (True, 3)])
def test_only_an_extended_infusion_that_worked_lifts_the_block_to_two_people(
    extended: bool | None, severity: int
) -> None:
    """That one was recorded lifts nothing."""
    for largest_pg, responded in ((100 * MCG, False), (None, None)):
        case_ = ImplantCase(largest_pg=largest_pg, responded=responded, extended_responded=extended)
        assert [finding.severity for finding in judge_implant(case_)] == [Severity(severity)]


def test_the_best_examination_is_the_one_with_the_greatest_drop() -> None:
    """The mean first, then spasms, then the earliest; one that compares nothing is least."""
    before = seen(0, {KNEE: "3", ANKLE: "4"}, penn=4)
    nothing, one, two = seen(1, {}), seen(2, {KNEE: "2", ANKLE: "3"}), seen(3, {KNEE: "2", ANKLE: "3"})
    fewer_spasms = seen(4, {KNEE: "2", ANKLE: "3"}, penn=2)
    as_many_spasms = seen(5, {KNEE: "2", ANKLE: "3"}, penn=4)
    worse = seen(6, {KNEE: "4", ANKLE: "4"})
    loosest = seen(7, {KNEE: "1", ANKLE: "3"})
    for after, best_h in (
        ((nothing, worse), 6), ((two, one), 2), ((as_many_spasms, one), 5), ((as_many_spasms, fewer_spasms), 4),
        ((fewer_spasms, loosest), 7), ((nothing, one, worse), 2), ((nothing,), 1),
    ):  # fmt: skip
        best = verdict_of(case(TWO, *after, before=before)).best
        assert best is not None
        assert best.after_ms == best_h * HOUR


def test_a_mean_is_said_to_the_hundredth_and_none_is_said_of_nothing() -> None:
    """45 tenths over two groups are 2.25 points."""
    best = verdict_of(case(TWO, seen(4, {KNEE: "1", ANKLE: "1+"}))).best
    nothing = verdict_of(case(TWO, seen(4, {}))).best
    assert best is not None
    assert nothing is not None
    assert (best.mean.replace("\u00a0", " "), nothing.mean) == ("2.25 points", "")


def test_a_complete_comparison_says_nothing() -> None:
    """Everything examined both times, and the team agrees with the rule."""
    clear = replace(case(TWO, seen(4, {KNEE: "1", ANKLE: "2"})), judged=Response.ENOUGH)
    assert judge_response(clear) == []
    assert [found.rule for found in judge_response(replace(clear, before=None, judged=None))] == [
        "screening.not_compared"
    ]


@pytest.mark.parametrize(
    ("extended", "words"),
    [(None, ""), (False, " An extended infusion did not work."), (True, " An extended infusion did work.")],
)
def test_a_blocked_implant_says_what_was_tried(extended: bool | None, words: str) -> None:
    """The largest dose, and the infusion where there was one."""
    (finding,) = judge_implant(ImplantCase(largest_pg=100 * MCG, responded=False, extended_responded=extended))
    assert finding.says.replace("\u00a0", " ") == f"There was no response at 100 mcg.{words}"
    (finding,) = judge_implant(ImplantCase(extended_responded=extended))
    assert finding.says == "No screening dose is known to have worked." + (
        " An extended infusion did." if extended else ""
    )
