"""The six fictional patients: what their records say. Their pumps' histories are scenario files beside this one."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from thecal.clinic.models import Flag, MriClass, Origin, Side, Stage, Tolerance
from thecal.scenario import Scenario, read
from thecal.twin.forecast import tolerance_of

SCENARIOS = Path(__file__).resolve().parent / "scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surgery:
    """What the operating room wrote down, beside what the scenario says. Lengths in mm."""

    scenario: str
    side: Side
    catheter_total_mm: int
    catheter_trimmed_mm: int

    def read(self) -> Scenario:
        """The pump's history; its catheter is the one that was trimmed here."""
        scenario = read(SCENARIOS / f"{self.scenario}.json")
        assert scenario.catheter.implanted_mm == self.catheter_total_mm - self.catheter_trimmed_mm, self.scenario
        return scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class FictionalPatient:
    """A patient who does not exist. `muscles` are what an examiner would truly find without drug."""

    record_number: str
    name: str
    born: date
    origin: Origin
    tolerance: Tolerance
    stage: Stage
    muscles: tuple[tuple[str, float], ...]
    baseline_mas_tenths: int = 30
    flags: tuple[Flag, ...] = ()
    allergies: str = "none known"
    caller: str
    pronoun: str
    mri_class: MriClass = MriClass.CONDITIONAL
    surgery: Surgery | None = None

    @property
    def true_tolerance(self) -> float:
        """The factor on the half-effect concentration."""
        return tolerance_of(chronic=self.tolerance == Tolerance.CHRONIC).value


LEGS = (("soleus", 3.0), ("quadriceps", 3.0), ("biceps", 1.5))

BEFORE_SCREENING = FictionalPatient(
    record_number="R-0001",
    name="Ingrid Vale (fictional)",
    born=date(1971, 9, 12),
    origin=Origin.SPINAL,
    tolerance=Tolerance.NAIVE,
    stage=Stage.BEFORE_SCREENING,
    muscles=LEGS,
    flags=(Flag.RELIES_ON_TONE,),
    caller="the patient",
    pronoun="I",
)
TITRATING = FictionalPatient(
    record_number="R-0002",
    name="Teodor Marsh (fictional)",
    born=date(1988, 11, 30),
    origin=Origin.SPINAL,
    tolerance=Tolerance.NAIVE,
    stage=Stage.TITRATING,
    muscles=LEGS,
    flags=(Flag.T6_OR_ABOVE,),
    caller="the patient",
    pronoun="I",
    surgery=Surgery(scenario="titrating", side=Side.LEFT, catheter_total_mm=1_040, catheter_trimmed_mm=200),
)
FLEX = FictionalPatient(
    record_number="R-0003",
    name="Milo Fenn (fictional)",
    born=date(2009, 4, 2),
    origin=Origin.CEREBRAL,
    tolerance=Tolerance.CHRONIC,
    stage=Stage.MAINTAINED,
    muscles=(("soleus", 3.0), ("quadriceps", 3.0), ("biceps", 2.0)),
    flags=(Flag.CANNOT_REPORT,),
    caller="Oda Fenn, his mother",
    pronoun="he",
    surgery=Surgery(scenario="flex", side=Side.RIGHT, catheter_total_mm=1_040, catheter_trimmed_mm=280),
)
LOW_RESERVOIR = FictionalPatient(
    record_number="R-0004",
    name="Asta Lind (fictional)",
    born=date(1984, 1, 17),
    origin=Origin.SPINAL,
    tolerance=Tolerance.CHRONIC,
    stage=Stage.MAINTAINED,
    muscles=LEGS,
    allergies="penicillin",
    caller="the patient",
    pronoun="I",
    surgery=Surgery(scenario="low_reservoir", side=Side.RIGHT, catheter_total_mm=1_040, catheter_trimmed_mm=150),
)
BATTERY = FictionalPatient(
    record_number="R-0005",
    name="Rosa Quill (fictional)",
    born=date(1967, 6, 25),
    origin=Origin.SPINAL,
    tolerance=Tolerance.CHRONIC,
    stage=Stage.MAINTAINED,
    muscles=LEGS,
    flags=(Flag.RENAL,),
    caller="Sam Quill, her husband",
    pronoun="she",
    surgery=Surgery(scenario="battery", side=Side.LEFT, catheter_total_mm=1_040, catheter_trimmed_mm=230),
)
STALLED = FictionalPatient(
    record_number="R-0006",
    name="Jonas Hale (fictional)",
    born=date(2001, 8, 8),
    origin=Origin.CEREBRAL,
    tolerance=Tolerance.CHRONIC,
    stage=Stage.MAINTAINED,
    muscles=(("soleus", 4.0), ("quadriceps", 3.0), ("biceps", 3.0)),
    baseline_mas_tenths=40,
    flags=(Flag.CANNOT_REPORT,),
    caller="Marit Hale, his mother",
    pronoun="he",
    surgery=Surgery(scenario="stalled", side=Side.RIGHT, catheter_total_mm=1_040, catheter_trimmed_mm=250),
)
SIX = (BEFORE_SCREENING, TITRATING, FLEX, LOW_RESERVOIR, BATTERY, STALLED)
