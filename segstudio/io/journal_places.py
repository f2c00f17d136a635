"""Where journals lie: in the project; where that may not be, in a folder of the user's own that is named for it."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import platformdirs

from segstudio.core.errors import UnwritableFile
from segstudio.io.journal import SUFFIX
from segstudio.io.project import CONFIG_NAME

FOLDER = Path(".segstudio") / "journal"
CONTESTED, DAMAGED, DISCARDED = ".contested", ".damaged", ".discarded"
NEWER, OTHER = ".newer", ".other"
"""What a journal's name ends in, before a number, once it was set aside: ``NEWER`` is of a newer version of the
program, ``OTHER`` of another window."""

OFFERED = (CONTESTED, NEWER, OTHER)
"""What is offered when its image is opened."""

MOST_BYTES = 256 << 20
"""What the journals of a project may take together; the oldest go first, but none with unsaved work."""

NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "fuse.sshfs", "fuse.davfs2")
"""Names of file systems on which a file is not on the disk when the system says so."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a journal may be written; in a project only while that is there: a folder taken away is not made anew."""

    path: Path
    project: Path | None = None

    def check(self) -> None:
        """Raise ``UnwritableFile`` where the project is gone."""
        if self.project is not None and not os.path.lexists(self.project / CONFIG_NAME):
            raise UnwritableFile(self.path, "the project is no longer there")


class Stamp(NamedTuple):
    """What tells a file from one that another window has put in its place or written to."""

    inode: int
    size: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        return cls(status.st_ino, status.st_size)


def journal_folders(root: Path, configured: bool) -> tuple[Path, ...]:
    """Return where a project's journals may lie, the best first."""
    return own_folders(root, configured, FOLDER.name)


def own_folders(root: Path, configured: bool, kind: str) -> tuple[Path, ...]:
    """Return where files of a ``kind`` may lie that are the program's own, the best place first.

    Only a folder that is a project is written to, and not over a network.
    """
    own = hashlib.blake2b(os.fsencode(root), digest_size=8).hexdigest()
    state = platformdirs.user_state_path("segstudio", appauthor=False) / kind / f"{root.name}-{own}"
    return (root / FOLDER.parent / kind, state) if configured and not on_network(root) else (state,)


def journal_places(root: Path, configured: bool, sample_id: str) -> tuple[Place, ...]:
    """Return where the journal of a sample may lie, the best place first."""
    folders = journal_folders(root, configured)
    return tuple(Place(f / f"{sample_id}{SUFFIX}", root if f == root / FOLDER else None) for f in folders)


def list_journals(root: Path, configured: bool) -> Iterator[tuple[str, Path]]:
    """Yield the journals of a project by sample id, also one that is there only as what was set aside of it.

    Those of a folder that cannot be looked into are left out.
    """
    for folder in journal_folders(root, configured):
        for path in sorted(
            {*_below(folder), *(_whole(aside) for ending in OFFERED for aside in _below(folder, ending))}
        ):
            yield path.relative_to(folder).as_posix().removesuffix(SUFFIX), path


def set_aside(path: Path, ending: str) -> Path | None:
    """Keep a journal under another name, so that a new one can take its place; None where the folder refuses."""
    if (aside := free_name(path, ending)) is not None:
        with suppress(OSError):
            return path.rename(aside)
    return None


def free_name(path: Path, ending: str) -> Path | None:
    """Return a name beside a journal that no file has yet; None where all are taken."""
    name = path.name.rpartition(SUFFIX)[0] + SUFFIX + ending
    free = (path.with_name(f"{name}{number}") for number in range(1, 1000))
    return next((name for name in free if not os.path.lexists(name)), None)


def list_aside(path: Path) -> list[Path]:
    """Return what was set aside of a journal and is offered, the oldest of each kind first."""
    found: list[Path] = []
    for ending in OFFERED:
        with suppress(OSError):
            asides = path.parent.glob(f"{_escaped(path.name)}{ending}*")
            found += sorted(asides, key=lambda p: (len(p.name), p.name))
    return found


def list_spent(root: Path, configured: bool) -> Iterator[Path]:
    """Yield what was set aside of a project's journals and nobody would miss."""
    for folder in journal_folders(root, configured):
        yield from _below(folder, DAMAGED)
        yield from _below(folder, DISCARDED)


def remove_oldest(journals: Iterable[Path], most: int = MOST_BYTES) -> None:
    """Remove the journals that were written to longest ago until the others take no more than ``most`` bytes."""
    known: list[tuple[int, int, Path]] = []
    for path in journals:
        with suppress(OSError):
            status = path.stat()
            known.append((status.st_mtime_ns, status.st_size, path))
    taken = sum(size for _, size, _ in known)
    for _, size, path in sorted(known):
        if taken <= most:
            return
        with suppress(OSError):
            path.unlink()
            taken -= size


def on_network(path: Path) -> bool:
    """Tell whether a folder lies on another machine, as far as the system says so."""
    if sys.platform == "win32":
        import ctypes

        return str(path).startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == 4
    with suppress(OSError):
        mounts = (line.split() for line in Path("/proc/self/mounts").read_text(errors="replace").splitlines())
        points = {Path(fields[1].replace("\\040", " ")): fields[2] for fields in mounts if len(fields) > 2}
        return next((points[p] in NETWORK for p in (path, *path.parents) if p in points), False)
    return False


def _below(folder: Path, ending: str = "") -> Iterator[Path]:
    for at, _, names in os.walk(folder):
        for name in names:
            if (name.rstrip("0123456789") if ending else name).endswith(SUFFIX + ending):
                yield Path(at, name)


def _whole(aside: Path) -> Path:
    return aside.with_name(aside.name.rpartition(SUFFIX)[0] + SUFFIX)


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
