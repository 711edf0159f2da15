"""After a screening dose: looks that are due, late or missed, signs that wait for nobody, and going home."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.care.screening_watch import (
    RULES,
    DischargeCase,
    LookState,
    SignsCase,
    Wakefulness,
    WatchCase,
    judge_discharge,
    judge_signs,
    judge_watch,
    looks,
)
from thecal.findings import Severity, Urgency, most_urgent

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
DUE_MIN = (30, 60, 120, 240, 360, 480)
WELL = SignsCase(wakefulness=Wakefulness.AWAKE, breathing_slow=False)
READY = DischargeCase(
    since_dose_ms=4 * HOUR,
    awake=True,
    breathing_checked=True,
    tone_back=True,
    can_pass_urine=True,
    headache_advice=True,
    number_given=True,
)


def well_but(field: str, value: object) -> SignsCase:
    """Awake and breathing, and this."""
    return replace(WELL, **{field: value})  # type: ignore[arg-type] # one test, one field


def states(now_ms: int, *looked_ms: int, left_ms: int | None = None) -> list[LookState]:
    """What has become of the six times, for a dose at 1000 s."""
    start = 1_000_000
    left = None if left_ms is None else start + left_ms
    case = WatchCase(
        dose_ms=start, now_ms=start + now_ms, looked_ms=tuple(start + each for each in looked_ms), left_ms=left
    )
    assert [look.due_ms - start for look in looks(case)] == [
        due * MINUTE for due in DUE_MIN if left_ms is None or due * MINUTE <= left_ms
    ]
    return [look.state for look in looks(case)]


@pytest.mark.parametrize("place", range(6))
def test_each_look_is_ahead_then_due_then_overdue(place: int) -> None:
    """To the millisecond: due at its time, overdue when fifteen minutes have passed."""
    due = DUE_MIN[place] * MINUTE
    for offset, state in (
        (-2, LookState.AHEAD), (-1, LookState.AHEAD), (0, LookState.DUE), (1, LookState.DUE),
        (15 * MINUTE - 1, LookState.DUE), (15 * MINUTE, LookState.DUE), (15 * MINUTE + 1, LookState.OVERDUE),
    ):  # fmt: skip
        assert states(due + offset)[place] is state


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize(
    ("offset", "state"),
    [
        (-10 * MINUTE, LookState.DONE),
        (0, LookState.DONE),
        (15 * MINUTE, LookState.DONE),
        (15 * MINUTE + 1, LookState.DONE_LATE),
    ],
)
def test_a_look_counts_for_its_time(place: int, offset: int, state: LookState) -> None:
    """From ten minutes before; done late from fifteen minutes after."""
    at = DUE_MIN[place] * MINUTE + offset
    assert states(at, at)[place] is state


def test_a_look_more_than_ten_minutes_early_is_not_the_look() -> None:
    """It belongs to the time before, or to none."""
    assert states(30 * MINUTE, 20 * MINUTE - 1)[0] is LookState.DUE
    assert states(60 * MINUTE, 50 * MINUTE - 1)[:2] == [LookState.DONE_LATE, LookState.DUE]
    assert states(60 * MINUTE, 50 * MINUTE)[:2] == [LookState.MISSED, LookState.DONE]


def test_what_the_next_one_has_overtaken_is_missed() -> None:
    """Half an hour's look can no more be made at the first hour's."""
    assert states(50 * MINUTE - 1)[0] is LookState.OVERDUE
    assert states(50 * MINUTE)[0] is LookState.MISSED
    assert states(100 * HOUR)[:5] == [LookState.MISSED] * 5
    assert states(100 * HOUR)[5] is LookState.OVERDUE


def test_nobody_looks_for_a_patient_who_has_left() -> None:
    """Times after the discharge are none."""
    assert len(states(9 * HOUR, left_ms=4 * HOUR)) == 4
    assert len(states(9 * HOUR, left_ms=4 * HOUR - 1)) == 3


@pytest.mark.parametrize(
    ("now_min", "urgency"),
    [(44, None), (46, Urgency.NOW), (76, Urgency.NOW), (136, Urgency.NOW), (256, Urgency.TODAY), (496, Urgency.TODAY)],
)
def test_in_the_first_two_hours_an_overdue_look_is_for_now(now_min: int, urgency: Urgency | None) -> None:
    """Cardiopulmonary checks are close in the first two hours; what is missed already is for the record."""
    case = WatchCase(dose_ms=0, now_ms=now_min * MINUTE)
    assert most_urgent(judge_watch(case)) is urgency
    done = tuple(due * MINUTE for due in DUE_MIN)
    assert judge_watch(replace(case, looked_ms=done)) == []


def test_writing_down_is_never_refused() -> None:
    """Of looks and signs there are only notes."""
    worst_signs = SignsCase(wakefulness=Wakefulness.HARD_TO_WAKE, breathing_slow=True, breaths_per_min=3, seizure=True)
    found = [*judge_watch(WatchCase(dose_ms=0, now_ms=HOUR)), *judge_signs(worst_signs), *judge_signs(SignsCase())]
    assert {finding.severity for finding in found} == {Severity.NOTE}


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("wakefulness", Wakefulness.DROWSY),
        ("wakefulness", Wakefulness.HARD_TO_WAKE),
        ("breathing_slow", True),
        ("weakness_rising", True),
        ("seizure", True),
    ],
)
def test_the_signs_of_too_much_are_for_now(field: str, answer: object) -> None:
    """Sleepy, slow breathing, weak arms, a seizure: each alone."""
    (finding,) = judge_signs(well_but(field, answer))
    assert (finding.urgency, finding.field) == (Urgency.NOW, field)


@pytest.mark.parametrize(
    ("field", "limit"), [("breaths_per_min", 10), ("saturation_percent", 92), ("pressure_mmhg", 90)]
)
def test_low_numbers_are_for_now(field: str, limit: int) -> None:
    """Below the limit by one, and not at it."""
    for value in (limit - 2, limit - 1, 0):
        assert most_urgent(judge_signs(well_but(field, value))) is Urgency.NOW
    for value in (limit, limit + 1, limit + 2):
        assert judge_signs(well_but(field, value)) == []


def test_what_nobody_looked_at_is_said() -> None:
    """Not known is not well; a count of breaths answers for the breathing."""
    assert [finding.field for finding in judge_signs(SignsCase())] == ["wakefulness", "breathing_slow"]
    assert judge_signs(SignsCase(wakefulness=Wakefulness.AWAKE, breaths_per_min=14)) == []


@given(
    st.builds(
        SignsCase,
        wakefulness=st.sampled_from((None, *Wakefulness)),
        breathing_slow=st.sampled_from((None, False, True)),
        breaths_per_min=st.none() | st.integers(0, 40),
        seizure=st.sampled_from((None, False, True)),
    )
)
def test_a_sleepier_patient_is_never_less_urgent(signs: SignsCase) -> None:
    """Whatever else was seen."""
    by_sleep = [most_urgent(judge_signs(replace(signs, wakefulness=wakefulness))) or 0 for wakefulness in Wakefulness]
    assert by_sleep == sorted(by_sleep)
    assert by_sleep[-1] is Urgency.NOW


def test_who_is_ready_may_go() -> None:
    """All met: nothing to say."""
    assert judge_discharge(READY) == []


@pytest.mark.parametrize("field", [field.name for field in fields(DischargeCase) if field.name != "since_dose_ms"])
@pytest.mark.parametrize("answer", [False, None])
def test_what_is_not_met_or_not_answered_asks_for_two_people(field: str, answer: bool | None) -> None:
    """Unanswered is not met, and says so; that somebody left can always be written down."""
    (finding,) = judge_discharge(replace(READY, **{field: answer}))
    assert (finding.severity, finding.field) == (Severity.TWO_PEOPLE, field)
    assert ("not known" in finding.says) == (answer is None)
    assert finding.says.startswith("Not met")


@pytest.mark.parametrize("since_ms", [None, 0, HOUR, 4 * HOUR - 2, 4 * HOUR - 1])
def test_nobody_goes_within_four_hours_on_one_person_s_word(since_ms: int | None) -> None:
    """The label watches for 4 to 8 hours."""
    (finding,) = judge_discharge(replace(READY, since_dose_ms=since_ms))
    assert (finding.rule, finding.severity) == ("screening.leaves_early", Severity.TWO_PEOPLE)
    for enough_ms in (4 * HOUR, 4 * HOUR + 1, 30 * HOUR):
        assert judge_discharge(replace(READY, since_dose_ms=enough_ms)) == []


def test_a_look_that_is_overdue_is_made_and_a_missed_one_is_said() -> None:
    """Each with the time since the dose, whenever the dose was."""
    late, last = (judge_watch(WatchCase(dose_ms=DAY, now_ms=DAY + minutes * MINUTE)) for minutes in (46, 51))
    assert "30 min after the dose is overdue" in late[0].says.replace("\u00a0", " ")
    assert late[0].remedy.startswith("Look now")
    assert "30 min after the dose is missed" in last[0].says.replace("\u00a0", " ")
    assert last[0].remedy == "Say so in the record."


def test_a_rule_is_graded_by_where_it_comes_from() -> None:
    """The label's own and the paper's are not the same, and ours is assumed."""
    grades = {rule.name.removeprefix("screening."): rule.grade for rule in RULES}
    assert (grades["leaves_early"], grades["leaves_weak"], grades["leaves_untold"]) == ("label", "paper", "assumed")
    assert (grades["sleepy"], grades["vitals"]) == ("label", "assumed")
