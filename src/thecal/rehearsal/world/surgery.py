"""What an operation does to the implant: a pump and catheter put in, or a new pump onto the catheter that is there."""

from dataclasses import dataclass

from thecal.body.anatomy import level_cm
from thecal.catheter import Catheter, filled, joined_to, parted_from
from thecal.errors import BadInput, OurFault
from thecal.mechanism import Metal, fill
from thecal.pump import machine
from thecal.pump.devices import PUMP_MODELS, PumpModel
from thecal.twin.device import Device, opened
from thecal.units import show_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImplant:
    """A pump as it is put in, filled, with the catheter that comes with it.

    `catheter_nl` and `tip_level` are the new catheter's. `tubing_primed` says that the pump's own tubing holds the drug
    of the fill; otherwise it holds fluid without drug, as a new catheter always does.
    """

    serial: str
    pump_model: str
    catheter_nl: int
    tip_level: str
    filled_nl: int
    concentration_pg_per_nl: int
    tubing_primed: bool

    def __post_init__(self) -> None:
        if not self.serial:
            raise BadInput("serial", "is empty", remedy="Every pump has a serial number of its own.")
        if self.pump_model not in PUMP_MODELS:
            raise BadInput(
                "pump_model", f"{self.pump_model!r} is no pump", remedy=f"Use one of {', '.join(PUMP_MODELS)}."
            )
        if self.catheter_nl <= 0:
            raise BadInput("catheter", "it has no length", remedy="Enter the length that was implanted.")
        check_level(self.tip_level)
        check_fill(self.model, self.filled_nl, self.concentration_pg_per_nl)

    @property
    def model(self) -> PumpModel:
        """What kind of pump it is."""
        return PUMP_MODELS[self.pump_model]


def check_fill(model: PumpModel, volume_nl: int, concentration_pg_per_nl: int) -> None:
    """BadInput for what cannot be filled into a pump of this model."""
    if volume_nl <= 0 or concentration_pg_per_nl <= 0:
        raise BadInput("fill", "an empty syringe fills nothing", remedy="Enter a volume and a concentration.")
    if volume_nl > model.capacity_nl:
        remedy = f"The reservoir takes {show_volume(model.capacity_nl)}: inject less."
        raise BadInput("fill", f"{show_volume(volume_nl)} does not go in", remedy=remedy)


def check_level(level: str) -> None:
    """BadInput for what is no vertebral level of the canal."""
    try:
        level_cm(level)
    except OurFault as unknown:
        raise BadInput("level", unknown.says, remedy="Name a level such as T10.") from unknown


def put_in(new: NewImplant, *, onto: Catheter | None, now_ms: int) -> Device:
    """The device as it lies in the body: not programmed, so delivering nothing. `onto` is the catheter that stays."""
    catheter = filled(new.catheter_nl, 0) if onto is None else onto
    in_tubing = new.concentration_pg_per_nl if new.tubing_primed else 0
    metal, _ = fill(Metal(), at_ms=now_ms, volume_nl=new.filled_nl, concentration_pg_per_nl=new.concentration_pg_per_nl)
    return opened(
        pump=machine.manufacture(serial=new.serial, pump_model=new.model, now_ms=now_ms),
        metal=metal,
        catheter=joined_to(catheter, tubing_nl=new.model.tubing_nl, concentration_pg_per_nl=in_tubing),
    )


def catheter_of(device: Device) -> Catheter:
    """The catheter without the pump's tubing, with what it holds: what stays when the pump goes."""
    return parted_from(device.catheter, PUMP_MODELS[device.pump.pump_model].tubing_nl)
