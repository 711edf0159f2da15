"""The form of a sheet: its entries under headings, some of them in a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from thecal.clinic.steps.fields import Entry, Several

if TYPE_CHECKING:
    from thecal.clinic.steps.known import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Entries as a table: `names[row][column]` is an entry's name."""

    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every entry of the table."""
        return tuple(name for _, names in self.rows for name in names)


@dataclass(frozen=True, slots=True)
class Section:
    """Some entries of a sheet under one heading. A grid takes the place of `names`."""

    title: str
    names: tuple[str, ...] = ()
    says: str = ""
    grid: Grid | None = None

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every entry under the heading."""
        return self.names + (self.grid.names if self.grid else ())


class SheetForm(forms.Form):
    """A sheet's entries. A step's form names its sections; `prepare` may offer what the record makes possible."""

    sections: ClassVar[tuple[Section, ...]] = ()

    def __init__(self, data: Any = None, *, known: "Known", values: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.known = known
        self.prepare(known)
        if values is not None:
            self.initial = {name: entry.retype(values.get(name)) for name, entry in self.entries.items()}

    @property
    def found(self) -> list[tuple[str, str]]:
        """What an examiner finds in a rehearsal, shown beside the entries; a form that has none says nothing."""
        return []

    def prepare(self, known: "Known") -> None:
        """Change entries to what the record allows, before anything is read."""

    @property
    def entries(self) -> dict[str, Entry]:
        """Every entry by name."""
        return {name: entry for name, entry in self.fields.items() if isinstance(entry, Entry)}

    def values(self) -> dict[str, Any]:
        """What is entered, by name; None where nothing is, or where it cannot be read."""
        assert self.is_bound, "an empty form has no values"
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}

    def shown(self, values: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
        """(Heading, (label, words) of each entry) of a record's values."""
        return [
            (section.title, [(self._label(section, name), self._words(name, values)) for name in section.all_names])
            for section in self.sections
        ]

    def _words(self, name: str, values: Mapping[str, Any]) -> str:
        entry = self.entries[name]
        return entry.show(values.get(name))

    def _label(self, section: Section, name: str) -> str:
        if section.grid is None or name not in section.grid.names:
            return str(self.fields[name].label)
        row, column = next(
            (label, section.grid.columns[names.index(name)]) for label, names in section.grid.rows if name in names
        )
        return f"{row}, {column.lower()}"

    def typed(self) -> dict[str, Any]:
        """What was typed, as it was typed, for a draft."""
        data: Any = self.data
        multiple = {name for name, entry in self.entries.items() if isinstance(entry, Several)}
        return {
            name: data.getlist(name) if name in multiple and hasattr(data, "getlist") else data.get(name, "")
            for name in self.fields
        }


class GridCells:
    """The cells of a section's grid, for a template: each row's label, and its bound entries."""

    def __init__(self, form: SheetForm, grid: Grid) -> None:
        self.corner, self.columns = grid.corner, grid.columns
        self.rows = [(label, [form[name] for name in names]) for label, names in grid.rows]
