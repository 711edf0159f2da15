"""The rehearsal clinic as a process: made once, served, interrupted, continued."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from thecal.clinic.rehearse import PASSWORD
from thecal.clinic.rehearse.serve import run
from thecal.errors import OurFault

THECAL = Path(sys.executable).with_name("thecal")
LONGEST_START_S = 60
"""For a first start on a machine that does much else; how fast it is, is printed."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a space in its name, made by a first start that is then interrupted."""
    folder = tmp_path_factory.mktemp("my rehearsal") / "var"
    with served(folder) as server:
        assert "Letting six fictional patients live until today" in server.said
    assert server.process.returncode == 0
    return folder


class Server:
    """A running rehearsal clinic: what it said so far, and where it is."""

    def __init__(self, folder: Path) -> None:
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [THECAL, "demo", "--port", "0", "--data", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C"):
                break
        self.started_s = time.monotonic() - begun
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said)
        assert found is not None, self.said
        self.address = found.group(0)

    def interrupt(self) -> None:
        """Ctrl-C, and wait."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.stdout is not None
        self.said += self.process.stdout.read()
        self.process.wait(timeout=LONGEST_START_S)


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """A server that is interrupted at the end, if it still runs."""
    server = Server(folder)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.interrupt()


class Browser:
    """Just enough of one: cookies, forms with their tokens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """A page."""
        return self._open(Request(self.address + path))

    def post(self, path: str, page: str, **fields: str) -> str:
        """A form of `page`, sent to `path`; the page it leads to."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None, "the page has a form"
        body = urlencode({"csrfmiddlewaretoken": token.group(1)} | fields).encode()
        return self._open(Request(self.address + path, data=body, headers={"Origin": self.address}))

    def sign_in(self, username: str) -> str:
        """Both factors, as the pages show them; the first page behind them."""
        page = self.post("/sign-in/", self.get("/sign-in/"), login=username, password=PASSWORD)
        code = re.search(rf'<code>{username}</code></td><td><code class="code">(\d+)<', page)
        assert code is not None, "the page shows everybody's code"
        return self.post("/sign-in/code/", page, code=code.group(1))

    def _open(self, request: Request) -> str:
        with self.opener.open(request, timeout=30) as response:
            return str(response.read().decode()).replace("\u00a0", " ")


def test_it_says_where_it_is_and_how_to_sign_in(data: Path) -> None:
    """Address, people and password; the codes are on the page."""
    with served(data) as server:
        for name in ("ruiz", "okafor", "lindqvist", "lind"):
            assert name in server.said
        assert PASSWORD in server.said
        assert "code is shown on the sign-in page" in server.said


def test_an_interrupt_ends_it_cleanly(data: Path) -> None:
    """Exit code 0, a last sentence, no traceback."""
    with served(data) as server:
        server.interrupt()
    assert server.process.returncode == 0
    assert "The next start continues" in server.said
    assert "Traceback" not in server.said


def test_the_next_start_continues_where_it_was(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The clock that was moved stays moved, and nobody is made again."""
    with served(data) as server:
        browser = Browser(server.address)
        page = browser.sign_in("ruiz")
        assert "Its clock: <time>3 Mar 2026 09:00</time>" in page
        browser.post("/rehearsal/clock/", page, by="day")
    with served(data) as server:
        assert "Letting six" not in server.said
        assert "Its clock: <time>4 Mar 2026 09:00</time>" in Browser(server.address).sign_in("okafor")
    with capsys.disabled():
        print(f"\nsecond start of the rehearsal clinic: {server.started_s:.1f} s")  # noqa: T201 -- the measure that was asked for


def test_a_kill_between_the_clocks_is_levelled_at_the_next_start(data: Path) -> None:
    """The world had moved on by an hour when the process died."""
    with closing(sqlite3.connect(data / "rehearsal.sqlite3")) as world, world:
        world.execute("UPDATE world SET now_ms = now_ms + 3600000")
    with served(data):
        pass
    with (
        closing(sqlite3.connect(data / "clinic.sqlite3")) as records,
        closing(sqlite3.connect(data / "rehearsal.sqlite3")) as world,
    ):
        clinic_ms = records.execute("SELECT now_ms FROM clinic_clinicclock").fetchone()
        assert clinic_ms == world.execute("SELECT now_ms FROM world").fetchone()


def test_a_second_server_in_the_same_folder_is_refused(data: Path) -> None:
    """In one line that says what to do, and the first one goes on."""
    with served(data) as server:
        refused = subprocess.run(
            [THECAL, "demo", "--port", "0", "--data", str(data)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
        assert "runs in" in refused.stderr
        assert "Sign in" in Browser(server.address).get("/sign-in/")


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    """Which port, and what to do; and no folder was made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OurFault, match=rf"port {port} on 127\.0\.0\.1 is in use.*--port {port + 1}"):
            run(port=port, data=tmp_path / "var")
    assert not (tmp_path / "var").exists()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "var").write_text("mine")
    with pytest.raises(OurFault, match=r"cannot be written to.*--data"):
        run(port=0, data=tmp_path / "var")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "clinic.sqlite3").write_bytes(b"no database at all" * 100),
        lambda folder: _sql(folder / "clinic.sqlite3", _FUTURE),
        lambda folder: _sql(folder / "rehearsal.sqlite3", "PRAGMA user_version = 99"),
        lambda folder: (folder / "rehearsal.sqlite3").unlink(),
    ],
    ids=["no database", "a later version's", "a later world", "no world"],
)
def test_a_folder_of_another_version_is_one_line(data: Path, tmp_path: Path, spoil: object) -> None:
    """What is wrong, and to name another folder; nothing is made over it."""
    folder = tmp_path / "var"
    folder.mkdir()
    for name in ("clinic.sqlite3", "rehearsal.sqlite3", "secret.key"):
        (folder / name).write_bytes((data / name).read_bytes())
    spoil(folder)  # type: ignore[operator] # one of the functions above
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused = subprocess.run(
        [THECAL, "demo", "--port", "0", "--data", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1, refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "--data FOLDER" in refused.stderr
    assert {name: (folder / name).read_bytes() for name in before} == before


_FUTURE = "INSERT INTO django_migrations (app, name, applied) VALUES ('clinic', '9999_later', '2030-01-01')"


def _sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as rows, rows:
        rows.execute(statement)
