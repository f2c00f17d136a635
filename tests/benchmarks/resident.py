"""How much of this process is in memory."""

import os
from pathlib import Path

STATM = Path("/proc/self/statm")


def resident() -> float:
    """Return the megabytes of this process that are in memory; 0 where the system does not tell."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if STATM.exists() else 0.0
