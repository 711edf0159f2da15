"""A clinic on one machine keeps its secret; a process without a place for records writes nothing."""

import stat
from pathlib import Path

from thecal.clinic.settings.secret import read_or_make_secret


def test_the_secret_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    """Sessions survive a restart; nobody else on the machine reads the key."""
    path = tmp_path / "secret.key"
    made = read_or_make_secret(path)
    assert len(made) >= 50
    assert read_or_make_secret(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_key_file_is_filled(tmp_path: Path) -> None:
    """A start that died between making the file and writing it leaves no empty key."""
    path = tmp_path / "secret.key"
    path.touch(mode=0o600)
    assert read_or_make_secret(path)
    assert path.read_text().strip()


def test_without_a_data_directory_nothing_is_written(tmp_path: Path) -> None:
    """Type checkers and test collectors import settings too."""
    path = tmp_path / "none" / "secret.key"
    assert read_or_make_secret(path) != read_or_make_secret(path)
    assert not path.parent.exists()
