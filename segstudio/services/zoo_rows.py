"""The networks that can be built, one a row, to be searched; and the command that trains each."""

import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.entries import Architecture, Variant
from segstudio.services.zoo import fitting, published, shown


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

    @property
    def published(self) -> str:
        """The parameters of the network that it is held to, "-" where none are known."""
        return published(self.variant)

    def command(self, project: Path | None) -> str:
        """Return the line that trains it on a project, "" for one that is not trained here."""
        if self.architecture.instances:
            return ""
        options = dict(self.variant.options)
        words = ["segstudio", "train", str(project) if project is not None else "PROJECT", "--arch", self.name]
        if "backbone" in options:
            words += ["--backbone", str(options.pop("backbone"))]
        for key, value in options.items():
            words += ["--option", f"{key}={str(value).lower() if isinstance(value, bool) else value}"]
        return shlex.join(words)

    def holds(self, text: str) -> bool:
        """Tell whether all words of a text occur in what is known of it, upper and lower case alike."""
        return all(word in self._known for word in text.casefold().split())

    @cached_property
    def _known(self) -> str:
        entry = self.architecture
        parts = (self.name, self.title, entry.paper, str(entry.year), *entry.backbones, *self.fits)
        return " ".join(parts).casefold()


def zoo_rows() -> list[ZooRow]:
    """Return a row for each variant of every architecture, in the order of their papers."""
    return [ZooRow(name, entry, variant) for name, entry in ARCHITECTURES.items() for variant in entry.variants]
