"""Every list of another program's tensors is told for what it is, however it was saved, and fits the network here."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.families import described
from segstudio.models.loaders.kin import kin_of
from segstudio.models.loaders.loaded import built, fit
from segstudio.models.loaders.recognition import Recognised, Unrecognised, recognise
from segstudio.models.loaders.recognition.strangers import STRANGERS
from segstudio.models.loaders.stored import Stored, StoredTensor, packed
from segstudio.models.loaders.unwrapping import unwrapped
from segstudio.models.references import Reference, renamed
from segstudio.models.zoo import ARCHITECTURES, build_network
from tests.models.peers import KEYS, Shapes, reference_shapes, shapes_of

LISTED = [
    pytest.param(name, reference, id=reference.name)
    for name, architecture in ARCHITECTURES.items()
    for reference in architecture.references
    if reference.name != "tensorflow_xception_65"  # no file of torch's
]
FAMILIES = {"hrnet": "HRNet", "drsleep": "DrSleep", "vainf": "VainF"}


def stored(shapes: Shapes) -> Stored:
    return {name: StoredTensor("float32", shape, packed(shape), 0) for name, shape in shapes.items()}


def misfits(found: Recognised) -> list[str]:
    with torch.device("meta"):
        network = built(described(found))
    return fit(network, found.weights).misfits()


def expected(reference: Reference, found: Recognised) -> dict[str, object]:
    """Return the options of a reference; those that weights do not tell have their usual value."""
    asked = {choice.option: choice.usual for choice in found.choices}
    return {"in_channels": 3, **{k: v for k, v in reference.options.items() if v is not False}, **asked}


@pytest.mark.parametrize(("architecture", "reference"), LISTED)
def test_a_checkpoint_is_told_by_its_tensors_and_fits(architecture: str, reference: Reference) -> None:
    found = recognise(stored(reference_shapes(reference.name)))
    assert found.architecture == architecture
    assert found.options == expected(reference, found)
    owner = reference.name.partition("_")[0]
    assert found.family == FAMILIES.get(owner, owner)
    assert misfits(found) == []


@pytest.mark.parametrize(("architecture", "reference"), LISTED)
def test_other_classes_channels_and_wrappers_change_nothing_else(architecture: str, reference: Reference) -> None:
    with torch.device("meta"):
        options = {**reference.options, "classes": 7, "in_channels": 5}
        ours = shapes_of(built(replace(described(recognise(stored(reference_shapes(reference.name)))), config=options)))
    theirs = {key: ours[renamed(key, reference.keys)] for key in reference_shapes(reference.name)}
    wrapped = {
        "epoch": 3,
        "optimizer_state": {"state": {}, "param_groups": []},
        "model_state": stored({f"module._orig_mod.{key}": shape for key, shape in theirs.items()}),
    }
    content = unwrapped(Path("x.pth"), wrapped)
    assert (content.within, content.prefix) == (("model_state",), "module._orig_mod.")
    found = recognise(content.weights)
    assert found.options == {**expected(reference, found), "classes": 7, "in_channels": 5}
    assert misfits(found) == []


@pytest.mark.parametrize(("architecture", "reference"), LISTED)
def test_whatever_module_a_network_was_put_into_is_taken_off(architecture: str, reference: Reference) -> None:
    shapes = reference_shapes(reference.name)
    alone = unwrapped(Path("x.pth"), stored(shapes))
    for wrapper in ("n.", "seg_net.", "net.module.", "lit.student.0."):
        content = unwrapped(Path("x.pth"), stored({f"{wrapper}{key}": shape for key, shape in shapes.items()}))
        assert content.prefix == wrapper
        assert content.weights == alone.weights
    assert recognise(alone.weights).architecture == architecture


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_of_a_network_that_is_built_here_nothing_is_taken_off(architecture: str) -> None:
    options = ARCHITECTURES[architecture].variants[0].options
    with torch.device("meta"):
        shapes = shapes_of(build_network(architecture, 3, 5, **options))
    assert unwrapped(Path("x.pth"), stored(shapes)).prefix == ""


def test_a_layer_is_no_wrapper_and_a_tensor_by_itself_keeps_all_within() -> None:
    layer = stored({"head.conv.weight": (2, 3, 1, 1), "head.conv.bias": (2,)})
    content = unwrapped(Path("x.pth"), layer)
    assert (content.prefix, list(content.weights)) == ("head.", ["conv.weight", "conv.bias"])
    beside = stored({"net_a.conv.weight": (2, 3, 1, 1), "logit_scale": (1,)})
    assert unwrapped(Path("x.pth"), beside).weights == beside


def test_a_program_around_a_network_has_the_weights_of_that_network() -> None:
    shapes = reference_shapes("torchvision_deeplabv3_mobilenet_v3_large_aux")
    assert kin_of({f"n.{key}": shape for key, shape in shapes.items()}) == "deeplabv3"


def test_networks_that_are_not_built_here_are_named() -> None:
    known = {reference.name for a in ARCHITECTURES.values() for reference in a.references}
    folder = KEYS / "checkpoint_keys"
    if not folder.is_dir():
        pytest.skip(f"no lists of tensors in {folder}")
    others = sorted({path.stem for path in folder.glob("*.json")} - known - {"FINGERPRINTS"})
    for name in others:
        with pytest.raises(Unrecognised) as caught:
            recognise(stored(reference_shapes(name)))
        assert any(f"it is {each.title}: {each.reason}" == str(caught.value) for each in STRANGERS), name
    assert len(others) > 30


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("sam_official_vit_b", "SAM:"),
        ("mobile_sam_vit_t", "MobileSAM"),
        ("hf_segformer_b0", "SegFormer of Hugging Face"),
        ("smp_PSPNet_resnet50", "PSPNet of smp"),
        ("vainf_deeplabv3plus_hrnetv2_48", "DeepLab of VainF over HRNet"),
        ("torchvision_resnet50", "ResNet classifier"),
        ("torchvision_maskrcnn_resnet50_fpn_v2", "Mask R-CNN v2"),
        ("torchvision_fasterrcnn_resnet50_fpn", "Faster R-CNN"),
        ("csail_encoder_resnet50dilated", "ResNet encoder of CSAILVision"),
        ("csail_decoder_upernet_fc2048", "UPerNet decoder of CSAILVision"),
        ("csail_decoder_c1_fc720", "decoder of one convolution of CSAILVision"),
        ("csail_encoder_hrnetv2", "HRNet encoder of CSAILVision"),
        ("smp_Unet_tu-hrnet_w18", "timm encoder"),
    ],
)
def test_strangers_have_their_own_names(name: str, title: str) -> None:
    with pytest.raises(Unrecognised, match=title):
        recognise(stored(reference_shapes(name)))


def test_where_the_rest_lies_is_the_way_out_and_no_list_of_what_is_known() -> None:
    with pytest.raises(Unrecognised) as caught:
        recognise(stored(reference_shapes("hf_segformer_b0")))
    assert caught.value.way_out == "Choose that folder."
    with pytest.raises(Unrecognised) as caught:
        recognise(stored(reference_shapes("sam_official_vit_b")))
    assert "pixel" in caught.value.way_out  # exported to another kind of file it would still know no classes


def test_look_alikes_are_choices_with_what_is_assumed() -> None:
    at_once = recognise(stored(reference_shapes("wkentaro_FCN8sAtOnce")))
    assert [(c.option, c.values, c.usual) for c in at_once.choices] == [("at_once", (False, True), False)]
    for name, usual in [("torchvision_deeplabv3_resnet50", 8), ("vainf_deeplabv3_resnet50", 16)]:
        found = recognise(stored(reference_shapes(name)))
        assert [(c.option, c.usual) for c in found.choices] == [("output_stride", usual)]
        assert described(found).assumed == ("output_stride", "classes", "preprocess")


@pytest.mark.parametrize(("family", "classes", "name"), [("torchvision", 21, "aeroplane"), ("HRNet", 19, "sidewalk")])
def test_a_family_names_the_classes_of_its_data_set_by_their_number(family: str, classes: int, name: str) -> None:
    found = Recognised("lraspp", family, {"classes": classes, "in_channels": 3}, {}, ())
    assert described(found).classes.classes[1].name == name
    other = replace(found, options={"classes": classes + 1, "in_channels": 3})
    assert described(other).classes.classes[1].name == "class 1"


def test_weights_are_found_beside_what_is_none(tmp_path: Path) -> None:
    one = stored({"a.weight": (2, 3)})
    assert unwrapped(tmp_path, {**one, "mask_values": [0, 1]}).weights == one
    assert unwrapped(tmp_path, {"ema": stored({"b": (1,)}), "state_dict": one}).within == ("state_dict",)
    assert unwrapped(tmp_path, {"model": {"state_dict": one}, "best": 0.5}).within == ("model", "state_dict")
    losses = stored({"model.a.weight": (2, 3), "loss.criterion.weight": (19,), "model.a.total_ops": (1,)})
    assert unwrapped(tmp_path, losses).weights == one
    with pytest.raises(UnreadableFile, match="no weights"):
        unwrapped(tmp_path, {"epoch": 3})
