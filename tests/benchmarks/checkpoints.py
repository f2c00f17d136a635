"""How long it takes to tell what a checkpoint is, and how much memory to load it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from segstudio.models.description import Description, Preprocess
from segstudio.models.export import exported
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.families import assumed_classes
from segstudio.models.loaders.loaded import built
from segstudio.models.loaders.state_dict import read_header_of, understand, weights_of
from segstudio.models.zoo import build_network
from tests.benchmarks.report import Row

RECOGNISED_MS, RATIO = 300.0, 1.3
NETWORKS = (("hrnet", 19), ("deeplabv3", 21), ("fcn8s", 21))
"""The most tensors, what people share most, and the largest single tensor."""
PEAKS = {
    "hrnet": {"pth": True, "pt2": True},
    "deeplabv3": {"pth": True},
    "fcn8s": {"pth": True, "pt2": True},
    "pspnet": {"pth": True, "safetensors": True, "pt2": True, "onnx": False},
}
"""What is loaded, and in which formats that is held to ``RATIO``."""
SMALL = "lraspp"
EXPORTED = {".safetensors": "segstudio", ".pt2": "pt2", ".onnx": "onnx"}

_PEAK = """
import sys
from pathlib import Path
import segstudio.models.inference
from segstudio.models import load_model
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024 / 1e6

for first in (str(resource(MODEL)), sys.argv[2]):  # what torch imports with the first network is not the second's
    load_model(Path(first), "cpu", 1)
Path("/proc/self/clear_refs").write_text("5")
before = peak()
load_model(Path(sys.argv[1]), "cpu", 1)
sys.stdout.write(str(peak() - before))
"""


def measure(folder: Path) -> Iterator[Row]:
    """Times are those beyond reading the header; the peer of a peak of memory is the size of the file, both in MB."""
    folder.mkdir()
    for architecture, classes in NETWORKS:
        path = folder / f"{architecture}.pth"
        weights = build_network(architecture, 3, classes).state_dict()
        torch.save({"model": {f"module.{name}": tensor for name, tensor in weights.items()}}, path)
        del weights
        read, told = [], []
        for _ in range(20):
            began = time.perf_counter()
            header = read_header_of(path)
            parsed = time.perf_counter()
            understand(path, weights_of(path, header))
            read.append((parsed - began) * 1e3)
            told.append((time.perf_counter() - parsed) * 1e3)
        yield Row(f"checkpoints: {architecture}, header", read)
        yield Row(f"checkpoints: {architecture}, recognised", told, RECOGNISED_MS, 1.0)
        path.unlink()
    if Path("/proc/self/clear_refs").exists():
        yield from _peaks(folder)


def _peaks(folder: Path) -> Iterator[Row]:
    """Load what other programs save, and exports; onnxruntime keeps kernels in its own order, for its speed."""
    for architecture, formats in PEAKS.items():
        for kind, asked in formats.items():
            path, small = (_written(folder / f"{name}.{kind}", name) for name in (architecture, SMALL))
            megabytes = path.stat().st_size / 1e6
            command = [sys.executable, "-c", _PEAK, str(path), str(small)]
            taken = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            target = RATIO * megabytes if asked else None
            yield Row(f"checkpoints: {path.name} loaded, MB at most", [taken], target, 1.0, [megabytes])
            path.unlink()
            small.unlink()


def _written(path: Path, architecture: str) -> Path:
    """Write a network of random weights in the format of the suffix."""
    description = Description(
        architecture, {"classes": 21, "in_channels": 3}, assumed_classes("segstudio", 21), Preprocess()
    )
    network = built(description).eval()
    kind = EXPORTED.get(path.suffix)
    if kind is None:
        torch.save({"model": {f"module.{name}": tensor for name, tensor in network.state_dict().items()}}, path)
    else:
        path.write_bytes(exported(Subject(path, network, description), kind))
    return path
