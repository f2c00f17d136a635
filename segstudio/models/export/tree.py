"""Tensors under names with dots, which a module has only by way of modules within it."""

from torch import Tensor, nn


def planted(root: nn.Module, name: str, tensor: Tensor) -> None:
    """Add a buffer to a module under a name as ``state_dict`` has it: ``backbone.conv1.weight``."""
    *path, last = name.split(".")
    for part in path:
        if part not in root._modules:
            root.add_module(part, nn.Module())
        root = root.get_submodule(part)
    root.register_buffer(last, tensor)
