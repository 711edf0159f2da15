"""Fluid is conserved: however it is cut, queued, pushed and pulled, no picogram appears or is lost."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.flow import Batch, Delivery, Segment, Slug, held_nl, held_pg, pull, push

BATCHES = st.builds(Batch, volume_nl=st.integers(1, 40_000_000), mass_pg=st.integers(0, 10**11))


def whole(batch: Batch) -> Slug:
    """All of a batch."""
    return Slug(batch=batch, from_nl=0, to_nl=batch.volume_nl)


@st.composite
def cut_batches(draw: st.DrawFn) -> list[Slug]:
    """One batch, cut in order at any places."""
    batch = draw(BATCHES)
    places = sorted({0, batch.volume_nl, *draw(st.lists(st.integers(0, batch.volume_nl), max_size=8))})
    return [Slug(batch=batch, from_nl=start, to_nl=end) for start, end in itertools.pairwise(places)]


@st.composite
def queues(draw: st.DrawFn) -> tuple[Slug, ...]:
    """A queue that was filled by pushing the pieces of several batches."""
    queue: tuple[Slug, ...] = ()
    for pieces in draw(st.lists(cut_batches(), max_size=4)):
        for piece in pieces:
            queue = push(queue, piece)
    return queue


@given(cut_batches())
def test_however_a_batch_is_cut_its_slices_add_up_to_it(pieces: list[Slug]) -> None:
    """Volume to the nanolitre and mass to the picogram."""
    batch = pieces[0].batch
    assert sum(piece.volume_nl for piece in pieces) == batch.volume_nl
    assert sum(piece.mass_pg for piece in pieces) == batch.mass_pg


@given(cut_batches())
def test_a_slice_holds_its_share_to_within_a_picogram(pieces: list[Slug]) -> None:
    """Mass is in proportion to volume, less or more than a picogram: no slice is rich and none is poor."""
    for piece in pieces:
        share = piece.batch.mass_pg * piece.volume_nl
        assert abs(piece.mass_pg * piece.batch.volume_nl - share) < piece.batch.volume_nl


@given(cut_batches())
def test_pieces_pushed_in_order_are_one_slug_again(pieces: list[Slug]) -> None:
    """A catheter that fills for a year with one drug holds one slug, not a million."""
    queue: tuple[Slug, ...] = ()
    for piece in pieces:
        queue = push(queue, piece)
    assert queue == (whole(pieces[0].batch),)


@given(BATCHES, BATCHES)
def test_another_fluid_stays_apart(first: Batch, second: Batch) -> None:
    """The old drug and the new one are two slugs, in the order in which they came."""
    assert push((whole(first),), whole(second)) == (whole(first), whole(second))


@given(queues())
def test_pushing_nothing_changes_nothing(queue: tuple[Slug, ...]) -> None:
    """The identity."""
    batch = Batch(volume_nl=1, mass_pg=1)
    assert push(queue, Slug(batch=batch, from_nl=1, to_nl=1)) == queue
    assert pull(queue, 0) == ((), queue)


@given(queue=queues(), part=st.integers(0, 100))
def test_what_comes_out_and_what_stays_are_what_was_there(queue: tuple[Slug, ...], part: int) -> None:
    """Pulling moves fluid and makes none."""
    wanted_nl = held_nl(queue) * part // 100
    out, rest = pull(queue, wanted_nl)
    assert held_nl(out) == wanted_nl
    assert held_nl(out) + held_nl(rest) == held_nl(queue)
    assert held_pg(out) + held_pg(rest) == held_pg(queue)
    assert all(slug.volume_nl for slug in (*out, *rest))


@given(queue=queues(), parts=st.tuples(st.integers(0, 50), st.integers(0, 50)))
def test_two_pulls_are_one_pull_of_their_sum(queue: tuple[Slug, ...], parts: tuple[int, int]) -> None:
    """The composition: however often a queue is asked, the same drug has come out and the same is left."""
    first_nl, second_nl = (held_nl(queue) * part // 100 for part in parts)
    once, left_once = pull(queue, first_nl + second_nl)
    first, between = pull(queue, first_nl)
    second, left_twice = pull(between, second_nl)
    assert left_once == left_twice
    assert held_pg(once) == held_pg(first) + held_pg(second)
    joined: tuple[Slug, ...] = ()
    for slug in (*first, *second):
        joined = push(joined, slug)
    assert held_nl(joined) == held_nl(once)
    assert held_pg(joined) == held_pg(once)


@given(queue=queues(), part=st.integers(0, 100))
def test_what_was_pulled_and_is_pushed_in_front_again_is_the_same_queue(queue: tuple[Slug, ...], part: int) -> None:
    """The inverse."""
    out, rest = pull(queue, held_nl(queue) * part // 100)
    again: tuple[Slug, ...] = ()
    for slug in (*out, *rest):
        again = push(again, slug)
    expected: tuple[Slug, ...] = ()
    for slug in queue:
        expected = push(expected, slug)
    assert again == expected


def test_first_in_is_first_out() -> None:
    """A catheter is a pipe: the old drug reaches the tip before the new one does."""
    old, new = Batch(volume_nl=100, mass_pg=50_000), Batch(volume_nl=100, mass_pg=200_000)
    out, rest = pull((whole(old), whole(new)), 150)
    assert [(slug.batch, slug.from_nl, slug.to_nl) for slug in out] == [(old, 0, 100), (new, 0, 50)]
    assert [(slug.batch, slug.from_nl, slug.to_nl) for slug in rest] == [(new, 50, 100)]


def test_a_queue_gives_no_more_than_it_holds_and_takes_nothing_back() -> None:
    """Asking for more, or for less than nothing, is a mistake that is not passed over."""
    queue = (whole(Batch(volume_nl=100, mass_pg=1)),)
    with pytest.raises(AssertionError, match="no more than it holds"):
        pull(queue, 101)
    with pytest.raises(AssertionError, match="backwards"):
        pull(queue, -1)


@pytest.mark.parametrize(("from_nl", "to_nl"), [(-1, 5), (6, 5), (0, 101)])
def test_a_slug_lies_in_its_batch(from_nl: int, to_nl: int) -> None:
    """A slice of what is not there cannot be made, nor can a split go past its end."""
    batch = Batch(volume_nl=100, mass_pg=1)
    with pytest.raises(AssertionError, match="lies in its batch"):
        Slug(batch=batch, from_nl=from_nl, to_nl=to_nl)
    with pytest.raises(AssertionError, match="lies in its batch"):
        Slug(batch=batch, from_nl=0, to_nl=50).split(51)


def test_a_stalled_stretch_and_plain_fluid_are_legal() -> None:
    """A motor that stands still moves nothing for a while, and saline carries no drug."""
    assert Segment(start_ms=0, end_ms=1, volume_nl=0).volume_nl == 0
    assert Delivery(start_ms=0, end_ms=1, volume_nl=0, mass_pg=0).mass_pg == 0
    assert held_pg((whole(Batch(volume_nl=1, mass_pg=0)),)) == 0


def test_what_cannot_be_cannot_be_made() -> None:
    """Time runs forward, fluid flows forward, and neither volume nor mass is negative."""
    with pytest.raises(AssertionError, match="lasts"):
        Segment(start_ms=1, end_ms=1, volume_nl=0)
    with pytest.raises(AssertionError, match="backwards"):
        Segment(start_ms=0, end_ms=1, volume_nl=-1)
    with pytest.raises(AssertionError, match="lasts"):
        Delivery(start_ms=1, end_ms=1, volume_nl=0, mass_pg=0)
    with pytest.raises(AssertionError, match="backwards"):
        Delivery(start_ms=0, end_ms=1, volume_nl=-1, mass_pg=0)
    with pytest.raises(AssertionError, match="not negative"):
        Delivery(start_ms=0, end_ms=1, volume_nl=0, mass_pg=-1)
    with pytest.raises(AssertionError, match="has a volume"):
        Batch(volume_nl=0, mass_pg=0)
    with pytest.raises(AssertionError, match="not negative"):
        Batch(volume_nl=1, mass_pg=-1)
    with pytest.raises(AssertionError, match="lies in the batch"):
        Batch(volume_nl=1, mass_pg=1).mass_before_pg(2)
