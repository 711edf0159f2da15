"""The secret key of a clinic on one machine: made once, kept beside its data."""

import secrets
from pathlib import Path


def read_or_make_secret(path: Path) -> str:
    """The key in `path`, made there where there is none, readable by its owner only.

    Where the data directory does not exist nothing is written: the key is for this process alone, and no clinic can be
    served without a place for its records.
    """
    if not path.parent.is_dir():
        return _fresh()
    path.touch(mode=0o600)
    kept = path.read_text().strip()
    if not kept:
        kept = _fresh()
        path.write_text(kept + "\n")
    return kept


def _fresh() -> str:
    return secrets.token_urlsafe(48)
