"""Chance is named for its decision and keyed by the patient."""

from hypothesis import given
from hypothesis import strategies as st

from thecal.rehearsal.chance import between, fraction

SEEDS = st.integers(0, 2**62)


@given(seed=SEEDS, key=st.text(max_size=8), decision=st.text(max_size=8), at_ms=st.integers(0, 2**50))
def test_a_decision_is_made_once(seed: int, key: str, decision: str, at_ms: int) -> None:
    """The same question has the same answer, in [0, 1), whatever was asked before."""
    first = fraction(seed, key, decision, at_ms)
    fraction(seed + 1, key, decision, at_ms)
    assert first == fraction(seed, key, decision, at_ms)
    assert 0 <= first < 1


@given(seed=SEEDS)
def test_patients_decisions_and_occasions_are_told_apart(seed: int) -> None:
    """Changing the seed, the patient, the decision or the occasion changes the number."""
    questions = [
        (seed, "a", "x", 0),
        (seed + 1, "a", "x", 0),
        (seed, "b", "x", 0),
        (seed, "a", "y", 0),
        (seed, "a", "x", 1),
    ]
    assert len({fraction(*question) for question in questions}) == len(questions)


def test_fractions_are_spread_evenly() -> None:
    """Over a thousand decisions each tenth of [0, 1) is met about a hundred times."""
    tenths = [int(fraction(1, "p", str(index)) * 10) for index in range(1000)]
    assert all(60 < tenths.count(tenth) < 140 for tenth in range(10))


@given(least=st.integers(-100, 100), width=st.integers(1, 1000), share=st.floats(0, 1, exclude_max=True))
def test_a_number_between_two_stays_between_them(least: int, width: int, share: float) -> None:
    """The lower end can be met, the upper one cannot."""
    assert least <= between(least, least + width, share) < least + width
