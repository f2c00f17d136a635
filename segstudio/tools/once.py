"""An area that two may ask for: the preview that shows it, and the step that draws it."""

import threading
from collections.abc import Callable

from segstudio.editing.shapes import Placed


class Once:
    """Finds an area when it is first asked for, in whatever thread; a second one waits for it."""

    def __init__(self, find: Callable[[], Placed]) -> None:
        self._find = find
        self._lock = threading.Lock()
        self._found: Placed | None = None

    def __call__(self) -> Placed:
        with self._lock:
            if self._found is None:
                self._found = self._find()
            return self._found
