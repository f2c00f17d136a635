"""Export in a process of its own: following a network holds Python for seconds, and with it any window.

It can be stopped at any moment, and its memory is gone when it ends.
"""

import multiprocessing
import traceback
from collections.abc import Collection, Generator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from segstudio.core.errors import SegstudioError
from segstudio.services.exporting import Exported, ExportJob, Step, export_into, scratch

_WAIT_S = 0.1
"""Between two looks for a step, at each of which it can be stopped."""


class _Fault(NamedTuple):
    """What ended the other process; without a ``message`` it was a bug, and ``hint`` is where."""

    message: str
    hint: str


def export_apart(
    job: ExportJob, trusted: Collection[str], threads: int
) -> Generator[Step | Exported | None, None, None]:
    """Export as ``exporting.export`` does; None is given where there is nothing new. Closing it ends the process.

    Raises ``SegstudioError``.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    with scratch(job) as folder, ours:
        arguments = (theirs, folder, job, frozenset(trusted), threads)
        process = context.Process(target=_work, args=arguments, name="export", daemon=True)
        process.start()
        theirs.close()  # so that its end is heard of here
        try:
            yield from _heard(ours)
        finally:
            process.terminate()
            process.join()


def _heard(ours: Connection) -> Generator[Step | Exported | None, None, None]:
    while True:
        if not ours.poll(_WAIT_S):
            yield None
            continue
        try:
            said = ours.recv()
        except EOFError:
            raise SegstudioError(
                "The export ended without a word.", "Perhaps the memory was not enough; close other programs."
            ) from None
        if isinstance(said, _Fault):
            raise SegstudioError(said.message, said.hint) if said.message else RuntimeError(said.hint)
        yield said
        if isinstance(said, Exported):
            return


def _work(theirs: Connection, folder: Path, job: ExportJob, trusted: Collection[str], threads: int) -> None:
    """Do it, in the other process, and tell each step."""
    try:
        for step in export_into(folder, job, trusted, threads):
            theirs.send(step)
    except SegstudioError as error:
        theirs.send(_Fault(str(error), error.hint))
    except Exception:  # the border of a process: a bug is told in the one that has a window
        theirs.send(_Fault("", traceback.format_exc()))
