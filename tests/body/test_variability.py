"""Virtual patients: drawn by name and key, log-normal around the default set."""

from dataclasses import fields

import numpy as np
import pytest

from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.parameters.spread_2026 import SPREAD
from thecal.body.variability import draw, normal, people, scores, standing
from thecal.errors import OurFault


def test_the_same_key_draws_the_same_people() -> None:
    """Two draws of one key agree to the bit; another key draws others."""
    one, again, other = draw(20, "a"), draw(20, "a"), draw(20, "b")
    for field in one.values:
        np.testing.assert_array_equal(one.values[field], again.values[field])
        assert not np.any(one.values[field] == other.values[field])


def test_one_more_patient_changes_nobody() -> None:
    """The first ten of ten thousand are the same as the first ten of ten."""
    few, many = draw(10, "clinic"), draw(10_000, "clinic")
    for field in few.values:
        np.testing.assert_array_equal(few.values[field], many.values[field][:10])


def test_one_more_varied_parameter_changes_no_other_number() -> None:
    """Leaving parameters out, or writing them in another order, moves nothing else."""
    all_of_them, fewer = draw(50, "k"), draw(50, "k", spread=SPREAD[::-2])
    assert set(fewer.values) < set(all_of_them.values)
    for field, values in fewer.values.items():
        np.testing.assert_array_equal(values, all_of_them.values[field])


def test_normal_numbers_are_normal() -> None:
    """Mean 0, SD 1, symmetric, and as many in the tails as a normal distribution has, within four standard errors."""
    z = normal(40_000, "key", "test")
    assert abs(z.mean()) < 4 / 200
    assert z.std() == pytest.approx(1.0, abs=4 / 200 / np.sqrt(2))
    for share, mark in ((0.5, 0.0), (0.8413447, 1.0), (0.9772499, 2.0), (0.0227501, -2.0)):
        assert np.mean(z < mark) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 40_000))


def test_decisions_are_independent() -> None:
    """No two varied parameters are correlated beyond chance."""
    together = np.corrcoef(scores(10_000, "key").T) - np.eye(len(SPREAD))
    assert np.abs(together).max() < 4.5 / 100


def test_marginals_are_what_the_spread_says() -> None:
    """The median is the default and the log-SD is the stated one, for every field, within four standard errors."""
    cohort = draw(20_000, "marginals")
    for varied in SPREAD:
        for field in varied.fields:
            above = 1.0 if field == "tolerance_chronic" else 0.0
            logs = np.log(cohort.values[field] - above)
            sd = varied.log_sd.value
            default = np.log(getattr(TWO_POOL, field).value - above)
            assert np.median(logs) == pytest.approx(default, abs=4 * 1.2533 * sd / np.sqrt(20_000))
            assert logs.std() == pytest.approx(sd, rel=4 / np.sqrt(40_000))


def test_tolerance_never_falls_below_none() -> None:
    """Nobody on chronic therapy needs less than a naive person does."""
    assert draw(20_000, "tolerance").values["tolerance_chronic"].min() > 1.0


def test_who_is_more_sensitive_needs_less() -> None:
    """A positive score of sensitivity divides both half-effect concentrations by the same factor."""
    z = np.zeros((2, len(SPREAD)))
    z[1, [varied.name for varied in SPREAD].index("sensitivity")] = 1.0
    cohort = people(z)
    for field in ("ashworth_ec50", "reflex_ic50"):
        usual, sensitive = cohort.values[field]
        assert usual == pytest.approx(getattr(TWO_POOL, field).value)
        assert usual / sensitive == pytest.approx(np.exp(0.6))


def test_where_people_stand_comes_back() -> None:
    """`standing` undoes `people`."""
    z = scores(30, "round trip")
    np.testing.assert_allclose(standing(people(z)), z, atol=1e-12)


def test_the_spread_varies_what_there_is_and_nothing_twice() -> None:
    """Every varied field is one of the parameters, and no field has two factors."""
    varied = [field for each in SPREAD for field in each.fields]
    assert len(varied) == len(set(varied))
    assert set(varied) <= {field.name for field in fields(Parameters)}
    assert len({each.name for each in SPREAD}) == len(SPREAD)


def test_scores_have_a_column_for_each_varied_parameter() -> None:
    """Another number of columns is the caller's fault."""
    with pytest.raises(OurFault, match="columns"):
        people(np.zeros((3, 2)))
