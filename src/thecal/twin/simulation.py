"""A run of the whole twin: pump → metal → catheter → body, sampled at even times.

What happens on the way (an update, a refill) is handed in as `Step`s: an instant and what is done to the implant then;
what a needle does or a posture, as `Given`. Every figure of a `Run` is exact at its times; the tip's dose is the mean
over the interval that ends there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from thecal.body import Body, BodyState, Course
from thecal.flow import Delivery, Segment, in_turn
from thecal.twin.device import Device, travel
from thecal.twin.effect import hours, stretches
from thecal.twin.given import NOTHING, Given, Push
from thecal.twin.hands import inject
from thecal.twin.lived import Exposure, drained, live
from thecal.units import DAY_MS, ceil_div

Instants = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """At `at_ms`, `act` turns the implant into what it is from then on."""

    at_ms: int
    act: Callable[[Device], Device]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the pump counted as delivered, and the concentration that it was told of."""

    segment: Segment
    concentration_pg_per_nl: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run shows: `times_ms`, and `believed_nl`, `true_nl` and mean `tip_pg_per_day` there, (times,) each.

    `deliveries` is what left the tip, `counted` what the pump counted as delivered, each in order; `exposure` all
    that the body was given, `state` the body at the end, `drained_mcg` what left it through a needle.
    """

    times_ms: Instants
    believed_nl: Instants
    true_nl: Instants
    tip_pg_per_day: NDArray[np.float64]
    exposure: Exposure
    course: Course
    drained_mcg: float
    deliveries: tuple[Delivery, ...]
    counted: tuple[Counted, ...]
    device: Device
    state: BodyState


@dataclass(slots=True)
class _Record:
    """What a run gathers on its way.

    Between two knots, each reservoir falls in a straight line.
    """

    deliveries: list[Delivery] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
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
            self.counted += _counted(passage.counted, device)
            device = passage.device
            self.mark(device)
        return device

    def push(self, device: Device, syringe: Push) -> Device:
        """The implant after a syringe at its access port; what reached the fluid is delivered while it is pushed."""
        device, pushed = inject(
            device,
            volume_nl=syringe.volume_nl,
            over_ms=syringe.over_ms,
            concentration_pg_per_nl=syringe.concentration_pg_per_nl,
        )
        self.deliveries += pushed
        return device

    @staticmethod
    def _fall(knots: list[tuple[int, int]], flows: Sequence[Segment | Delivery], left_nl: int) -> None:
        for flow in flows:
            knots.append((flow.start_ms, left_nl))
            left_nl = max(0, left_nl - flow.volume_nl)
            knots.append((flow.end_ms, left_nl))


def simulate(
    device: Device,
    body: Body,
    state: BodyState,
    *,
    steps: Sequence[Step] = (),
    given: Given = NOTHING,
    until_ms: int,
    every_ms: int,
) -> Run:
    """Run the implant from its own now to `until_ms`, with all that happens on the way, sampled every `every_ms`."""
    start_ms, record = device.now_ms, _Record()
    record.mark(device)
    pushes = [Step(at_ms=push.at_ms, act=partial(record.push, syringe=push)) for push in given.pushes]
    for step in sorted([*steps, *pushes], key=lambda step: step.at_ms):
        assert start_ms <= step.at_ms <= until_ms, "a step lies within the run"
        device = step.act(record.follow(device, step.at_ms))
        record.mark(device)
    device = record.follow(device, until_ms)
    deliveries = in_turn(record.deliveries)
    times_ms = np.append(np.arange(start_ms, until_ms, every_ms, dtype=np.int64), until_ms)
    edges_h, rates = stretches(deliveries, start_ms, until_ms)
    times_h = np.minimum([hours(int(at_ms), start_ms) for at_ms in times_ms], edges_h[-1])
    exposure = Exposure.of(given, edges_h, rates, times_h, start_ms)
    course, ends = live(body, state, exposure)
    return Run(
        times_ms=times_ms,
        believed_nl=_at(times_ms, record.believed),
        true_nl=_at(times_ms, record.true),
        tip_pg_per_day=_mean_dose(times_ms, deliveries),
        exposure=exposure,
        course=course,
        drained_mcg=drained(body, state, exposure) if given.drains else 0.0,
        deliveries=deliveries,
        counted=tuple(record.counted),
        device=device,
        state=ends,
    )


def _counted(segments: Sequence[Segment], device: Device) -> Iterator[Counted]:
    """What a pump counts as delivered until, by its own count, its reservoir is empty."""
    label = device.pump.program.concentration_pg_per_nl if device.pump.program else 0
    left_nl = device.pump.reservoir_nl
    for segment in segments:
        volume_nl = min(segment.volume_nl, left_nl)
        left_nl -= volume_nl
        if volume_nl:
            lasts_ms = ceil_div((segment.end_ms - segment.start_ms) * volume_nl, segment.volume_nl)
            until = replace(segment, end_ms=segment.start_ms + lasts_ms, volume_nl=volume_nl)
            yield Counted(segment=until, concentration_pg_per_nl=label)


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


def _mean_dose(times_ms: Instants, deliveries: Sequence[Delivery]) -> NDArray[np.float64]:
    """The tip's mean dose over the interval that ends at each time, pg/day; the first repeats the second."""
    edges = [int(times_ms[0])]
    passed = [0]
    for delivery in deliveries:
        edges += [delivery.start_ms, delivery.end_ms]
        passed += [passed[-1], passed[-1] + delivery.mass_pg]
    cumulative = np.interp(times_ms.astype(np.float64), np.array(edges, float), np.array(passed, float))
    dose = np.diff(cumulative) / np.diff(times_ms) * DAY_MS
    return np.concatenate([dose[:1], dose]) if len(dose) else np.zeros(len(times_ms))
