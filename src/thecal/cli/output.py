"""Printing and writing: one way each."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from thecal.errors import BadInput

NOT_A_DEVICE = "Thecal is not a medical device."
WIDE = 200
JSON_HELP = "Print JSON, for programs."


def show_json(plain: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(plain, indent=2, ensure_ascii=False))


def show_table(title: str, head: list[str], rows: list[list[str]], *, words: int = 1) -> None:
    """A table as wide as it needs where nobody's terminal limits it; the first `words` columns to the left."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, name in enumerate(head):
        table.add_column(name, justify="right" if index >= words else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)


def write_file(path: Path, content: bytes) -> None:
    """All of it or nothing: a new file beside the old one, then in its place."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as wrong:
        says = f"cannot be written ({(wrong.strerror or 'error').lower()})"
        raise BadInput(str(path), says, remedy="Name a file in a folder that exists and may be written.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644 & ~_mask())
        Path(name).replace(path)
    except OSError as wrong:
        Path(name).unlink(missing_ok=True)
        says = f"cannot be written ({(wrong.strerror or 'error').lower()})"
        raise BadInput(str(path), says, remedy="Name a file in a folder that exists and may be written.") from None


def read_bytes(path: Path, *, most: int, remedy: str) -> bytes:
    """A small file's content; BadInput names the file where there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as wrong:
        raise BadInput(str(path), f"cannot be read ({(wrong.strerror or 'error').lower()})", remedy=remedy) from None
    if len(content) > most:
        raise BadInput(str(path), "is too large to be one", remedy=remedy)
    return content


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
