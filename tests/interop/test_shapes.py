"""The shapes that docstrings of the interchange formats state, held by bodies of two sizes."""

from collections.abc import Iterator

import numpy as np
import pytest
from tests.body.executed import Package, Seen, executed

import thecal.interop
from thecal.body import Body
from thecal.interop import Subject, sbml
from thecal.twin.lived import Exposure

PACKAGE = Package(thecal.interop)


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    """A coarse body and a finer one, written down."""
    with executed(PACKAGE) as seen:
        for cell_cm in (4.0, 3.0):
            body, edges = Body.adult("T10", cell_cm=cell_cm), np.array([0.0, 1.0])
            sbml(body, body.rest(), Exposure(edges_h=edges, rates_mcg_per_h=edges[1:], times_h=edges), Subject())
        yield seen


def test_every_array_has_its_shape_in_a_docstring() -> None:
    """Of every public argument and result that is an array somebody can read which axes it has."""
    assert PACKAGE.missing() == {}


def test_every_stated_shape_was_held_by_arrays_of_two_sizes(seen: Seen) -> None:
    """What is written was looked at, in arrays large and small."""
    assert PACKAGE.says()
    assert seen.once(PACKAGE.says()) == set()
