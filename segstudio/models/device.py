"""Where a network runs."""

import torch

from segstudio.core.errors import SegstudioError


def available_devices() -> tuple[str, ...]:
    """Return the names that ``choose_device`` takes on this machine, the best first."""
    cuda = tuple(f"cuda:{index}" for index in range(torch.cuda.device_count()))
    mps = ("mps",) if torch.backends.mps.is_available() else ()
    return (*cuda, *mps, "cpu")


def choose_device(name: str, kinds: tuple[str, ...] = ()) -> torch.device:
    """Return the device of a name, ``auto`` for the best; raises ``SegstudioError`` where there is none such.

    With ``kinds`` only devices of these kinds count: those that a model runs on.
    """
    available = [each for each in available_devices() if not kinds or each.partition(":")[0] in kinds]
    wanted = {"auto": available[0], "cuda": "cuda:0"}.get(name, name)
    if wanted not in available and wanted in available_devices():
        raise SegstudioError(f"This model does not run on '{name}' here.", f"It runs on {', '.join(available)}.")
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


def is_out_of_memory(error: RuntimeError) -> bool:
    """Tell by the text: only CUDA has a type of its own for it, and what the CPU says differs by system."""
    return any(words in str(error) for words in ("out of memory", "can't allocate memory", "not enough memory"))
