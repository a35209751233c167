"""Work in fixed chunks, each in a fresh process, so that what a chunk makes depends on nothing but its own items."""

import multiprocessing
import multiprocessing.connection
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from tts_align.corpus.parallel import deaf_to_interruptions
from tts_align.errors import CorpusError, TtsAlignError

Work = Callable[..., Iterator[Any]]


def run_chunks(work: Work, chunks: Sequence[tuple[Any, ...]], workers: int) -> Iterator[Any]:
    """Runs `work(*chunk)` for each chunk in a process of its own and yields what the chunks yield, as it comes.

    Processes are forked from a clean server, so nothing that this process has loaded is in them. They ignore Ctrl-C;
    on an interruption or an error here they are asked to end, and do so after the item at hand.

    Args:
        work: a function of a module, which yields.
        chunks: the arguments of each call.
        workers: processes at a time.

    Raises:
        TtsAlignError: the error of a chunk, as it was raised there.
        CorpusError: a process died or fell.
    """
    context: Any = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")
    if sys.platform != "win32":
        context.set_forkserver_preload([work.__module__])
    waiting = list(reversed(chunks))
    running: dict[Any, BaseProcess] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                connection, process = _start(context, work, waiting.pop())
                running[connection] = process
            for connection in multiprocessing.connection.wait(list(running)):
                message = _receive(connection, running)
                if message is not None:
                    yield message
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.join()


def _start(context: Any, work: Work, arguments: tuple[Any, ...]) -> tuple[Any, BaseProcess]:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, work, arguments), daemon=True)
    with deaf_to_interruptions():  # the first start also starts the server, which hands this on to every process
        process.start()
    sender.close()
    return receiver, process


def _receive(connection: Any, running: dict[Any, BaseProcess]) -> Any:
    """The next yield of a chunk, or None if it has ended."""
    try:
        kind, content = connection.recv()
    except EOFError:
        kind, content = "died", None
    if kind == "yield":
        return content
    process = running.pop(connection)
    process.join()
    if kind == "error":
        raise content
    if kind in ("fell", "died"):
        raise CorpusError(
            where="a worker process",
            expected="work to be finished",
            found=content or f"exit status {process.exitcode}",
            fix="Run the command again: it goes on where it was. Fewer --workers need less memory.",
        )
    return None


def _child(sender: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    asked_to_end = []  # an exception from the handler would be lost if a library is calling back
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: asked_to_end.append(True))
    try:
        for content in work(*arguments):
            sender.send(("yield", content))
            if asked_to_end:
                return
        sender.send(("done", None))
    except TtsAlignError as error:
        sender.send(("error", error))
    except BrokenPipeError:
        sys.exit(1)  # the parent has gone
    except Exception as error:
        sender.send(("fell", f"{type(error).__name__}: {error}"))
