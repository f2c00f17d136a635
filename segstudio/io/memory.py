"""How much memory is free, so that what does not fit is refused with a sentence."""

import ctypes
import os
import sys
from pathlib import Path

MEMINFO = Path("/proc/meminfo")


def available_memory() -> int:
    """Return the bytes that can be had without swapping; where the system does not say, half of what is built in."""
    if sys.platform == "win32":
        return _available_on_windows()
    try:
        found = next(line for line in MEMINFO.read_text("ascii").splitlines() if line.startswith("MemAvailable:"))
        return int(found.split()[1]) << 10
    except (OSError, StopIteration, IndexError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


if sys.platform == "win32":

    class _MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows API."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "available", "c", "d", "e", "f", "g")),
        )

    def _available_on_windows() -> int:
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.available)
