"""A progress bar on standard error, with rate and time left."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

Advance = Callable[..., None]


class _RateColumn(ProgressColumn):
    """Units per second, or seconds per unit when slow."""

    def render(self, task: Task) -> Text:
        if not task.speed:
            return Text("")
        unit = task.fields["unit"]
        return Text(f"{task.speed:.1f} {unit}/s" if task.speed >= 1 else f"{1 / task.speed:.1f} s/{unit}")


@contextlib.contextmanager
def progress(title: str, total: int, *, unit: str, done: int = 0) -> Iterator[Advance]:
    """Shows a bar while the block runs and yields `advance(n=1, note=None, message=None)`.

    `note` stands behind the bar until the next one; `message` is a line of its own above it. When standard error is no
    terminal there is no bar: messages, and the count at the end, are all that is written, so that logs stay readable.

    Args:
        title: what is being done.
        total: units in all.
        unit: singular name of a unit, for the rate.
        done: units that were finished before (a resumed run).

    Example:
        >>> with progress("Counting", 3, unit="step") as advance:
        ...     for _ in range(3):
        ...         advance(note="so far so good")
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total, completed=done, unit=unit, note="")
        finished = done

        def advance(n: int = 1, *, note: str | None = None, message: str | None = None) -> None:
            nonlocal finished
            if message is not None:
                console.print(message, highlight=False, markup=False, soft_wrap=True)
            finished += n
            bar.update(task, completed=finished)
            if note is not None:
                bar.update(task, note=note)

        yield advance
    if not console.is_terminal:
        console.print(f"{title}: {finished} of {total}", highlight=False)
