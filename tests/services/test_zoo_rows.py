"""The networks that can be built are found by what is known of them, and the line that trains each is one."""

import argparse
import shlex
from pathlib import Path

import pytest
import torch

from segstudio.cli.train import add_arguments
from segstudio.models.zoo import ARCHITECTURES, build_network
from segstudio.services.zoo import nearest
from segstudio.services.zoo_rows import ZooRow, searched, zoo_rows

ROWS = zoo_rows()


def test_every_variant_is_a_row() -> None:
    assert len(ROWS) == sum(len(entry.variants) for entry in ARCHITECTURES.values())


@pytest.mark.parametrize("row", [row for row in ROWS if row.command(None)], ids=lambda row: row.title)
def test_the_line_builds_the_network_that_is_shown(row: ZooRow) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    words = shlex.split(row.command(Path("/a project")))
    assert words[:2] == ["segstudio", "train"]
    args = parser.parse_args(words[2:])
    assert args.project == Path("/a project")
    options = dict(args.option or ()) | ({"backbone": args.backbone} if args.backbone else {})
    assert options == dict(row.variant.options)
    with torch.device("meta"):
        build_network(args.arch, 3, 2, **options)


def test_a_checkpoint_over_a_backbone_fits_a_variant_over_that_alone() -> None:
    fits = {row.title: row.fits for row in ROWS if row.name == "unet"}
    assert fits["U-Net"] == ("milesial UNet_c2",)
    assert fits["U-Net, xception"] == ("smp Unet_xception",)
    for entry in ARCHITECTURES.values():
        for reference in entry.references:
            variant = nearest(entry, reference)
            assert variant is None or variant.options.get("backbone") == reference.options.get("backbone")


def test_what_finds_objects_is_not_trained() -> None:
    assert [row.command(None) for row in ROWS if row.architecture.instances] == [""]
    assert sum(not row.command(None) for row in ROWS) <= 3


def test_variants_are_found_by_their_own_words_first() -> None:
    assert [row.title for row in searched(ROWS, "PLUS mobilenet_v2 separable")] == [
        "DeepLab v3+, mobilenet_v2, separable"
    ]
    assert {row.name for row in searched(ROWS, "vainf")} == {"deeplabv3", "deeplabv3plus"}
    assert {row.architecture.year for row in searched(ROWS, "2015")} == {2015}
    assert searched(ROWS, "") == ROWS


def test_papers_and_backbones_are_found_too() -> None:
    assert "unet" in {row.name for row in searched(ROWS, "biomedical ronneberger")}
    assert "deeplabv3plus" in {row.name for row in searched(ROWS, "deeplabv3plus resnet18")}
    assert searched(ROWS, "no such thing") == []
