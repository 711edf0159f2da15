"""The teaching view: what is simulated to be so, beside what the pump calculates. No other page may know it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby

from thecal.clinic.models import Patient
from thecal.clinic.pump_words import EVENT_WORDS
from thecal.clinic.rehearse.place import open_world, world_path
from thecal.errors import BadInput
from thecal.figures import Figure, Line, Panel, ReservoirSeries, line_chart, reservoir_chart
from thecal.pump.events import Event, EventKind
from thecal.rehearsal.world import Truth
from thecal.rehearsal.world.life import glimpse
from thecal.rehearsal.world.patient import Moment
from thecal.rehearsal.world.store import Store
from thecal.twin.device import Device
from thecal.units import PG_PER_MCG, round_div, show_volume

UTC = 0
PER_CENT = 100
DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A length of fluid in tubing and catheter: volume and mean concentration."""

    volume_nl: int
    concentration_pg_per_nl: int

    @property
    def volume(self) -> str:
        """0.3358 mL: finer than a syringe reads."""
        return show_volume(self.volume_nl)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of the pump's own log, in words."""

    at_ms: int
    what: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Implanted:
    """What is true of pump, metal and catheter now. Volumes in nL; `slugs` from the tip backwards."""

    serial: str
    true_nl: int
    calculated_nl: int
    true_pg_per_nl: int
    is_stalled: bool
    stalled_since_ms: int | None
    sensed_since_ms: int | None
    slugs: tuple[Held, ...]
    path: str
    tip_pg_per_day: int
    log: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One patient's page. `muscles` are (muscle group, true Modified Ashworth grade, per cent of tone suppressed)."""

    at_ms: int
    implanted: Implanted | None
    muscles: tuple[tuple[str, str, int], ...]
    figures: tuple[Figure, ...]


def lesson_of(patient: Patient) -> Lesson | None:
    """What is true of this patient now; None where the world has nobody of that record number."""
    try:
        with open_world() as world, closing(Store.open(world_path())) as store:
            key = patient.record_number
            truth, grades = world.truth(key), world.examine(key)
            moments = store.moments(key)
            now = glimpse(store.person(key), moments[-1], truth.at_ms)
    except BadInput:
        return None
    muscles = tuple(
        (muscle, grade, round(float(truth.suppressed[muscle][-1]) * PER_CENT)) for muscle, grade in grades.items()
    )
    implanted = None if now.device is None else _implanted(now.device, truth)
    figures = tuple(_figures(truth, [*moments, now]))
    return Lesson(at_ms=truth.at_ms, implanted=implanted, muscles=muscles, figures=figures)


def _implanted(device: Device, truth: Truth) -> Implanted:
    return Implanted(
        serial=device.pump.serial,
        true_nl=truth.reservoir_nl,
        calculated_nl=device.pump.reservoir_nl,
        true_pg_per_nl=round_div(truth.reservoir_pg, truth.reservoir_nl) if truth.reservoir_nl else 0,
        is_stalled=truth.motor_stalled,
        stalled_since_ms=_stalled_since(device),
        sensed_since_ms=_sensed_since(device),
        slugs=tuple(_held(truth)),
        path=show_volume(device.catheter.volume_nl),
        tip_pg_per_day=round(float(truth.tip_pg_per_day[-1])),
        log=tuple(_in_words(event) for event in reversed(device.pump.log)),
    )


def _stalled_since(device: Device) -> int | None:
    """Since when the rotor truly stands; None while it turns."""
    return device.metal.stalled_since_ms(device.now_ms)


def _sensed_since(device: Device) -> int | None:
    """Since when the pump's own sensor has it; None while it does not."""
    sensed = [event.at_ms for event in device.pump.log if event.kind is EventKind.MOTOR_STALLED]
    return max(sensed) if sensed and device.pump.motor_stalled else None


def _held(truth: Truth) -> Iterator[Held]:
    """The path from the tip backwards, neighbours of one concentration together."""
    slugs = [(round_div(mass_pg, volume_nl), volume_nl) for volume_nl, mass_pg in truth.slugs if volume_nl]
    for concentration, same in groupby(slugs, key=lambda slug: slug[0]):
        yield Held(volume_nl=sum(volume_nl for _, volume_nl in same), concentration_pg_per_nl=concentration)


def _in_words(event: Event) -> LogLine:
    match event.kind:
        case EventKind.UPDATE_COMMITTED:
            detail = f"digest {event.detail[:DIGEST_SHOWN]}…"
        case EventKind.ALARM_RAISED | EventKind.ALARM_CLEARED | EventKind.ALARM_ACKNOWLEDGED:
            detail = event.detail.replace("_", " ").lower()
        case _:
            detail = event.detail
    return LogLine(at_ms=event.at_ms, what=EVENT_WORDS[event.kind], detail=detail)


def _figures(truth: Truth, moments: list[Moment]) -> Iterator[Figure]:
    device = moments[-1].device
    if device is not None and device.pump.program is not None:
        yield _reservoir(moments, device, device.pump.program.low_reservoir_alarm_nl)
        yield _tip(truth)
    yield _suppression(truth)


def _reservoir(moments: list[Moment], device: Device, alarm_nl: int) -> Figure:
    """Both volumes of this pump at every moment that is kept, each with a knot where it stopped falling."""
    serial = device.pump.serial
    held = [(one.at_ms, one.device) for one in moments if one.device is not None and one.device.pump.serial == serial]
    calculated = [(at_ms, float(then.pump.reservoir_nl)) for at_ms, then in held]
    true = [(at_ms, float(then.metal.reservoir_nl)) for at_ms, then in held]
    return reservoir_chart(
        ReservoirSeries(
            calculated_nl=_knotted(calculated, _sensed_since(device)),
            truth_nl=_knotted(true, _stalled_since(device)),
            alarm_volume_nl=float(alarm_nl),
            utc_offset_min=UTC,
        ),
        name="true-reservoir",
        title="Reservoir: simulated actual beside calculated by the pump",
    )


def _knotted(points: list[tuple[int, float]], since_ms: int | None) -> list[tuple[int, float]]:
    """The points, with the last volume from `since_ms` on."""
    if since_ms is None or not points[0][0] < since_ms < points[-1][0]:
        return points
    return sorted([*points, (since_ms, points[-1][1])])


def _tip(truth: Truth) -> Figure:
    flow = [
        (int(at_ms), float(dose) / PG_PER_MCG) for at_ms, dose in zip(truth.times_ms, truth.tip_pg_per_day, strict=True)
    ]
    panel = Panel(
        title="Dose at the catheter's tip",
        unit="mcg/day",
        lines=[Line(label="simulated actual", points=flow, kind="truth")],
    )
    return line_chart(
        [panel],
        utc_offset_min=UTC,
        name="true-tip",
        title="Dose at the tip over the last 48 h",
        caption="Simulated actual: what truly left the catheter, as a rate.",
    )


def _suppression(truth: Truth) -> Figure:
    panels = [
        Panel(
            title=muscle.capitalize(),
            unit="%",
            lines=[Line(label="simulated actual", points=_per_cent(truth, muscle), kind="truth")],
            high=float(PER_CENT),
        )
        for muscle in truth.suppressed
    ]
    return line_chart(
        panels,
        utc_offset_min=UTC,
        name="true-effect",
        title="Tone suppressed over the last 48 h",
        caption="Simulated actual: the share of tone that the drug takes away, by muscle group.",
    )


def _per_cent(truth: Truth, muscle: str) -> list[tuple[int, float]]:
    return [
        (int(at_ms), float(share) * PER_CENT)
        for at_ms, share in zip(truth.times_ms, truth.suppressed[muscle], strict=True)
    ]
