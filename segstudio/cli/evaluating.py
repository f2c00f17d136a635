"""What scoring has in common whatever is scored: the loop, the files written, how it ended."""

import argparse
import sys
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from segstudio.cli import DONE, NOTHING_DONE, SOME_FAILED
from segstudio.cli.progress import Progress
from segstudio.core.wording import counted
from segstudio.io.files import write_atomically
from segstudio.services.html_report import tables_html
from segstudio.services.steps import DataSetStep
from segstudio.services.tables import Table, laid_out, to_latex, to_markdown

S = TypeVar("S", bound=DataSetStep)


def take_all(steps: Generator[S, None, None], take: Callable[[S], None], notes: Iterable[str]) -> None:
    """Take each step, with notes before, progress meanwhile, and a line for each image that cannot be scored."""
    failed = total = 0
    with Progress() as progress, closing(steps):
        for note in notes:
            progress.say(f"Note: {note}")
        for step in steps:
            take(step)
            if step.error is not None:
                failed += 1
                progress.say(f"{step.id}: {step.error.sentence()}")
            total = step.total
            progress.show(step.done, step.total)
    if failed:
        sys.stderr.write(f"{failed} of {counted(total, 'image')} could not be scored.\n")


def hand_out(table: Callable[[], str], document: Callable[[], str], json: str | None) -> None:
    """Print the table, or the JSON in its place where ``json`` is "-"; else write the JSON to the file it names."""
    sys.stdout.write(document() if json == "-" else table())
    if json and json != "-":
        write_atomically(Path(json), document().encode())


def hand_out_tables(args: argparse.Namespace, said: str, tables: Sequence[Table], document: str) -> None:
    """Hand out tables and a JSON document, and write the other files asked for.

    ``said`` is a sentence on how much was scored.
    """
    text = "\n\n".join([said, *map(laid_out, tables)]) + "\n"
    hand_out(lambda: text, lambda: document, args.json)
    texts: list[tuple[Path | None, Callable[[], str]]] = [
        (args.html, lambda: tables_html(f"{args.truth} / {args.prediction}", said, tables)),
        (args.markdown, lambda: to_markdown(tables)),
        (args.latex, lambda: to_latex(tables)),
    ]
    for path, made in texts:
        if path is not None:
            write_atomically(path, made().encode())


def outputs(args: argparse.Namespace) -> list[Path]:
    """Return the files that ``hand_out_tables`` writes."""
    return [Path(path) for path in (args.json, args.html, args.markdown, args.latex) if path and path != "-"]


def ended(scored: int, failures: Collection[str]) -> int:
    """Return the exit status of a run that scored so many images."""
    if not scored:
        return NOTHING_DONE
    return SOME_FAILED if failures else DONE
