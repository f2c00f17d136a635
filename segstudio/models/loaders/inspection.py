"""What a model file is, told by its header; no weight is read, and nothing in the file runs but a trusted program."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from segstudio.core.errors import UnreadableFile, UntrustedFile
from segstudio.models.description import Description
from segstudio.models.loaders import LOADERS, inspected, loading
from segstudio.models.loaders.sniff import sniff
from segstudio.models.segmenter import LoadStep


@dataclass(frozen=True, slots=True)
class Inspection:
    """``reason`` says why a file cannot be loaded, with the way out; None where it can be.

    ``format`` is a name from ``LOADERS``, None for what is no model. ``executes`` is what opening the file with another
    program could run. ``missing`` and ``unexpected`` are tensors that do not fit the architecture, by its names.
    ``parameters`` counts what is learnt; ``within`` is where the weights were found: the keys that led to them, and the
    prefix of their names. Without ``description`` nothing is known of the network. A program that ``needs_trust`` can
    be loaded once it has that, of which ``reason`` is the sentence, and ``digest`` its SHA-256; of others it is "".
    """

    file: Path
    format: str | None = None
    description: Description | None = None
    tensors: int = 0
    parameters: int = 0
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    executes: tuple[str, ...] = ()
    within: str = ""
    reason: str | None = None
    needs_trust: bool = False
    digest: str = ""

    @property
    def loadable(self) -> bool:
        """Whether it can be loaded as far as is known, once it is trusted where that is needed."""
        return self.reason is None or self.needs_trust


def inspect(path: Path, trusted: Collection[str] = ()) -> Inspection:
    """Tell what a file is; raises ``UnreadableFile`` where there is no file or folder of that name.

    A program whose SHA-256 is among the ``trusted`` is run, for it tells by that alone what it takes and returns.
    """
    if not path.exists():
        raise UnreadableFile(path, "there is no such file", "Choose a model file.")
    found = Inspection(path)
    try:
        found = replace(found, format=sniff(path))
        found = inspected(found)
        program = LOADERS[found.format or ""].program and found.reason is None
        return _told_by_running(found, trusted) if program else found
    except UntrustedFile as error:
        return replace(found, reason=error.sentence(), needs_trust=True, digest=error.digest)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())


def _told_by_running(found: Inspection, trusted: Collection[str]) -> Inspection:
    """Load a program, and return what it was found to be; raises ``UntrustedFile``, and ``UnreadableFile``."""
    *_, loaded = loading(LOADERS[found.format or ""], found.file, trusted)
    assert not isinstance(loaded, LoadStep)
    return replace(found, description=loaded.description)
