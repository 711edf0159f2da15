"""The command tree, and the one place where an error becomes a line and an exit code."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

import typer
from typer import exceptions

from thecal.cli import care, demo, pump, review, twin, wand
from thecal.errors import BadInput, LinkLost, OurFault, ThecalError, TheirFault
from thecal.units import NO_BREAK_SPACE

DONE, REFUSED, BAD_INPUT, NO_ANSWER, INTERRUPTED = 0, 1, 2, 4, 130
CODES: dict[type[ThecalError], int] = {
    BadInput: BAD_INPUT,
    OurFault: REFUSED,
    TheirFault: NO_ANSWER,
    LinkLost: NO_ANSWER,
}

app = typer.Typer(
    name="thecal",
    help="Open software for intrathecal baclofen therapy: plan, check, rehearse. Not a medical device.",
    epilog="Begin with: thecal demo. Or: thecal twin simulate examples/01_concentration_change.json",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", epilog="Example: thecal demo --port 8080", short_help="The rehearsal clinic in a browser.")(
    demo.demo
)
app.command(
    "review",
    epilog="Example: thecal review examples/01_concentration_change.json",
    short_help="What a change would do.",
)(review.review)
app.add_typer(pump.app, name="pump")
app.add_typer(wand.app, name="wand")
app.add_typer(twin.app, name="twin")
app.add_typer(care.app, name="care")


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"thecal {version('thecal')}")
        raise typer.Exit


@app.callback()
def _thecal(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Print the version."),
) -> None:
    del version


def main() -> NoReturn:
    """Run one command and leave with its exit code. A terminal that lacks a letter shows a question mark for it."""
    # Matrices here are small: on a busy machine more threads only wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command line; what went wrong stands on one line of stderr."""
    try:
        code = app(arguments, prog_name="thecal", standalone_mode=False)
        print(end="", flush=True)
    except ThecalError as wrong:
        return _say(str(wrong), CODES[type(wrong)])
    except exceptions.TyperException as wrong:
        return _usage(wrong)
    except (KeyboardInterrupt, typer.Abort):
        return _say("Interrupted.", INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # typer leaves by SystemExit, and only where nobody reads any more
        _forget_stdout()
        return DONE
    except OSError as wrong:
        _forget_stdout()
        return _say(_disk(wrong), REFUSED)
    return code if isinstance(code, int) else DONE


def _usage(wrong: exceptions.TyperException) -> int:
    """A command line that cannot be understood."""
    message = " ".join(str(getattr(wrong, "format_message", lambda: wrong)()).split())
    context = getattr(wrong, "ctx", None)
    if type(wrong).__name__ == "NoArgsIsHelpError":
        print(message and context.get_help() if context else message)
        return BAD_INPUT
    where = context.command_path if context is not None else "thecal"
    return _say(f"{message} See: {where} --help", BAD_INPUT)


def _disk(wrong: OSError) -> str:
    """What the machine would not do, and what to try."""
    what = (wrong.strerror or str(wrong)).rstrip(".")
    where = f"{wrong.filename}: " if wrong.filename else ""
    return f"{where}{what}. Choose another place, or make room."


def _say(line: str, code: int) -> int:
    """One line of stderr, whatever a file was called."""
    line = "".join(
        letter if letter.isprintable() or letter == NO_BREAK_SPACE else ascii(letter)[1:-1] for letter in line
    )
    with suppress(BrokenPipeError):
        print(line, file=sys.stderr)
    return code


def _forget_stdout() -> None:
    """Whoever read us has gone: let the interpreter close a stream that does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
