"""Networks of the transformers library: built from a checked configuration, given weights that were read here."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Final

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError, UnreadableFile, first_line, listed
from segstudio.core.late import UnusablePackage, installed
from segstudio.models.layers.sizes import cropped, padded, resized
from segstudio.models.loaders.budget import TooLarge, bounded
from segstudio.models.loaders.folders import Part, count_of
from segstudio.models.loaders.huggingface.config import EXTRA, PACKAGE, WHAT, Configured
from segstudio.models.loaders.torch_extras import imported_on_torch, misfit

_SMALLEST: Final = 64
"""The side that a smaller picture is grown to: networks that divide by 32 normalise over what is left of it."""
_UNUSED: Final = re.compile(
    r"relative_position_index$|position_ids$|num_batches_tracked$|attn_mask$|^criterion\.|^auxiliary_head\.|"
    r"text_mapper\.|^text_encoder\.|^prompt_ctx\.|\.pooler\.|(^|\.)mask_token$"
)
"""Weights of files that take no part in prediction: tables that are made anew, losses, and heads for training."""
_MADE_ANEW: Final = re.compile(
    r"relative_position_index$|position_ids$|num_batches_tracked$|^criterion\.|"
    r"^neck\.fusion_stage\.layers\.0\.residual_layer1\."
)
"""Weights that files may lack: such tables again, and a layer of DPT that nothing flows through."""


class HuggingFaceNetwork(nn.Module):
    """Scores by class and pixel of a network of transformers; smaller than the picture where those of the network are.

    ``tokens`` are what a OneFormer is told to do.
    """

    def __init__(self, inner: nn.Module, said: Configured, tokens: list[int] | None = None, divisor: int = 1) -> None:
        super().__init__()
        self.inner, self._kind, self._divisor = inner, said.kind, divisor
        self.register_buffer("tokens", None if tokens is None else torch.tensor([tokens]), persistent=False)
        self.tokens: Tensor | None

    def forward(self, pixels: Tensor) -> Tensor:
        """Return logits (N, classes, h, w) of prepared pictures (N, channels, H, W)."""
        grown = padded(pixels, self._divisor, at_least=_SMALLEST)
        scores = self._scores(grown)
        if grown.shape == pixels.shape:
            return scores
        return cropped(resized(scores, grown, align_corners=False), pixels)

    def _scores(self, pixels: Tensor) -> Tensor:
        if self._kind.answer == "logits":
            logits: Tensor = self.inner(pixel_values=pixels, return_dict=True).logits
            return logits
        told = {} if self.tokens is None else {"task_inputs": self.tokens.expand(len(pixels), -1)}
        found = self.inner(pixel_values=pixels, return_dict=True, **told)
        masks = found.masks_queries_logits
        if self._kind.fine:
            masks = resized(masks, pixels, align_corners=False)
        scores = semantic_scores(found.class_queries_logits, masks)
        # Enlarged as they are, for halfway between two probabilities is not halfway between their logarithms.
        return resized(scores, pixels, align_corners=False).clamp(min=torch.finfo(scores.dtype).tiny).log()


def semantic_scores(classes: Tensor, masks: Tensor) -> Tensor:
    """Return (N, classes, h, w): of each query the probability of a class times that of its mask, summed over queries.

    ``classes`` are logits (N, queries, classes + 1), the last for no object, ``masks`` logits (N, queries, h, w):
    Cheng et al., "Per-pixel classification is not all you need for semantic segmentation", NeurIPS 2021, section 3.4.
    """
    return torch.einsum("nqc,nqhw->nchw", classes.softmax(-1)[..., :-1], masks.sigmoid())


def check(said: Configured, parts: list[Part]) -> None:
    """Build the network without memory; raises ``UnreadableFile`` for one that is none or larger than its weights."""
    transformers = library()
    weights = {name: stored for part in parts for name, stored in part.weights.items()}
    with _said(said):
        try:
            with bounded(len(weights), count_of(weights)), torch.device("meta"):
                getattr(transformers, said.kind.network)(_configuration(transformers, said))
        except TooLarge as error:
            raise UnreadableFile(
                said.folder, str(error), "It was not built. Download the whole folder again."
            ) from error


def build(
    said: Configured, weights: Mapping[str, Tensor], tokens: list[int] | None, divisor: int
) -> tuple[HuggingFaceNetwork, list[str]]:
    """Build the network and give it its weights, renamed where the library has other names by now.

    What the network has no use for is returned by name. Raises ``UnreadableFile`` where it lacks weights.
    """
    transformers = library()
    network_class = getattr(transformers, said.kind.network)
    with _said(said):
        inner, report = network_class.from_pretrained(
            None,
            config=_configuration(transformers, said),
            state_dict=dict(weights),
            output_loading_info=True,
            local_files_only=True,
            use_safetensors=True,
        )
    spared = (_MADE_ANEW, *_declared(inner, "_keys_to_ignore_on_load_missing"))
    lacking = [name for name in sorted(report["missing_keys"]) if not any(each.search(name) for each in spared)]
    missing = [f"{name} (missing)" for name in lacking]
    unused = [name for name in sorted(report["unexpected_keys"]) if not _UNUSED.search(name)]
    if missing:
        misfits = listed([*missing, *(f"{name} (unknown)" for name in unused)])
        raise UnreadableFile(
            said.folder,
            f"weights and config.json do not belong together: {misfits}",
            "Download the whole folder again, or try another version of transformers.",
        )
    return HuggingFaceNetwork(inner, said, tokens, divisor), unused


def _declared(inner: nn.Module, attribute: str) -> list[re.Pattern[str]]:
    """Return what parts of a network say of weights; the library asks the whole alone, and a backbone is a part."""
    return [re.compile(each) for part in inner.modules() for each in getattr(part, attribute, None) or ()]


def library() -> Any:
    """Import transformers, quiet and without access to the hub; raises ``SegstudioError`` where it is not installed."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"  # read when it is imported
    transformers = imported_on_torch(PACKAGE, EXTRA, WHAT)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return transformers


def _configuration(transformers: Any, said: Configured) -> Any:
    entries = deepcopy(dict(said.network))  # it takes some out
    configuration = transformers.CONFIG_MAPPING[said.model_type].from_dict(entries)
    configuration.architectures = [said.kind.network]
    return configuration


@contextmanager
def _said(said: Configured) -> Iterator[None]:
    """Say as a sentence whatever the library raises over a configuration that it cannot follow."""
    try:
        yield
    except SegstudioError:
        raise
    except Exception as error:  # a stranger's configuration reaches every corner of the library
        raise misfit(error, WHAT) or _fault(said, error) from error


def _fault(said: Configured, error: Exception) -> SegstudioError:
    line = first_line(error)[:160]
    if not isinstance(error, ImportError):
        because = f"no {said.kind.network} can be built from its config.json: {line}"
        return UnreadableFile(said.folder, because, "Download it again.")
    package = (error.name or "").partition(".")[0]
    if package and installed(package):
        return UnusablePackage(package, WHAT, error)
    return SegstudioError(
        f"{said.folder} needs a package that is not installed: {package or line}.",
        f"Install what it takes: pip install 'segstudio[{EXTRA}]'.",
    )
