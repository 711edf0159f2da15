"""A run of the whole twin: pump → metal → catheter → body, sampled at even times.

What happens on the way (an update, a refill) is handed in as `Step`s: an instant and what is done to the implant then.
Every figure of a `Run` is exact at its times; the tip's dose is the mean over the interval that ends there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thecal.body import Body, BodyState, Course
from thecal.flow import Delivery, Segment
from thecal.twin.device import Device, travel
from thecal.twin.effect import hours, stretches
from thecal.units import DAY_MS

Instants = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """At `at_ms`, `act` turns the implant into what it is from then on."""

    at_ms: int
    act: Callable[[Device], Device]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run shows. Arrays are (times,): volumes in nL, doses in pg/day; the body's course in its own units.

    `deliveries` is what left the tip, `commanded` what the pump counted as delivered, each in order.
    """

    times_ms: Instants
    believed_nl: Instants
    true_nl: Instants
    tip_pg_per_day: NDArray[np.float64]
    course: Course
    deliveries: tuple[Delivery, ...]
    counted: tuple[Segment, ...]
    device: Device
    state: BodyState


@dataclass(slots=True)
class _Record:
    """What a run gathers on its way.

    Between two knots, each reservoir falls in a straight line.
    """

    deliveries: list[Delivery] = field(default_factory=list)
    counted: list[Segment] = field(default_factory=list)
    believed: list[tuple[int, int]] = field(default_factory=list)
    true: list[tuple[int, int]] = field(default_factory=list)

    def mark(self, device: Device) -> None:
        """Both reservoirs as they stand."""
        self.believed.append((device.now_ms, device.pump.reservoir_nl))
        self.true.append((device.now_ms, device.metal.reservoir_nl))

    def follow(self, device: Device, to_ms: int) -> Device:
        """The implant at `to_ms`, with a knot at each end of flow."""
        for passage in travel(device, to_ms):
            self._fall(self.believed, passage.counted, device.pump.reservoir_nl)
            self._fall(self.true, passage.deliveries, device.metal.reservoir_nl)
            self.deliveries += passage.deliveries
            self.counted += passage.counted
            device = passage.device
            self.mark(device)
        return device

    @staticmethod
    def _fall(knots: list[tuple[int, int]], flows: Sequence[Segment | Delivery], left_nl: int) -> None:
        for flow in flows:
            knots.append((flow.start_ms, left_nl))
            left_nl = max(0, left_nl - flow.volume_nl)
            knots.append((flow.end_ms, left_nl))


def simulate(
    device: Device, body: Body, state: BodyState, *, steps: Sequence[Step] = (), until_ms: int, every_ms: int
) -> Run:
    """Run the implant from its own now to `until_ms`, with `steps` on the way, sampled every `every_ms`."""
    start_ms, record = device.now_ms, _Record()
    record.mark(device)
    for step in sorted(steps, key=lambda step: step.at_ms):
        assert start_ms <= step.at_ms <= until_ms, "a step lies within the run"
        device = step.act(record.follow(device, step.at_ms))
        record.mark(device)
    device = record.follow(device, until_ms)
    times_ms = np.append(np.arange(start_ms, until_ms, every_ms, dtype=np.int64), until_ms)
    edges_h, rates = stretches(record.deliveries, start_ms, until_ms)
    times_h = np.array([hours(int(at_ms), start_ms) for at_ms in times_ms])
    return Run(
        times_ms=times_ms,
        believed_nl=_at(times_ms, record.believed),
        true_nl=_at(times_ms, record.true),
        tip_pg_per_day=_mean_dose(times_ms, record.deliveries),
        course=body.course(state, edges_h, rates, np.minimum(times_h, edges_h[-1])),
        deliveries=tuple(record.deliveries),
        counted=tuple(record.counted),
        device=device,
        state=body.advance(state, edges_h, rates),
    )


def _at(times_ms: Instants, knots: list[tuple[int, int]]) -> Instants:
    """Values on the straight lines between knots; where two share an instant, the later one counts."""
    instants = np.array([at_ms for at_ms, _ in knots], dtype=np.int64)
    values = np.array([value for _, value in knots], dtype=np.float64)
    after = np.searchsorted(instants, times_ms, side="right")
    before = np.clip(after - 1, 0, len(knots) - 1)
    after = np.clip(after, 0, len(knots) - 1)
    width = np.maximum(instants[after] - instants[before], 1)
    share = np.clip((times_ms - instants[before]) / width, 0.0, 1.0)
    exact = values[before] + share * (values[after] - values[before])
    return np.asarray(np.rint(exact), dtype=np.int64)


def _mean_dose(times_ms: Instants, deliveries: list[Delivery]) -> NDArray[np.float64]:
    """The tip's mean dose over the interval that ends at each time, pg/day; the first repeats the second."""
    edges = [int(times_ms[0])]
    passed = [0]
    for delivery in deliveries:
        edges += [delivery.start_ms, delivery.end_ms]
        passed += [passed[-1], passed[-1] + delivery.mass_pg]
    cumulative = np.interp(times_ms.astype(np.float64), np.array(edges, float), np.array(passed, float))
    dose = np.diff(cumulative) / np.diff(times_ms) * DAY_MS
    return np.concatenate([dose[:1], dose]) if len(dose) else np.zeros(len(times_ms))
