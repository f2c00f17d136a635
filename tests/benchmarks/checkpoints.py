"""How long it takes to tell what a checkpoint is, and how much memory to load it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from segstudio.models.loaders.state_dict import read_header_of, understand, weights_of
from segstudio.models.zoo import build_network
from tests.benchmarks.report import Row

RECOGNISED_MS, RATIO = 300.0, 1.3
NETWORKS = (("hrnet", 19), ("deeplabv3", 21), ("fcn8s", 21))
"""The most tensors, what people share most, and the largest single tensor."""

_PEAK = """
import sys
from pathlib import Path
import segstudio.models.inference, segstudio.models.zoo.{module}
from segstudio.models import load_model
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024 / 1e6

load_model(resource(MODEL), "cpu", 1)  # what torch imports with the first network is not the second's
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
        if Path("/proc/self/clear_refs").exists():
            megabytes = path.stat().st_size / 1e6
            taken = _peak(architecture, path)
            yield Row(f"checkpoints: {architecture} loaded, MB at most", [taken], RATIO * megabytes, 1.0, [megabytes])
        path.unlink()


def _peak(architecture: str, path: Path) -> float:
    module = "fcn" if architecture.startswith("fcn") else architecture
    command = [sys.executable, "-c", _PEAK.format(module=module), str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
