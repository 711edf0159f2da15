"""An SBML document (Level 3 Version 2 core) in the making: what has been said so far, and its text.

Concentrations are species in compartments; what moves between them are reactions. Everything else is a parameter:
constant, assigned by a rule, or with a rule for its rate. Events change values at instants. Units throughout are mcg,
mL and h. The same calls give the same text, to the byte.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from thecal.interop.formula import SBML, mathml

XHTML = "http://www.w3.org/1999/xhtml"
_GRAM, _LITRE, _SECOND = ("gram", 1), ("litre", 1), ("second", 1)
Base = tuple[tuple[str, int], int, float]
UNITS: dict[str, tuple[Base, ...]] = {
    "mcg": ((_GRAM, -6, 1.0),),
    "mL": ((_LITRE, -3, 1.0),),
    "h": ((_SECOND, 0, 3600.0),),
    "per_h": ((("second", -1), 0, 3600.0),),
    "mcg_per_h": ((_GRAM, -6, 1.0), (("second", -1), 0, 3600.0)),
    "mL_per_h": ((_LITRE, -3, 1.0), (("second", -1), 0, 3600.0)),
    "mcg_per_mL": ((_GRAM, -6, 1.0), (("litre", -1), -3, 1.0)),
    "ng_per_mL": ((_GRAM, -9, 1.0), (("litre", -1), -3, 1.0)),
    "ng_per_mcg": ((_GRAM, -9, 1.0), (("gram", -1), -6, 1.0)),
}
"""Unit → its parts: (kind, exponent), power of ten, multiplier."""


@dataclass(slots=True)
class Document:
    """What a model holds, list by list, in the order in which it was said."""

    title: str
    notes: Sequence[str]
    compartments: list[Element] = field(default_factory=list)
    species: list[Element] = field(default_factory=list)
    parameters: list[Element] = field(default_factory=list)
    rules: list[Element] = field(default_factory=list)
    reactions: list[Element] = field(default_factory=list)
    events: list[Element] = field(default_factory=list)

    def node(self, name: str, says: str, size_ml: float, start_mcg_per_ml: float) -> None:
        """A well-mixed volume and the drug in it: `name` is its concentration, `volume_of_name` its size."""
        place = f"volume_of_{name}"
        sized = {"id": place, "name": says, "spatialDimensions": "3", "size": _text(size_ml), "units": "mL"}
        self.compartments.append(Element("compartment", {**sized, "constant": "true"}))
        self.species.append(
            Element(
                "species",
                {
                    "id": name,
                    "name": says,
                    "compartment": place,
                    "initialConcentration": _text(start_mcg_per_ml),
                    "substanceUnits": "mcg",
                    "hasOnlySubstanceUnits": "false",
                    "boundaryCondition": "false",
                    "constant": "false",
                },
            )
        )

    def constant(self, name: str, value: float, unit: str, *, note: str = "") -> None:
        """A number that stays what it is: `value` in one of `UNITS`."""
        self._parameter(name, unit, value=value, constant=True, note=note)

    def variable(self, name: str, value: float, unit: str) -> None:
        """A number that events change: `value` is what it begins with, in one of `UNITS`."""
        self._parameter(name, unit, value=value, constant=False)

    def assigned(self, name: str, formula: str, unit: str, *, note: str = "") -> None:
        """A number that follows from others at every instant."""
        self._parameter(name, unit, constant=False, note=note)
        self._rule("assignmentRule", name, formula)

    def driven(self, name: str, start: float, rate: str, unit: str, *, note: str = "") -> None:
        """A number that begins at `start` and changes at `rate`, per hour."""
        self._parameter(name, unit, value=start, constant=False, note=note)
        self._rule("rateRule", name, rate)

    def moves(self, name: str, formula: str, *, out_of: str | None = None, into: str | None = None) -> None:
        """Drug on its way, mcg/h; from nowhere, where it enters the body, and to nowhere, where it leaves it."""
        moving = SubElement(Element("listOfReactions"), "reaction", {"id": name, "reversible": "true"})
        for kind, node in (("listOfReactants", out_of), ("listOfProducts", into)):
            if node is not None:
                one = {"species": node, "stoichiometry": "1", "constant": "true"}
                SubElement(SubElement(moving, kind), "speciesReference", one)
        SubElement(moving, "kineticLaw").append(mathml(formula))
        self.reactions.append(moving)

    def event(self, name: str, at_h: float, changes: Mapping[str, str]) -> None:
        """At one instant, the values of some names change, each to its formula."""
        happens = Element("event", {"id": name, "useValuesFromTriggerTime": "true"})
        trigger = SubElement(happens, "trigger", {"initialValue": "false", "persistent": "true"})
        trigger.append(mathml(f"time >= h({at_h!r})"))
        assignments = SubElement(happens, "listOfEventAssignments")
        for variable, formula in changes.items():
            SubElement(assignments, "eventAssignment", {"variable": variable}).append(mathml(formula))
        self.events.append(happens)

    def text(self) -> str:
        """The whole document."""
        root = Element("sbml", {"xmlns": SBML, "level": "3", "version": "2"})
        own = {"substanceUnits": "mcg", "extentUnits": "mcg", "timeUnits": "h", "volumeUnits": "mL"}
        model = SubElement(root, "model", {"id": "thecal_body", "name": self.title, **own})
        model.append(_notes(self.notes))
        _listed(model, "listOfUnitDefinitions", [_unit(name) for name in UNITS])
        _listed(model, "listOfCompartments", self.compartments)
        _listed(model, "listOfSpecies", self.species)
        _listed(model, "listOfParameters", self.parameters)
        _listed(model, "listOfRules", self.rules)
        _listed(model, "listOfReactions", self.reactions)
        _listed(model, "listOfEvents", self.events)
        indent(root, " ")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'

    def _parameter(
        self, name: str, unit: str, *, value: float | None = None, constant: bool = True, note: str = ""
    ) -> None:
        """Where a rule says the value, none is written."""
        first = {} if value is None else {"value": _text(value)}
        made = Element("parameter", {"id": name, **first, "units": unit, "constant": str(constant).lower()})
        if note:
            made.append(_notes([note]))
        self.parameters.append(made)

    def _rule(self, kind: str, name: str, formula: str) -> None:
        rule = Element(kind, {"variable": name})
        rule.append(mathml(formula))
        self.rules.append(rule)


def _text(value: float) -> str:
    """A number that comes back exactly."""
    return repr(float(value))


def _notes(paragraphs: Sequence[str]) -> Element:
    notes = Element("notes")
    body = SubElement(notes, "body", {"xmlns": XHTML})
    for paragraph in paragraphs:
        SubElement(body, "p").text = paragraph
    return notes


def _unit(name: str) -> Element:
    definition = Element("unitDefinition", {"id": name})
    units = SubElement(definition, "listOfUnits")
    for (kind, exponent), scale, multiplier in UNITS[name]:
        parts = {"exponent": str(exponent), "scale": str(scale), "multiplier": _text(multiplier)}
        SubElement(units, "unit", {"kind": kind, **parts})
    return definition


def _listed(model: Element, kind: str, elements: Sequence[Element]) -> None:
    """A list, where it would not be empty."""
    if elements:
        SubElement(model, kind).extend(elements)
