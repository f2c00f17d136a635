"""Memory that a window goes through at every frame: spared from being looked through, given back and had anew."""

import ctypes
import gc
import os
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""Parameters of ``mallopt``, as glibc's malloc.h numbers them."""
KEPT: Final = 64 << 20
"""Bytes that may be free at the end of the heap before they are given back."""
APART: Final = 8 << 20
"""Bytes from which on a block is had from the system, and given back as soon as it is free."""


def spare_memory_work() -> None:
    """Keep what there is out of garbage collection, and what is freed for the next frame.

    Called once the window is shown. It is some hundred thousand objects that stay as long as the program: to look
    through them holds the window for four frames, now and then in the middle of a stroke. And what drawing frees, a
    few megabytes at a time, glibc would give back to the system and have anew, empty page by empty page, which takes
    three times as long as to draw.
    """
    gc.collect()
    gc.freeze()
    if "CS_GNU_LIBC_VERSION" in getattr(os, "confstr_names", {}):
        libc = ctypes.CDLL(None)
        libc.mallopt(_MMAP_THRESHOLD, APART)
        libc.mallopt(_TRIM_THRESHOLD, KEPT)
