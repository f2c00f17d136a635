"""Programs that look for numbers beyond their tensors: torch has to say so, and must neither read nor write there."""

import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

from tests.models.loaders.made import exported, rewritten, saved

ROWS, COLUMNS = 40, 33
PROGRAM, WEIGHTS = "models/model.json", "data/weights/model_weights_config.json"
BEYOND = (ROWS, -ROWS - 1, 1 << 40, (1 << 63) - 1, -(1 << 63))
"""Indices that no axis here has; what lies at all but the first two is no memory of a process."""
LOADING = """
import faulthandler, sys
from pathlib import Path
from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
faulthandler.enable()
for path in map(Path, sys.argv[1:]):
    try:
        load_model(path, "cpu")
    except UnreadableFile as error:
        print(f"{path.stem}: {error.sentence()}", flush=True)
    else:
        print(f"{path.stem}: loaded", flush=True)
"""
Use = Callable[[Tensor, Tensor], Tensor]


class Looking(nn.Module):
    """Adds to an image what is found at some places of a table: one whole number of them can be changed in its file."""

    places: Tensor

    def __init__(self, use: Use, *shape: int) -> None:
        super().__init__()
        self.use = use
        self.table = nn.Parameter(torch.ones(ROWS, COLUMNS))
        self.register_buffer("places", torch.zeros(shape, dtype=torch.int64))

    def forward(self, image: Tensor) -> Tensor:
        return image + self.use(self.table, self.places).sum()


def _scattered(table: Tensor, places: Tensor) -> Tensor:
    return table.scatter(0, places, table)


def _added(table: Tensor, places: Tensor) -> Tensor:
    return table.index_put((places,), torch.ones(COLUMNS), accumulate=True)


def _unpooled(table: Tensor, places: Tensor) -> Tensor:
    return nn.functional.max_unpool2d(table[None, None, :2, :2], places, [2, 2])


USES: dict[str, tuple[Use, tuple[int, ...]]] = {
    "gather": (lambda t, at: t.gather(0, at), (ROWS, COLUMNS)),
    "gather rows": (lambda t, at: t.gather(0, at.expand(ROWS, COLUMNS)), (ROWS, 1)),
    "gather apart": (lambda t, at: t.t().gather(1, at[::2].t()), (2 * ROWS, COLUMNS)),
    "scatter": (_scattered, (ROWS, COLUMNS)),
    "scatter value": (lambda t, at: t.scatter(0, at.expand(ROWS, COLUMNS), 2.0), (ROWS, 1)),
    "scatter in place": (lambda t, at: (1 * t).scatter_(0, at, t), (ROWS, COLUMNS)),
    "scatter whole": (lambda t, at: t.long().scatter(0, at, t.long()), (ROWS, COLUMNS)),
    "index": (lambda t, at: t[at], (9,)),
    "index two": (lambda t, at: t[at, torch.zeros(9, dtype=torch.int64)], (9,)),
    "index whole": (lambda t, at: t.long()[at[::2]], (9,)),
    "index_put": (lambda t, at: t.index_put((at,), torch.ones(COLUMNS)), (9,)),
    "index_put added": (_added, (9,)),
    "index_put in place": (lambda t, at: (1 * t).index_put_((at,), torch.ones(COLUMNS)), (9,)),
    "index_select": (lambda t, at: t.index_select(0, at), (9,)),
    "index_select apart": (lambda t, at: t.t().index_select(1, at[::2]), (9,)),
    "embedding": (lambda t, at: embedding(at, t), (3, 3)),
    "max_unpool2d": (_unpooled, (1, 1, 2, 2)),
}
"""Each operator of the list that takes indices, over tables of several layouts and kinds, with a shape of places."""


def with_place(source: Path, target: Path, place: int, named: str = "", renamed: str = "") -> Path:
    """Copy a program with another number as its first place, and another name of an operator."""

    def change(entries: dict[str, bytes]) -> None:
        config = json.loads(entries[WEIGHTS])["config"]
        name = f"data/weights/{config['places']['path_name']}"
        entries[name] = struct.pack("<q", place) + entries[name][8:]
        entries[PROGRAM] = entries[PROGRAM].replace(named.encode(), renamed.encode())

    return rewritten(source, target, change)


def said_of(programs: list[Path]) -> dict[str, str]:
    """Load programs in a process of its own, which may end for what they do; return what is said of each by name."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADING, *map(str, programs)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, f"after {ran.stdout[-300:]}\n{ran.stderr[-2000:]}"
    return dict(line.split(": ", 1) for line in ran.stdout.splitlines())


def test_no_operator_believes_an_index(tmp_path: Path) -> None:
    programs = []
    for name, (use, shape) in USES.items():
        clean = saved(exported(Looking(use, *shape)), tmp_path / f"{name}.pt2")
        assert f"aten.{name.split()[0]}" in text_of(clean)
        programs += [clean, *(with_place(clean, tmp_path / f"{name} {at}.pt2", at) for at in BEYOND)]
    index = ("torch.ops.aten.index.Tensor", "torch.ops.aten._unsafe_index.Tensor")
    programs += [with_place(tmp_path / "index.pt2", tmp_path / f"unsafe {at}.pt2", at, *index) for at in (0, *BEYOND)]
    said = said_of(programs)
    assert len(said) == len(programs)
    loaded = {name for name, text in said.items() if text == "loaded"}
    assert loaded == {*USES, "unsafe 0"}  # those alone whose places are there


def text_of(path: Path) -> str:
    """Return the program of an archive as it stands there."""
    kept: list[bytes] = []
    rewritten(path, path.with_suffix(".copy"), lambda entries: kept.append(entries[PROGRAM]))
    return kept[0].decode()


def test_places_of_32_bits_are_refused(tmp_path: Path) -> None:
    """torch 2.13 takes those of a row that is repeated for 64-bit ones, and reads beyond them."""

    def rows_by(bits: torch.dtype) -> Use:
        return lambda table, places: table.gather(0, places.to(bits).expand(ROWS, COLUMNS))

    kinds = {"int64": torch.int64, "int32": torch.int32}
    said = said_of(
        [saved(exported(Looking(rows_by(bits), ROWS, 1)), tmp_path / f"{name}.pt2") for name, bits in kinds.items()]
    )
    assert said["int64"] == "loaded"
    assert "other than 64 bits" in said["int32"]
