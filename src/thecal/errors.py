"""Whose fault, and what to do next.

    ThecalError
    ├── OurFault      the caller, or Thecal itself, broke a rule. Example: starting a stopped pump twice.
    ├── TheirFault    what came over a link or out of a file is not what it claims. Example: a frame cut short.
    ├── BadInput      a person's entry cannot be accepted. Example: "1,500 mcg/mL".
    └── LinkLost      no answer came: nobody knows whether the other side acted.

Every error carries `remedy`, what to do next, apart from the sentence that says what is wrong.
"""

if not __debug__:
    raise ImportError("Thecal's assertions guard doses and stay on: run Python without -O")


class ThecalError(Exception):
    """The family; never raised itself."""

    def __init__(self, says: str, *, remedy: str = "") -> None:
        if type(self) is ThecalError:
            raise TypeError("raise OurFault, TheirFault, BadInput or LinkLost: the name says whose fault it is")
        super().__init__(says)
        self.says = says
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.says.rstrip('.')}. {self.remedy}".strip()


class OurFault(ThecalError):
    """Thecal's own code, or its caller, asked for what the rules forbid."""


class TheirFault(ThecalError):
    """The other end of a link, or a file, is not what it claims to be. Nothing was changed."""


class BadInput(ThecalError):
    """A person's entry is refused: `field` names it, `remedy` says what would be right."""

    def __init__(self, field: str, says: str, *, remedy: str) -> None:
        super().__init__(f"{field}: {says}", remedy=remedy)
        self.field = field


class LinkLost(ThecalError):
    """No answer came back. What was sent may or may not have been carried out."""
