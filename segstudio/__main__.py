"""``segstudio [PATH]`` opens the window; ``segstudio predict ...`` and the other commands need none."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from segstudio import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the words of the command line ask for and return the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or (len(words) == 1 and words[0] not in cli.COMMANDS and not words[0].startswith("-")):
        return _window(Path(words[0]) if words else None)
    return cli.main(words, instead={"demo": _demo})


def _window(path: Path | None) -> int:
    if path is not None and not path.exists():
        commands = ", ".join(cli.COMMANDS)
        sys.stderr.write(f"segstudio: {path} is no file or folder. Name one, or a command: {commands}.\n")
        return cli.NOTHING_DONE
    if not _has_display():
        sys.stderr.write("segstudio: there is no display for the window. The commands need none: segstudio --help.\n")
        return cli.NOTHING_DONE
    _before_qt()
    from segstudio.gui import app

    return app.run(None if path is None else Path(os.path.abspath(path)))  # noqa: PTH100 - ".." has to go


def _demo(args: argparse.Namespace) -> int:
    """Run the demo, then show it: in the window, or without a display as pictures."""
    from segstudio.cli import demo

    result = demo.perform(args.folder)
    headless = args.headless or not _has_display()
    if headless:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _before_qt()
    from segstudio.gui import showing

    if headless:
        for picture in showing.save_screenshots(result):
            sys.stdout.write(f"Screenshot: {picture}\n")
    else:
        showing.show(result)
    return demo.status(result)


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _before_qt() -> None:
    # On Windows torch finds its libraries only when it is loaded before Qt.
    if sys.platform == "win32":
        importlib.import_module("segstudio.models.device")


if __name__ == "__main__":
    sys.exit(main())
