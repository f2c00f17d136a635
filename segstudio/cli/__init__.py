"""The command line: the services, printed. Neither Qt nor torch is needed to say ``--help``."""

import argparse
import importlib
import io
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeAlias, cast

from segstudio import __version__
from segstudio.core.errors import SegstudioError, UntrustedFile

DONE, SOME_FAILED, NOTHING_DONE, STOPPED = 0, 1, 2, 130
"""Exit statuses. Wrong usage is ``NOTHING_DONE`` too."""


class CommandModule(Protocol):
    """What a module of a command has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the exit status; ``SegstudioError`` is shown as its sentence, with status 2."""


@dataclass(frozen=True, slots=True)
class Command:
    """A sub-command: its line in the help, and the module that is imported once it is asked for."""

    help: str
    module: str

    def load(self) -> CommandModule:
        return cast(CommandModule, importlib.import_module(self.module))


COMMANDS: dict[str, Command] = {
    "predict": Command("predict a folder of images with a model", "segstudio.cli.predict"),
    "evaluate": Command("score predictions against the truth", "segstudio.cli.evaluate"),
    "compare": Command("compare two models or annotators, with or without a truth", "segstudio.cli.compare"),
    "models": Command("list the architectures, and the checkpoints that fit them", "segstudio.cli.models"),
    "inspect": Command("tell what a model file is, without running it", "segstudio.cli.inspect"),
    "export": Command("export a model file to another kind of file", "segstudio.cli.export"),
    "labels": Command("count what the labels of a data set hold", "segstudio.cli.labels"),
    "train": Command("train a network on the labels of a project", "segstudio.cli.train"),
    "demo": Command("make a sample project, predict it, and compare", "segstudio.cli.demo"),
}


Run: TypeAlias = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None, instead: Mapping[str, Run] = MappingProxyType({})) -> int:
    """Run a sub-command and return its exit status; usage errors and ``--help`` leave by ``SystemExit``.

    ``instead`` replaces what commands do, by name: the demo goes on with a window, which nothing here knows of.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _replace_what_the_terminal_cannot_show()
    debug = "--debug" in words
    try:
        args = _parser(words).parse_args(words)
        run = instead.get(args.command) or COMMANDS[args.command].load().run
        status = run(args)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Files that were written are whole.\n")
        return STOPPED
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does. Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED
    except UntrustedFile as error:
        from segstudio.cli.trusting import refusal  # what few runs need

        return _failed(error, refusal(error), debug)
    except SegstudioError as error:
        return _failed(error, error.sentence(), debug)
    except Exception as error:  # the border of the program: a bug is a sentence too, unless it is looked for
        fault = f"{type(error).__name__}: {error}"
        return _failed(error, f"Something went wrong in segstudio itself ({fault}); --debug shows where.", debug)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="segstudio",
        description="Label segmentation masks by hand, predict them with a model, and compare the two.",
        epilog="segstudio [PATH] without a command opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"segstudio {__version__}")
    _add_debug(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in words if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(
            name, help=command.help, description=f"{command.help.capitalize()}.", allow_abbrev=False
        )
        _add_debug(subparser)
        if name == chosen:
            command.load().add_arguments(subparser)
    return parser


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--debug", action="store_true", help="show where an error arose")


def _failed(error: Exception, sentence: str, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    sys.stderr.write(f"segstudio: {sentence}\n")
    return NOTHING_DONE


def _replace_what_the_terminal_cannot_show() -> None:
    """Keep a class or file name in another script from ending a run on a terminal without it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
