"""Running the command line inside the test process."""

from dataclasses import dataclass

from typer.testing import CliRunner

from tts_align.cli import app


@dataclass(frozen=True)
class Ran:
    """What a command line came to: its exit status and what it printed."""

    status: int
    out: str
    error: str


def run(*arguments: object) -> Ran:
    """Runs `tts-align ARGUMENTS`; an exception that would have been a traceback is raised here."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)
