"""The networks that can be built, one a row, to be searched; and the command that trains each."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.entries import Architecture, Variant
from segstudio.services.zoo import fitting, nearest, published, shown, shown_name


@dataclass(frozen=True)
class ZooRow:
    """A variant of an architecture; ``name`` is that of the architecture for files and the command line."""

    name: str
    architecture: Architecture
    variant: Variant

    @property
    def title(self) -> str:
        return ", ".join(filter(None, (self.architecture.title, shown(self.variant.options))))

    @cached_property
    def fits(self) -> tuple[str, ...]:
        """The checkpoints of other programs of which this variant is the nearest."""
        return tuple(fitting(self.architecture, self.variant))

    @cached_property
    def others(self) -> tuple[str, ...]:
        """The checkpoints that fit the architecture with options that none of its variants has."""
        entry = self.architecture
        return tuple(shown_name(each) for each in entry.references if nearest(entry, each) is None)

    @property
    def published(self) -> str:
        """The parameters of the network that it is held to, "-" where none are known."""
        return published(self.variant)

    def command(self, project: Path | None) -> str:
        """Return the line that trains it on a project, "" for one that no line can: it finds objects, or a text among
        its options would be taken for a number.
        """
        options = dict(self.variant.options)
        if self.architecture.instances or any(
            isinstance(value, str) and value.isdecimal() for value in options.values()
        ):
            return ""
        words = ["segstudio", "train", str(project) if project is not None else "PROJECT", "--arch", self.name]
        if "backbone" in options:
            words += ["--backbone", str(options.pop("backbone"))]
        for key, value in options.items():
            words += ["--option", f"{key}={str(value).lower() if isinstance(value, bool) else value}"]
        return shlex.join(words)

    @cached_property
    def own_words(self) -> str:
        """What tells it from the other variants of its architecture: names, year, checkpoints."""
        return " ".join((self.name, self.title, str(self.architecture.year), *self.fits, *self.others)).casefold()

    @cached_property
    def all_words(self) -> str:
        """The same, with what is said of the architecture as a whole: its paper and all backbones."""
        return " ".join((self.own_words, self.architecture.paper, *self.architecture.backbones)).casefold()


def searched(rows: Sequence[ZooRow], text: str) -> list[ZooRow]:
    """Return the rows in which all words of a text occur, upper and lower case alike.

    What is said of whole architectures counts where no variant has all of the words itself.
    """
    words = text.casefold().split()
    own = [row for row in rows if all(word in row.own_words for word in words)]
    return own or [row for row in rows if all(word in row.all_words for word in words)]


def zoo_rows() -> list[ZooRow]:
    """Return a row for each variant of every architecture, in the order of their papers."""
    return [ZooRow(name, entry, variant) for name, entry in ARCHITECTURES.items() for variant in entry.variants]
