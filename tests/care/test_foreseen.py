"""What a forecast may add: notes, and nothing that reassures or stops anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.care.foreseen import BREATHING, DROWSY, STAGES, Foreseen, judge_foreseen
from thecal.findings import Severity
from thecal.units import HOUR_MS

FORECASTS = st.builds(
    Foreseen,
    drowsy_per_mille=st.integers(0, 1_000),
    breathing_per_mille=st.integers(0, 1_000),
    withdrawal_stage=st.integers(0, 3),
    withdrawal_after_ms=st.none() | st.integers(0, 30 * 24 * HOUR_MS),
)
NOTHING = Foreseen(drowsy_per_mille=0, breathing_per_mille=0, withdrawal_stage=0, withdrawal_after_ms=None)


@given(FORECASTS)
def test_a_forecast_only_ever_adds_notes(seen: Foreseen) -> None:
    """No forecast asks for a reason, for two people, or stops anything; its numbers are all assumed."""
    for finding in judge_foreseen(seen):
        assert finding.severity is Severity.NOTE
        assert finding.grade == "assumed"
        assert finding.says.startswith("Predicted: ")


@given(FORECASTS)
def test_no_note_reassures(seen: Foreseen) -> None:
    """Whatever is predicted, nobody is told that it is safe, or that a risk is low."""
    for finding in judge_foreseen(seen):
        words = f"{finding.says} {finding.remedy}".lower()
        assert not any(word in words for word in ("safe", "low risk", "unlikely", "no risk"))


@given(FORECASTS, st.integers(0, 1_000), st.integers(0, 1_000))
def test_worse_is_never_said_less(seen: Foreseen, drowsier: int, worse: int) -> None:
    """A forecast that is worse in something keeps every note."""
    heavier = Foreseen(
        drowsy_per_mille=max(seen.drowsy_per_mille, drowsier),
        breathing_per_mille=max(seen.breathing_per_mille, worse),
        withdrawal_stage=seen.withdrawal_stage,
        withdrawal_after_ms=seen.withdrawal_after_ms,
    )
    assert {found.rule for found in judge_foreseen(seen)} <= {found.rule for found in judge_foreseen(heavier)}


def test_nothing_predicted_is_nothing_said() -> None:
    """Silence, and no sentence about it."""
    assert judge_foreseen(NOTHING) == []


@pytest.mark.parametrize(("after_ms", "says"), [(26 * HOUR_MS, "begins after 26 h"), (0, "is there now")])
def test_withdrawal_says_when_and_how_far(after_ms: int, says: str) -> None:
    """Hours from the first moment; where it is there already, that."""
    (note,) = judge_foreseen(
        Foreseen(drowsy_per_mille=0, breathing_per_mille=0, withdrawal_stage=2, withdrawal_after_ms=after_ms)
    )
    assert says in note.says.replace("\u00a0", " ")
    assert STAGES[2] in note.says


def test_the_thresholds_are_met_at_their_own_value() -> None:
    """At the threshold there is a note, a per mille below it there is none."""
    at = Foreseen(
        drowsy_per_mille=DROWSY.whole(),
        breathing_per_mille=BREATHING.whole(),
        withdrawal_stage=0,
        withdrawal_after_ms=None,
    )
    assert [found.rule for found in judge_foreseen(at)] == ["forecast.drowsiness", "forecast.breathing"]
    below = Foreseen(
        drowsy_per_mille=DROWSY.whole() - 1,
        breathing_per_mille=BREATHING.whole() - 1,
        withdrawal_stage=0,
        withdrawal_after_ms=None,
    )
    assert judge_foreseen(below) == []
