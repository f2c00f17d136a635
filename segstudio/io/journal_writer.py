"""Journals written: each record is on the disk before the call returns, or the next place is taken."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.editing.edit import Edit
from segstudio.editing.ledger import Digests, Ledger, Mark
from segstudio.io.files import write_atomically
from segstudio.io.journal import Header, Kind, edit_frame, frame, mark_frame, saved_frame, whole
from segstudio.io.journal_places import OTHER, Place, Stamp, free_name

SLACK = 1 << 20
"""Bytes of a journal that are not worth writing it anew for."""


class JournalWriter:
    """The journal of one open image. Any thread may call; records come in the order of the calls.

    Nothing is written before the first change. Then the journal is written whole, to the first of ``places`` that
    takes it, and appended to from there on: what an earlier time or a failed write left behind never matters.
    Where no place takes it, calls raise ``UnwritableFile``; everything is kept, and written with the next record.
    ``behind`` tells that this is so.

    Only files as this journal left them, or as they were ``read`` before, are written over. Where another lies in
    their place, another window has the image open: from then on this journal has a name of its own beside it.
    """

    def __init__(
        self, places: Sequence[Place], header: Header, ledger: Ledger, read: Mapping[Path, Stamp] | None = None
    ) -> None:
        self._places = tuple(places)
        self._known = dict(read or {})
        self._beside: dict[Path, Path] = {}
        self._header, self._ledger = header, ledger
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._end = 0
        self.behind = False

    def push(self, edit: Edit, kept: int) -> None:
        """Note a step just made, and that only the last ``kept`` of those done can be undone."""
        record = edit_frame(Kind.EDIT, edit)  # compresses: before anybody has to wait
        self._note(lambda: self._ledger.push(edit, kept), record)

    def undo(self) -> None:
        self._note(self._ledger.undo, frame(Kind.UNDO))

    def redo(self) -> None:
        self._note(self._ledger.redo, frame(Kind.REDO))

    def mark(self, number: int, digests: Digests) -> None:
        """Note what the files are about to hold: the planes after ``number`` changes. Written before they are."""
        mark = Mark(number, digests)
        self._note(lambda: self._ledger.mark(mark), mark_frame(mark), begins=False)

    def saved(self, number: int) -> None:
        """Note that the files hold the planes after ``number`` changes."""
        with self._lock:
            self._ledger.save(number)
            self._ledger.forget_saved()
            if not self._begun:
                return
            best = self._path is not None and self._path == self._name(self._places[0])
            if not best or self._end > 2 * self._ledger.nbytes + SLACK or not self._appended(saved_frame(number)):
                self._write_anew(self._whole())

    def move(self, places: Sequence[Place]) -> None:
        """Have the journal in other places, as when a folder has become a project."""
        with self._lock:
            self._places = tuple(places)
            if self._path is not None and self._path != self._name(self._places[0]):
                self._write_anew(self._whole())

    @property
    def _begun(self) -> bool:
        """Whether there is anything to write, be it of an earlier time."""
        ledger = self._ledger
        return bool(self._path is not None or ledger.applied or ledger.done or ledger.undone)

    def _note(self, change: Callable[[], None], record: bytes, begins: bool = True) -> None:
        with self._lock:
            begun, anew = begins or self._begun, b""
            self.behind = self.behind or begun
            try:
                anew = self._whole() if self._path is None else b""
            finally:
                change()  # whatever becomes of the file: later records build upon it
            if anew and begun:
                self._write_anew(anew + record)
            elif begun and not self._appended(record):
                self._write_anew(self._whole())
            self.behind = self.behind and not begun

    def _whole(self) -> bytes:
        self._header = replace(self._header, generation=self._header.generation + 1)
        return whole(self._header, self._ledger)

    def _appended(self, record: bytes) -> bool:
        """Append to the file, unless it is no longer as it was left: then somebody else has to do with it."""
        assert self._path is not None
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))  # never makes a file
        except OSError:
            return False
        try:
            if Stamp.of(os.fstat(handle)) != self._known.get(self._path):
                return False
            try:
                _write_synced(handle, record)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(handle, self._end)
                return False
            finally:
                self._known[self._path] = Stamp.of(os.fstat(handle))
        finally:
            os.close(handle)
        self._end += len(record)
        return True

    def _write_anew(self, data: bytes) -> None:
        before, self._path, self.behind = self._path, None, True
        fault: SegstudioError | None = None
        for place in self._places:
            try:
                place.check()
                path = self._own(place)
                write_atomically(path, data)
                self._known[path] = Stamp.of(path.stat())
            except UnwritableFile as error:
                fault = fault or error
                continue
            except OSError:  # gone again: written once more with the next record
                continue
            self._path, self._end, self.behind = path, len(data), False
            self._remove({before, *map(self._name, self._places)} - {path, None})
            return
        raise fault or UnwritableFile("the journal", "there is no place for it")

    def _name(self, place: Place) -> Path:
        return self._beside.get(place.path, place.path)

    def _own(self, place: Place) -> Path:
        """Return where this journal may be written at a place: not over one that is another's."""
        path = self._name(place)
        if path.is_file() and not self._is_own(path):
            free = free_name(place.path, OTHER)
            if free is None:
                raise UnwritableFile(path, "another window writes to it, and no name beside it is free")
            self._beside[place.path] = path = free
        return path

    def _is_own(self, path: Path) -> bool:
        with suppress(OSError):
            return Stamp.of(path.stat()) == self._known.get(path)
        return False

    def _remove(self, paths: set[Path | None]) -> None:
        """Remove journals that this one has taken the place of; one that stays says less, by its generation."""
        for path in paths:
            with suppress(OSError):
                if path is not None and self._is_own(path):
                    path.unlink()


def _write_synced(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
    getattr(os, "fdatasync", os.fsync)(handle)
