"""What pump, metal, catheter and body hand on: stretches of flow, and the fluid that flowed.

A stretch of time is `[start_ms, end_ms)`. Fluids that mix are volume and mass together, so that mass is conserved to
the picogram; a concentration is only a label on a bottle.

`Batch` is one well-mixed fluid. A `Slug` is a slice of a batch, by position: how much drug a slice holds is the
difference of two cumulative, floored masses. However a batch is cut, and however often, its slices add up to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of constant flow: `volume_nl` moved evenly over `[start_ms, end_ms)`."""

    start_ms: int
    end_ms: int
    volume_nl: int

    def __post_init__(self) -> None:
        assert self.start_ms < self.end_ms, "a segment lasts"
        assert self.volume_nl >= 0, "nothing flows backwards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A well-mixed fluid: `mass_pg` of drug in `volume_nl`, as it was when it was made."""

    volume_nl: int
    mass_pg: int

    def __post_init__(self) -> None:
        assert self.volume_nl > 0, "a batch has a volume"
        assert self.mass_pg >= 0, "mass is not negative"

    def mass_before_pg(self, position_nl: int) -> int:
        """The drug in the first `position_nl` of the batch."""
        assert 0 <= position_nl <= self.volume_nl, "the position lies in the batch"
        return self.mass_pg * position_nl // self.volume_nl


@dataclass(frozen=True, slots=True, kw_only=True)
class Slug:
    """The slice `[from_nl, to_nl)` of a batch."""

    batch: Batch
    from_nl: int
    to_nl: int

    def __post_init__(self) -> None:
        assert 0 <= self.from_nl <= self.to_nl <= self.batch.volume_nl, "a slug lies in its batch"

    @property
    def volume_nl(self) -> int:
        """How much fluid."""
        return self.to_nl - self.from_nl

    @property
    def mass_pg(self) -> int:
        """How much drug."""
        return self.batch.mass_before_pg(self.to_nl) - self.batch.mass_before_pg(self.from_nl)

    def split(self, volume_nl: int) -> tuple["Slug", "Slug"]:
        """The first `volume_nl`, and the rest."""
        cut = self.from_nl + volume_nl
        return (
            Slug(batch=self.batch, from_nl=self.from_nl, to_nl=cut),
            Slug(batch=self.batch, from_nl=cut, to_nl=self.to_nl),
        )

    def joins(self, later: "Slug") -> bool:
        """Whether `later` is the very next slice of the same batch."""
        return self.batch == later.batch and self.to_nl == later.from_nl


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Drug that leaves the catheter's tip: `mass_pg` in `volume_nl`, evenly over `[start_ms, end_ms)`."""

    start_ms: int
    end_ms: int
    volume_nl: int
    mass_pg: int

    def __post_init__(self) -> None:
        assert self.start_ms < self.end_ms, "a delivery lasts"
        assert self.volume_nl >= 0, "nothing flows backwards"
        assert self.mass_pg >= 0, "mass is not negative"


def push(queue: tuple[Slug, ...], entering: Slug) -> tuple[Slug, ...]:
    """The queue with `entering` at its end, joined to the last slug where it continues it."""
    if entering.volume_nl == 0:
        return queue
    if queue and queue[-1].joins(entering):
        last = Slug(batch=entering.batch, from_nl=queue[-1].from_nl, to_nl=entering.to_nl)
        return (*queue[:-1], last)
    return (*queue, entering)


def pull(queue: tuple[Slug, ...], volume_nl: int) -> tuple[tuple[Slug, ...], tuple[Slug, ...]]:
    """Take `volume_nl` from the front: (what came out, what stays). The queue must hold that much."""
    assert volume_nl >= 0, "nothing flows backwards"
    out: list[Slug] = []
    rest = list(queue)
    wanted_nl = volume_nl
    while wanted_nl > 0:
        assert rest, "a queue gives no more than it holds"
        first, remainder = rest[0].split(min(wanted_nl, rest[0].volume_nl))
        out.append(first)
        wanted_nl -= first.volume_nl
        rest = [remainder, *rest[1:]] if remainder.volume_nl else rest[1:]
    return tuple(out), tuple(rest)


def held_nl(queue: tuple[Slug, ...]) -> int:
    """The volume a queue holds."""
    return sum(slug.volume_nl for slug in queue)


def held_pg(queue: tuple[Slug, ...]) -> int:
    """The drug a queue holds."""
    return sum(slug.mass_pg for slug in queue)


def in_turn(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """The same drug at the same times, with no two deliveries at once: where some overlap, their flows are added."""
    ordered = sorted(deliveries, key=lambda delivery: (delivery.start_ms, delivery.end_ms))
    if all(before.end_ms <= after.start_ms for before, after in pairwise(ordered)):
        return tuple(ordered)
    edges = sorted({edge for delivery in ordered for edge in (delivery.start_ms, delivery.end_ms)})
    return tuple(
        summed for start_ms, end_ms in pairwise(edges) if (summed := _sum(ordered, start_ms, end_ms)) is not None
    )


def _sum(deliveries: list[Delivery], start_ms: int, end_ms: int) -> Delivery | None:
    """What flows between two instants, between which none begins or ends; None where nothing does."""
    running = [each for each in deliveries if each.start_ms <= start_ms and end_ms <= each.end_ms]
    if not running:
        return None
    return Delivery(
        start_ms=start_ms,
        end_ms=end_ms,
        volume_nl=sum(_share(each, each.volume_nl, start_ms, end_ms) for each in running),
        mass_pg=sum(_share(each, each.mass_pg, start_ms, end_ms) for each in running),
    )


def _share(delivery: Delivery, whole: int, start_ms: int, end_ms: int) -> int:
    """What of `whole` passes between two instants, by cumulative floors: the parts add up to it."""
    lasts_ms = delivery.end_ms - delivery.start_ms
    before, after = ((at_ms - delivery.start_ms) * whole // lasts_ms for at_ms in (start_ms, end_ms))
    return after - before
