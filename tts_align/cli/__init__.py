"""The command `tts-align`: words into calls, errors into messages and exit statuses."""

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import typer

from tts_align import __version__
from tts_align.cli.align import align
from tts_align.cli.check import check
from tts_align.cli.compare import compare
from tts_align.cli.diagnose import diagnose
from tts_align.cli.evaluate import evaluate
from tts_align.cli.export import export
from tts_align.cli.make_corpus import make_corpus
from tts_align.cli.make_prompts import make_prompts
from tts_align.cli.pack import pack
from tts_align.cli.prepare import prepare
from tts_align.cli.synthesize import synthesize
from tts_align.cli.timings import timings
from tts_align.cli.train import train
from tts_align.errors import TtsAlignError

USAGE, CRASHED, INTERRUPTED = 2, 70, 130

app = typer.Typer(
    name="tts-align",
    help="Did the model say every part of the text, once, in order?\n\n"
    "Exit status: 0 fine, 1 there is a finding, 2 bad input or usage, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, with the package's errors as messages and an interruption as an exit status."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except TtsAlignError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(USAGE) from error
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                sys.stderr.close()  # the reader of our output has gone: nothing left to say
                raise typer.Exit from error
            typer.echo(f"error: {error.filename or 'file'}: {error.strerror or error}", err=True)
            raise typer.Exit(USAGE) from error
        except KeyboardInterrupt as error:
            typer.echo("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from error
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:  # our own mistake: shown in full, and never taken for a finding
            traceback.print_exc()
            typer.echo("This is a fault of tts-align; please report it with the lines above.", err=True)
            raise typer.Exit(CRASHED) from error

    return run


_COMMANDS = (
    check, make_corpus, make_prompts, prepare, train, compare, synthesize, evaluate, align, timings, diagnose, export,
    pack,
)  # fmt: skip
for command in _COMMANDS:
    app.command(name=command.__name__.replace("_", "-"))(_guarded(command))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tts-align {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Say the version and stop.", callback=_version, is_eager=True
    ),
) -> None:
    pass


def main() -> None:
    """Runs the command line and ends the process with its exit status.

    Every error of the package becomes one message on standard error and status 2; an interruption becomes 130.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller, as in `tts-align ... >&-`
            setattr(sys, name, open(os.devnull, mode, encoding="utf8"))  # noqa: SIM115  as long as the process
    app()
