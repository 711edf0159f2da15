"""Many patients at once: the numbers of a parameter set as one array over patients each.

    cohort = Cohort(values={"dispersion_floor": draws})        everything else as in the default set

Numbers go into the equations by name, as floats for one patient or as (patients, 1) arrays for many, so that each
formula is written once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thecal.body.anatomy import Floats
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.errors import OurFault

Numbers = Mapping[str, float | Floats]
"""Parameter name → its value, a float or (patients, 1)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohort:
    """Patients who differ in some numbers: `values` by the name of a field of `Parameters`, (patients,) each.

    What is not in `values` is as in `parameters`. OurFault for a name that is none, and for arrays of unequal length.
    """

    values: Mapping[str, Floats]
    parameters: Parameters = TWO_POOL

    def __post_init__(self) -> None:
        unknown = set(self.values) - set(Parameters.__dataclass_fields__)
        if unknown:
            raise OurFault(f"no parameter is called {', '.join(sorted(unknown))}")
        if len({np.shape(values) for values in self.values.values()}) != 1 or np.ndim(self._first()) != 1:
            raise OurFault("a cohort wants one array over its patients for each number, all of one length")

    def __len__(self) -> int:
        return len(self._first())

    def of(self, name: str) -> Floats:
        """One number of every patient, (patients,), in the unit of its field."""
        if name in self.values:
            return self.values[name]
        return np.full(len(self), float(getattr(self.parameters, name).value))

    def numbers(self) -> Numbers:
        """Every number by name in its field's unit, () or (patients, 1): the latter where patients differ."""
        shared = values_of(self.parameters)
        return {**shared, **{name: values[:, None] for name, values in self.values.items()}}

    def some(self, which: slice | NDArray[np.bool_]) -> "Cohort":
        """Some of the patients: `which` is a slice, or a yes or no for each, (patients,)."""
        return replace(self, values={name: values[which] for name, values in self.values.items()})

    def parameters_of(self, patient: int) -> Parameters:
        """One patient's own set, for `Body.of`."""
        own = {
            name: replace(getattr(self.parameters, name), value=float(values[patient]))
            for name, values in self.values.items()
        }
        return replace(self.parameters, **own)

    def _first(self) -> Floats:
        return next(iter(self.values.values()), np.empty(0))


def values_of(parameters: Parameters) -> Numbers:
    """One patient's numbers by name, () each."""
    return {name: float(getattr(parameters, name).value) for name in Parameters.__dataclass_fields__}


def numbers_of(whose: Parameters | Cohort) -> Numbers:
    """The numbers of one patient or of many by name, () or (patients, 1)."""
    return whose.numbers() if isinstance(whose, Cohort) else values_of(whose)
