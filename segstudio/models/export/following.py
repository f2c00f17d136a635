"""Following a network with nothing said on the way: what stops it is raised, and told in one sentence."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Final

import torch

_PRINT: Final = "_jit_onnx_log"
"""What torch's exporter to ONNX prints graphs with; its switch for that is always on (torch 2.7 to 2.13)."""


@contextmanager
def following() -> Iterator[None]:
    """Keep gradients away, and torch's words for those who write it: where it cannot follow it prints whole networks.

    Its loggers are many, with levels of their own, so no logger says anything meanwhile.
    """
    disabled, printing = logging.root.manager.disable, getattr(torch._C, _PRINT, None)
    logging.disable(logging.CRITICAL)
    setattr(torch._C, _PRINT, lambda *_: None)
    try:
        with warnings.catch_warnings(), torch.no_grad(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        setattr(torch._C, _PRINT, printing)
        logging.disable(disabled)
