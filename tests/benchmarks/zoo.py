"""Networks forward on the CPU against torchvision's and segmentation_models.pytorch's, with the same weights."""

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from statistics import median

import torch
from torch import Tensor, nn

from segstudio.models.references import KeyMap, Option, translated
from segstudio.models.zoo import build_network
from segstudio.models.zoo.entries.deeplab_keys import SMP as SMP_DEEPLAB
from segstudio.models.zoo.entries.unet import SMP as SMP_UNET
from tests.benchmarks.report import Row
from tests.benchmarks.resident import resident
from tests.models.peers import smp, torchvision

RATIO = 1.05
SIDE, TIMES, CLASSES = 512, 5, 21
SECONDS = 20.0
"""Turns go on for so long: the medians of a few forwards of a small network move by a tenth."""
ROOT = Path(__file__).parents[2]
CLEAR, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
PACKAGES = {"torchvision": torchvision, "segmentation_models_pytorch": smp}


@dataclass(frozen=True, slots=True)
class Pair:
    """A network here, and how a package builds the same."""

    architecture: str
    options: Mapping[str, Option]
    package: str
    function: str
    arguments: Mapping[str, object]
    keys: KeyMap

    def theirs(self) -> nn.Module:
        package = PACKAGES[self.package]()
        owner = package.models.segmentation if self.package == "torchvision" else package
        network: nn.Module = getattr(owner, self.function)(**self.arguments)
        return network.eval()


_BARE: dict[str, object] = {"weights": None, "weights_backbone": None, "num_classes": CLASSES}


def _torchvision(architecture: str, options: Mapping[str, Option], function: str) -> Pair:
    return Pair(architecture, options, "torchvision", function, _BARE, {})


def _smp(architecture: str, options: Mapping[str, Option], function: str, keys: KeyMap) -> Pair:
    arguments = {"encoder_name": options["backbone"], "encoder_weights": None, "classes": CLASSES}
    return Pair(architecture, options, "segmentation_models_pytorch", function, arguments, keys)


PAIRS = (
    _torchvision("fcn", {"backbone": "resnet50"}, "fcn_resnet50"),
    _torchvision("deeplabv3", {"backbone": "resnet50"}, "deeplabv3_resnet50"),
    _torchvision("deeplabv3", {"backbone": "mobilenet_v3_large", "output_stride": 16}, "deeplabv3_mobilenet_v3_large"),
    _torchvision("lraspp", {}, "lraspp_mobilenet_v3_large"),
    _smp("unet", {"backbone": "resnet34"}, "Unet", SMP_UNET),
    _smp("unet", {"backbone": "mobilenet_v2"}, "Unet", SMP_UNET),
    _smp("deeplabv3plus", {"backbone": "resnet50", "separable": True}, "DeepLabV3Plus", SMP_DEEPLAB),
)


def measure(
    folder: Path, side: int = SIDE, times: int = TIMES, pairs: Sequence[Pair] = PAIRS, seconds: float = SECONDS
) -> Iterator[Row]:
    """Run ours and theirs in turn on one thread: for the time, and elsewhere for the most memory that a forward takes.

    A package that is not installed is named on stderr; our rows come without it.
    """
    for package in PACKAGES:
        if find_spec(package) is None:
            sys.stderr.write(f"{package} is not installed\n")
    for pair in pairs:
        yield _row(pair, side, "ms", costs(pair, side, times, milliseconds, seconds))
        if CLEAR.exists():
            yield _row(pair, side, "MB", _costs_elsewhere(pair, side, times))


def _row(pair: Pair, side: int, unit: str, taken: Sequence[Sequence[float]]) -> Row:
    name = " ".join((pair.architecture, *(key if value is True else str(value) for key, value in pair.options.items())))
    mine, peer = (*taken, [])[:2]
    return Row(f"zoo: {name}, {side} px, {unit}", mine, RATIO * median(peer) if peer else None, peer=peer)


def costs(
    pair: Pair, side: int, times: int, cost: Callable[[nn.Module, Tensor], float], seconds: float = 0
) -> list[list[float]]:
    """Return what forwards of ours cost, and of theirs where it is installed, in turn: so often, and for so long."""
    ours = build_network(pair.architecture, 3, CLASSES, **pair.options).eval()
    networks = [ours]
    if find_spec(pair.package) is not None:
        theirs = pair.theirs()
        ours.load_state_dict(translated(theirs.state_dict(), pair.keys))
        networks.append(theirs)
    image = torch.rand(1, 3, side, side)
    taken: list[list[float]] = [[] for _ in networks]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    until = time.perf_counter() + seconds
    for turn in count():
        if turn > times and time.perf_counter() >= until:
            break
        for network, found in zip(networks, taken, strict=True):
            value = cost(network, image)
            if turn:  # the first makes what the others reuse
                found.append(value)
    torch.set_num_threads(threads)
    return taken


def milliseconds(network: nn.Module, image: Tensor) -> float:
    """Return the CPU's time for one forward, whatever else it is busy with."""
    began = time.process_time()
    with torch.inference_mode():
        network(image)
    return (time.process_time() - began) * 1000


def megabytes(network: nn.Module, image: Tensor) -> float:
    """Return the most that was resident during one forward, beside what was there."""
    gc.collect()
    CLEAR.write_text("5")
    before = resident()
    with torch.inference_mode():
        network(image)
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return max(int(line.split()[1]) * 1.024 / 1000 - before, 0.0)


def _costs_elsewhere(pair: Pair, side: int, times: int) -> list[list[float]]:
    """Return megabytes as a new process finds them, whose C library keeps nothing of what is freed for itself."""
    words = [str(PAIRS.index(pair)), str(side), str(times)]
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.zoo", *words]
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "16384"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: list[list[float]] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    index, asked_side, asked_times = map(int, sys.argv[1:])
    json.dump(costs(PAIRS[index], asked_side, asked_times, megabytes), sys.stdout)
