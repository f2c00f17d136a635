"""How much memory is free, on systems that say so and on those that do not."""

import os
from pathlib import Path

import pytest

from segstudio.io import memory


def test_what_the_system_says_is_free_is_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal:       24000000 kB\nMemFree:         1000 kB\nMemAvailable:   20000000 kB\n")
    monkeypatch.setattr(memory, "MEMINFO", told)
    assert memory.available_memory() == 20000000 * 1024


@pytest.mark.skipif(not hasattr(os, "sysconf"), reason="this system says what is free in another way")
@pytest.mark.parametrize("text", [None, "", "MemAvailable:\n", "MemAvailable: much\n"])
def test_where_it_does_not_say_half_of_all_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    told = tmp_path / "meminfo"
    if text is not None:
        told.write_text(text)
    monkeypatch.setattr(memory, "MEMINFO", told)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 1000, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert memory.available_memory() == 2048000
