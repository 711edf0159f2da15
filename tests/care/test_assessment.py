"""Assessments: what is left open is said, what changed is seen, and useful stiffness is never forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.canonical import from_plain, to_plain
from thecal.care.assessment import (
    QUESTIONS,
    RULES,
    Examination,
    Mobility,
    ToneUse,
    judge_examination,
)
from thecal.care.change import RULES as CHANGES
from thecal.care.change import Comparison, Found, changes, judge_change
from thecal.care.goals import Goal, Goals, judge_goals
from thecal.care.scales import (
    LEGS,
    Ashworth,
    AshworthVariant,
    GasLevel,
    MuscleGroup,
    PennFrequency,
    PennSeverity,
    PennWindow,
    Side,
    Tone,
)
from thecal.errors import TheirFault
from thecal.findings import Finding, Severity, Urgency

KNEE, CALF, ELBOW = MuscleGroup.KNEE_FLEXORS, MuscleGroup.ANKLE_PLANTAR_FLEXORS, MuscleGroup.ELBOW_FLEXORS
POINTS = {"0": 0, "1": 10, "1+": 15, "2": 20, "3": 30, "4": 40}
"""Where each grade is averaged, written down here once more, from the published tables."""
GRADES = {grade.label: grade for grade in Ashworth}
TONES = st.lists(
    st.builds(
        Tone,
        group=st.sampled_from(MuscleGroup),
        side=st.sampled_from(Side),
        grade=st.none() | st.sampled_from(Ashworth),
    ),
    max_size=18,
    unique_by=lambda tone: tone.place,
).map(tuple)
ANSWERS = st.none() | st.booleans()
CASES = st.builds(
    Examination,
    variant=st.none() | st.sampled_from(AshworthVariant),
    tones=TONES,
    penn_frequency=st.none() | st.sampled_from(PennFrequency),
    penn_severity=st.none() | st.sampled_from(PennSeverity),
    penn_window=st.none() | st.sampled_from(PennWindow),
    clonus=ANSWERS,
    pain=st.none() | st.integers(0, 10),
    wakings=st.none() | st.integers(0, 20),
    fatigue=st.none() | st.integers(0, 10),
    contracture=ANSWERS,
    contracture_at=st.lists(st.sampled_from(MuscleGroup), max_size=3).map(tuple),
    mobility=st.none() | st.sampled_from(Mobility),
    relies_on_tone=ANSWERS,
    tone_uses=st.lists(st.sampled_from(ToneUse), max_size=3).map(tuple),
    has_pump=ANSWERS,
    earlier=st.none()
    | st.builds(
        Found,
        variant=st.none() | st.sampled_from(AshworthVariant),
        tones=TONES,
        penn_frequency=st.none() | st.sampled_from(PennFrequency),
        penn_window=st.none() | st.sampled_from(PennWindow),
    ),
)


def tone(grade: str | None, group: MuscleGroup = KNEE, side: Side = Side.LEFT) -> Tone:
    """One muscle group's grade, as it is written."""
    return Tone(group=group, side=side, grade=None if grade is None else GRADES[grade])


WHOLE: dict[str, object] = {
    "variant": AshworthVariant.MODIFIED, "tones": (tone("2"),), "penn_frequency": PennFrequency.NONE,
    "penn_window": PennWindow.LAST_DAY, "clonus": False, "pain": 0, "wakings": 0, "fatigue": 0, "contracture": False,
    "mobility": Mobility.IS_HOISTED, "relies_on_tone": False, "has_pump": False,
}  # fmt: skip


def judged(**change: object) -> list[Finding]:
    """A whole examination in which nothing asks for anything, unless said otherwise."""
    return judge_examination(Examination(**{**WHOLE, **change}))  # type: ignore[arg-type]  # the tests' own table


def before(*tones: Tone, **change: object) -> Found:
    """An earlier examination on the same scale."""
    return Found(variant=AshworthVariant.MODIFIED, tones=tones, **change)  # type: ignore[arg-type]  # as above


def test_a_whole_examination_asks_for_nothing() -> None:
    """Everything known, nothing contradictory, no change: no finding."""
    assert judged() == []


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("variant", "which Ashworth scale"), ("penn_frequency", "spasms"), ("penn_window", "over what time"),
        ("clonus", "clonus"), ("pain", "pain"), ("wakings", "sleep"), ("fatigue", "fatigue"),
        ("contracture", "contracture"), ("mobility", "gets about"), ("tones", "Knee flexors"),
    ],
)  # fmt: skip
def test_each_unknown_is_said_by_name(field: str, word: str) -> None:
    """One thing left open is one thing named, and nothing else is."""
    value = (tone("2", CALF), tone(None)) if field == "tones" else None
    found = judged(**{field: value})
    assert rules(found) == ["assessment.unknown"]
    assert word in found[0].says
    assert ";" not in found[0].says


def test_no_examination_at_all_is_said() -> None:
    """No muscle group, or none with a grade."""
    for tones in ((), (tone(None), tone(None, CALF))):
        assert "the grade of every muscle group" in judged(tones=tones)[0].says


@pytest.mark.parametrize("missing", range(1, 18))
def test_few_missing_grades_are_named_and_many_are_counted(missing: int) -> None:
    """Up to four by name; more as a number."""
    places = [(group, side) for group in MuscleGroup for side in Side]
    tones = tuple(tone(None if n < missing else "1", *place) for n, place in enumerate(places))
    says = judged(tones=tones)[0].says
    assert (f"{missing} muscle groups" in says) == (missing > 4)
    assert ("Shoulder adductors, left" in says) == (missing <= 4)


@pytest.mark.parametrize("frequency", [None, *PennFrequency])
@pytest.mark.parametrize("severity", [None, *PennSeverity])
def test_the_second_penn_question_belongs_to_spasms(
    frequency: PennFrequency | None, severity: PennSeverity | None
) -> None:
    """No spasms and a severity contradict; spasms without a severity are incomplete; the rest is in order."""
    found = rules(judged(penn_frequency=frequency, penn_severity=severity))
    assert ("assessment.severity_without_spasms" in found) == (frequency is PennFrequency.NONE and severity is not None)
    has_spasms = frequency is not None and frequency != PennFrequency.NONE
    assert ("assessment.spasms_without_severity" in found) == (has_spasms and severity is None)


@pytest.mark.parametrize("variant", [None, *AshworthVariant])
@pytest.mark.parametrize("grade", list(GRADES))
def test_one_plus_is_a_grade_of_the_modified_scale_alone(variant: AshworthVariant | None, grade: str) -> None:
    """1+ on the original scale is questioned; no other grade is."""
    found = rules(judged(variant=variant, tones=(tone(grade),)))
    assert ("assessment.variant" in found) == (variant is AshworthVariant.ORIGINAL and grade == "1+")


@pytest.mark.parametrize("relies", [None, False, True])
@pytest.mark.parametrize("uses", [(), (ToneUse.STANDING,), tuple(ToneUse)])
def test_whoever_may_rely_on_stiffness_gets_the_note(relies: bool | None, uses: tuple[ToneUse, ...]) -> None:
    """Only a plain no without a use is a no; unknown is taken as yes; the note names the smaller dose, 25 mcg."""
    found = [each for each in judged(relies_on_tone=relies, tone_uses=uses) if each.rule == "assessment.relies_on_tone"]
    assert bool(found) == (relies is not False or bool(uses))
    for each in found:
        assert "25\u00a0mcg" in each.remedy
        assert "goal" in each.remedy
        assert all(use.value in each.says for use in uses)
        assert ("not known" in each.says) == (relies is None and not uses)


@pytest.mark.parametrize("contracture", [None, False, True])
@pytest.mark.parametrize("places", [(), (KNEE,), (KNEE, CALF)])
def test_a_contracture_is_said_where_it_is(contracture: bool | None, places: tuple[MuscleGroup, ...]) -> None:
    """A place named is a contracture, whatever was ticked; unknown is among the unknown; only a plain no is silent."""
    found = judged(contracture=contracture, contracture_at=places)
    assert ("assessment.contracture" in rules(found)) == (contracture is True or bool(places))
    assert ("assessment.unknown" in rules(found)) == (contracture is None and not places)
    assert all(group.value.lower() in found[0].says for group in places)


@pytest.mark.parametrize("old", list(GRADES))
@pytest.mark.parametrize("new", list(GRADES))
def test_a_whole_point_in_one_muscle_group_is_a_change(old: str, new: str) -> None:
    """Every grade against every grade: half a point is none, a point up or down is one, and which way is said."""
    found = rules(judged(tones=(tone(new, ELBOW),), earlier=before(tone(old, ELBOW))))
    difference = POINTS[new] - POINTS[old]
    assert ("assessment.tone_risen" in found) == (difference >= 10)
    assert ("assessment.tone_fallen" in found) == (difference <= -10)
    assert "assessment.legs_changed" not in found


@pytest.mark.parametrize("has_pump", [True, None, False])
def test_a_rise_is_looked_into_today_where_a_pump_may_run(has_pump: bool | None) -> None:
    """Unknown is not no: only without a pump does a rise wait; the dose is the last thing thought of."""
    (risen,) = judged(tones=(tone("3", ELBOW),), earlier=before(tone("2", ELBOW)), has_pump=has_pump)
    assert risen.urgency is (None if has_pump is False else Urgency.TODAY)
    assert risen.remedy.index("catheter") < risen.remedy.index("dose")


@pytest.mark.parametrize("rises", range(13))
def test_the_legs_mean_matters_from_0_73_points(rises: int) -> None:
    """Of ten leg muscle groups `rises` are a point stiffer: seven are 0.7 and pass, eight are 0.8."""
    places = [(group, side) for group in sorted(LEGS, key=lambda each: each.name) for side in Side]
    assert len(places) == 10
    now = tuple(tone("3" if n < rises else "2", *place) for n, place in enumerate(places))
    found = rules(judged(tones=now, earlier=before(*(tone("2", *place) for place in places))))
    assert ("assessment.legs_changed" in found) == (rises >= 8)


@pytest.mark.parametrize(("halves", "wholes", "told"), [(0, 7, False), (1, 7, True), (0, 8, True), (2, 6, False)])
def test_the_legs_mean_is_exact_about_its_threshold(halves: int, wholes: int, told: bool) -> None:
    """0.70, 0.75, 0.80 and 0.70 of a point, in halves and wholes, rising and falling."""
    places = [(group, side) for group in sorted(LEGS, key=lambda each: each.name) for side in Side]
    high = tuple(tone("2" if n < halves + wholes else "1", *place) for n, place in enumerate(places))
    low = tuple(tone("1+" if n < halves else "1", *place) for n, place in enumerate(places))
    for now, then in ((high, low), (low, high)):
        found = rules(judged(tones=now, earlier=before(*then)))
        assert ("assessment.legs_changed" in found) == told


@pytest.mark.parametrize("now", [None, *AshworthVariant])
@pytest.mark.parametrize("then", [None, *AshworthVariant])
def test_grades_of_two_scales_are_never_compared(now: AshworthVariant | None, then: AshworthVariant | None) -> None:
    """Only one and the same known scale; otherwise it is said that nothing is compared."""
    earlier = Found(variant=then, tones=(tone("0"),))
    found = rules(judged(variant=now, tones=(tone("4"),), earlier=earlier))
    same = now is not None and now is then
    assert ("assessment.tone_risen" in found) == same
    assert ("assessment.not_comparable" in found) == (not same)


@pytest.mark.parametrize("now", [None, *PennWindow])
@pytest.mark.parametrize("then", [None, *PennWindow])
def test_spasms_of_two_lengths_of_time_are_never_compared(now: PennWindow | None, then: PennWindow | None) -> None:
    """An hour is no day."""
    found = rules(judged(penn_window=now, earlier=before(penn_frequency=PennFrequency.NONE, penn_window=then)))
    assert ("assessment.not_comparable" in found) == (now is None or now is not then)


def test_a_muscle_group_graded_once_is_no_change() -> None:
    """Unknown then or unknown now: nothing to compare."""
    assert changes(Found(variant=AshworthVariant.MODIFIED, tones=(tone("4"),)), before(tone(None))) == []
    assert changes(Found(variant=AshworthVariant.MODIFIED, tones=(tone(None),)), before(tone("4"))) == []
    assert changes(Found(variant=AshworthVariant.MODIFIED, tones=(tone("4"),)), before(tone("0", CALF))) == []


@pytest.mark.parametrize("goals", [(), (Goal(says="stand"),), (Goal(says="stand", level=GasLevel.LESS),)])
@pytest.mark.parametrize("agreed", [None, False, True])
def test_goals_are_there_graded_and_agreed(goals: tuple[Goal, ...], agreed: bool | None) -> None:
    """No goal asks for a reason; one without a level is noted; no agreement asks for a reason, unknown is noted."""
    found = {each.rule: each.severity for each in judge_goals(Goals(goals=goals, agreed=agreed))}
    assert found.get("assessment.goals_missing") == (None if goals else Severity.REASON)
    assert ("assessment.goal_level" in found) == (bool(goals) and goals[0].level is None)
    expected = {None: Severity.NOTE, False: Severity.REASON, True: None}[agreed] if goals else None
    assert found.get("assessment.goals_agreed") == expected


@pytest.mark.parametrize("level", list(GasLevel))
def test_every_level_is_a_level(level: GasLevel) -> None:
    """As expected is 0, and 0 is not *not known*."""
    assert judge_goals(Goals(goals=(Goal(says="stand", level=level),), agreed=True)) == []


@pytest.mark.parametrize("plain", [{"says": "", "weight": 1}, {"says": "a", "weight": 0}, {"says": "a", "weight": 10}])
def test_a_goal_says_something_and_weighs_something(plain: dict[str, object]) -> None:
    """Words, and a weight of 1 to 9."""
    with pytest.raises(TheirFault):
        from_plain(Goal, {"type": "Goal", "level": None, **plain})
    for weight in (1, 9):
        assert Goal(says="a", weight=weight).weight == weight


@given(case=CASES)
def test_writing_an_examination_down_is_never_blocked(case: Examination) -> None:
    """Whatever was found is written down by one person; every finding is of this module's rules."""
    found = judge_examination(case)
    assert not blocks(found)
    assert all(each.severity <= Severity.REASON for each in found)
    assert set(rules(found)) <= {rule.name for rule in (*RULES, *CHANGES)}


@given(case=CASES)
def test_an_examination_is_read_from_plain_data(case: Examination) -> None:
    """The command line's question takes back what was written."""
    assert QUESTIONS["assessment.examination"] == (Examination, judge_examination)
    assert from_plain(Examination, to_plain(case)) == case


@given(case=CASES)
def test_a_change_is_judged_alone_as_within_an_examination(case: Examination) -> None:
    """The same two examinations have the same findings, asked either way, and are read from plain data."""
    pair = Comparison(now=case.found, before=case.earlier or Found(), has_pump=case.has_pump)
    within = [each for each in judge_examination(case) if each.rule in {rule.name for rule in CHANGES}]
    assert judge_change(pair) == within
    assert from_plain(Comparison, to_plain(pair)) == pair


@pytest.mark.parametrize("wrong", [{"pain": -1}, {"pain": 11}, {"fatigue": -1}, {"fatigue": 11}, {"wakings": -1}])
def test_what_is_off_a_scale_is_refused(wrong: dict[str, int]) -> None:
    """0 to 10 is the whole scale; its ends are on it."""
    plain = {**to_plain(Examination()), **wrong}
    with pytest.raises(TheirFault):
        from_plain(Examination, plain)
    for end in (0, 10):
        assert from_plain(Examination, {**plain, "pain": end, "fatigue": end, "wakings": end}).pain == end


def test_a_muscle_group_has_one_grade_a_side() -> None:
    """Two grades for one muscle are nobody's finding."""
    with pytest.raises(AssertionError):
        Examination(tones=(tone("1"), tone("2")))


def test_both_sides_are_named_once_where_both_changed_alike() -> None:
    """Two sides, one line; different grades, two."""
    then = before(tone("1", side=Side.LEFT), tone("1", side=Side.RIGHT))
    alike = judged(tones=(tone("2", side=Side.LEFT), tone("2", side=Side.RIGHT)), earlier=then)
    assert "Knee flexors (hamstrings), both sides, now 2 (+1)." in alike[0].says
    apart = judged(tones=(tone("2", side=Side.LEFT), tone("3", side=Side.RIGHT)), earlier=then)
    assert "right, now 3 (+2); " in apart[0].says
    assert "left, now 2 (+1)." in apart[0].says


@pytest.mark.parametrize("count", range(1, 10))
def test_the_most_changed_are_named_and_the_rest_are_counted(count: int) -> None:
    """Up to four by name, the greatest change first; no more than a sentence that can be read."""
    groups = list(MuscleGroup)[:count]
    now = tuple(tone("4" if group is groups[-1] else "2", group) for group in groups)
    found = judged(tones=now, earlier=before(*(tone("1", group) for group in groups)))
    says = next(each.says for each in found if each.rule == "assessment.tone_risen")
    assert says.startswith(f"Stiffer than last time: {groups[-1].value}, left, now 4 (+3)")
    assert ("and" in says.split("; ")[-1].split()) == (count > 4)
    assert says.count("now") == min(count, 4)
