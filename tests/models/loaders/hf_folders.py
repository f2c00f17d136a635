"""Hugging Face folders as their own library saves them: every kind of network that is known, small and random."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from tests.models.peers import settle, transformers

CLASSES = 5
VIT = {"hidden_size": 16, "num_hidden_layers": 4, "num_attention_heads": 2, "intermediate_size": 16, "image_size": 64}
DETR = {
    "encoder_layers": 1, "decoder_layers": 1, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16, "d_model": 16,
    "encoder_attention_heads": 2, "decoder_attention_heads": 2, "num_queries": 6,
}  # fmt: skip
MASKS = {
    "hidden_dim": 32, "encoder_feedforward_dim": 16, "dim_feedforward": 16, "encoder_layers": 1, "decoder_layers": 2,
    "num_queries": 6, "num_attention_heads": 2,
}  # fmt: skip
STAGES = ["stage1", "stage2", "stage3", "stage4"]
WORDS = ["<|startoftext|>", "<|endoftext|>", "the</w>", "task</w>", "is</w>", "semantic</w>"]


def _swin(lib: ModuleType) -> Any:
    return lib.SwinConfig(
        embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 2, 2, 2], window_size=4, image_size=64, out_features=STAGES
    )


def _convnext(lib: ModuleType) -> Any:
    return lib.ConvNextConfig(hidden_sizes=[8, 16, 24, 32], depths=[1, 1, 1, 1], out_features=STAGES)


Maker = Callable[[ModuleType], tuple[str, Any, str, dict[str, Any]]]
"""The class of a network, its configuration, the class of its processor, and how that is set."""
EXACT: dict[str, Any] = {"size": {"height": 64, "width": 64}}
EDGES: dict[str, Any] = {"size": {"shortest_edge": 64, "longest_edge": 96}}
WHOLE: dict[str, Any] = {"size": {"shortest_edge": 64}, "do_center_crop": False}

KINDS: dict[str, Maker] = {
    "segformer": lambda lib: (
        "SegformerForSemanticSegmentation",
        lib.SegformerConfig(hidden_sizes=[8, 16, 24, 32], decoder_hidden_size=16, depths=[1, 1, 1, 1],
                            num_attention_heads=[1, 2, 4, 8]),
        "SegformerImageProcessor",
        EXACT,
    ),
    "mask2former": lambda lib: (
        "Mask2FormerForUniversalSegmentation",
        lib.Mask2FormerConfig(backbone_config=_swin(lib), feature_size=32, mask_feature_size=32, **MASKS),
        "Mask2FormerImageProcessor",
        {"size": {"height": 384, "width": 384}},
    ),
    "maskformer": lambda lib: (
        "MaskFormerForInstanceSegmentation",
        lib.MaskFormerConfig(
            fpn_feature_size=32, mask_feature_size=32, backbone_config=_swin(lib), decoder_config=lib.DetrConfig(**DETR)
        ),
        "MaskFormerImageProcessor",
        EDGES,
    ),
    "oneformer": lambda lib: (
        "OneFormerForUniversalSegmentation",
        lib.OneFormerConfig(
            backbone_config=_swin(lib), conv_dim=32, mask_dim=32, text_encoder_width=16, text_encoder_num_layers=1,
            text_encoder_vocab_size=len(WORDS), **MASKS,
        ),
        "OneFormerImageProcessor",
        EDGES,
    ),
    "upernet": lambda lib: (
        "UperNetForSemanticSegmentation",
        lib.UperNetConfig(
            backbone_config=_convnext(lib), hidden_size=16, auxiliary_in_channels=24, auxiliary_channels=16
        ),
        "SegformerImageProcessor",
        EXACT,
    ),
    "dpt": lambda lib: (
        "DPTForSemanticSegmentation",
        lib.DPTConfig(
            **VIT, backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[8, 8, 16, 16], fusion_hidden_size=16,
            patch_size=16,
        ),
        "DPTImageProcessor",
        EXACT,
    ),
    "beit": lambda lib: (
        "BeitForSemanticSegmentation",
        lib.BeitConfig(**VIT, patch_size=16, out_indices=[1, 2, 3, 4], use_relative_position_bias=True),
        "BeitImageProcessor",
        EXACT,
    ),
    "data2vec": lambda lib: (
        "Data2VecVisionForSemanticSegmentation",
        lib.Data2VecVisionConfig(**VIT, patch_size=16, out_indices=[1, 2, 3, 4], use_relative_position_bias=True),
        "BeitImageProcessor",
        EXACT,
    ),
    "mobilenet_v2": lambda lib: (
        "MobileNetV2ForSemanticSegmentation",
        lib.MobileNetV2Config(depth_multiplier=0.25, output_stride=8),
        "MobileNetV2ImageProcessor",
        WHOLE,
    ),
    "mobilevit": lambda lib: (
        "MobileViTForSemanticSegmentation",
        lib.MobileViTConfig(
            hidden_sizes=[8, 12, 16], neck_hidden_sizes=[4, 8, 8, 8, 12, 12, 16], output_stride=16,
            num_attention_heads=2,
        ),
        "MobileViTImageProcessor",
        WHOLE,
    ),
}  # fmt: skip


def make(folder: Path, kind: str) -> tuple[nn.Module, Any]:
    """Save a network of a kind, with five named classes, and its processor; return both."""
    lib = transformers()
    name, config, processor_name, settings = KINDS[kind](lib)
    config.id2label = {0: "background", **{i: f"thing {i}" for i in range(1, CLASSES)}}
    config.label2id = {label: i for i, label in config.id2label.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        network = getattr(lib, name)(config).eval()
        settle(network)
        network.save_pretrained(folder)
        processor = getattr(lib, processor_name)(**settings)
        processor.save_pretrained(folder)
    if kind == "oneformer":
        write_words(folder)
    return network, processor


def write_words(folder: Path) -> None:
    """Write a tokenizer of CLIP's kind that knows the words of a OneFormer's task, each made letter by letter."""
    vocabulary, merges = dict.fromkeys(WORDS), []
    for word in WORDS[2:]:
        letters = [*word.removesuffix("</w>")]
        letters[-1] += "</w>"
        while len(letters) > 1:
            vocabulary |= dict.fromkeys(letters)
            merges.append(f"{letters[0]} {letters[1]}")
            letters[:2] = ["".join(letters[:2])]
    vocabulary = dict.fromkeys([*(part for merge in merges for part in merge.split()), *vocabulary])
    vocabulary |= dict.fromkeys("".join(merge.split()) for merge in merges)
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(vocabulary)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(dict.fromkeys(merges)) + "\n")
