"""Where a network runs."""

import torch

from segstudio.core.errors import SegstudioError


def available_devices() -> tuple[str, ...]:
    """Return the names that ``choose_device`` takes on this machine, the best first."""
    cuda = tuple(f"cuda:{index}" for index in range(torch.cuda.device_count()))
    mps = ("mps",) if torch.backends.mps.is_available() else ()
    return (*cuda, *mps, "cpu")


def choose_device(name: str) -> torch.device:
    """Return the device of a name, ``auto`` for the best; raises ``SegstudioError`` where there is none such."""
    available = available_devices()
    wanted = {"auto": available[0], "cuda": "cuda:0"}.get(name, name)
    if wanted not in available:
        raise SegstudioError(f"This machine has no device '{name}'.", f"It has {', '.join(available)}.")
    return torch.device(wanted)


def device_name(device: torch.device) -> str:
    """Return what people call a device: "NVIDIA H200 (cuda:0)", "CPU, 2 threads"."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} ({device})"
    if device.type == "mps":
        return "Apple GPU (mps)"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"
