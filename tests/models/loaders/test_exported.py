"""Programs of torch.export are run step by step, and give what the network gives that they were made of."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
from segstudio.models.description import Description
from segstudio.models.loaders.exported import load
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.loaders.pt2.operators import ATEN
from segstudio.models.zoo import build_network
from tests.models.loaders.made import ANY, Net, Skipping, exported, quiet, rewritten, saved
from tests.models.peers import settle

SIZES = [(64, 96), (65, 99), (33, 250)]


def loaded(path: Path) -> Loaded:
    *_, found = load(path)
    assert isinstance(found, Loaded)
    return found


@torch.inference_mode()
def difference(found: Loaded, network: nn.Module, size: tuple[int, ...]) -> float:
    image = torch.randn(size, generator=torch.Generator().manual_seed(1))
    expected = network.eval()(image)
    wanted: Tensor = expected["out"] if isinstance(expected, dict) else expected
    given: Tensor = found.network(image)
    assert given.shape == wanted.shape
    return float((given - wanted).abs().max())


@pytest.fixture(scope="module")
def net_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(exported(Net(), image=ANY), tmp_path_factory.mktemp("exported") / "net.pt2")


@pytest.mark.parametrize("size", SIZES)
def test_a_program_of_any_size_gives_what_its_network_gives(net_file: Path, size: tuple[int, int]) -> None:
    assert difference(loaded(net_file), Net(), (3, 3, *size)) <= 1e-5


def test_what_is_known_of_it_is_told(net_file: Path) -> None:
    info = load_model(net_file, "cpu").info
    assert (info.format, info.architecture, info.family) == ("torch_export", "Net", "torch.export")
    assert (info.parameters, len(info.classes.scored), info.assumed) == (267, 3, ("classes", "preprocess"))
    assert (info.preprocess.order, info.preprocess.size, info.preprocess.divisor) == ("RGB", None, 1)


def test_inspection_reads_no_weight_and_says_the_same(net_file: Path, tmp_path: Path) -> None:
    cut = rewritten(net_file, tmp_path / "net.pt2", lambda entries: None)
    found = inspect(cut)
    assert found.reason is None
    assert found.description is not None
    assert found.description.config == {"classes": 3, "in_channels": 3}
    assert (found.tensors, found.description.architecture, found.executes) == (9, "Net", ())


def test_images_of_one_size_alone_are_brought_to_it(tmp_path: Path) -> None:
    path = saved(exported(Net(), (1, 3, 64, 96)), tmp_path / "fixed.pt2")
    found = loaded(path)
    assert found.description.preprocess.size == (64, 96)
    assert difference(found, Net(), (3, 3, 64, 96)) <= 1e-5, "one image goes through after the other"
    planes = load_model(path, "cpu").predict([np.zeros((20, 30, 3), np.uint8)] * 3)
    assert [plane.labels.shape for plane in planes] == [(20, 30)] * 3


@pytest.mark.parametrize("size", SIZES)
def test_multiples_that_it_insists_on_are_found_and_kept(tmp_path: Path, size: tuple[int, int]) -> None:
    found = loaded(saved(exported(Skipping(), image=ANY), tmp_path / "net.pt2"))
    assert (found.description.preprocess.size, found.description.preprocess.divisor) == (None, 4)
    grown = tuple(side + -side % 4 for side in size)
    assert difference(found, Skipping(), (2, 3, *grown)) <= 1e-5
    assert found.network(torch.zeros(1, 3, *size)).shape == (1, 2, *size)


def test_a_side_that_is_written_as_a_product_is_a_multiple(tmp_path: Path) -> None:
    height, width = Dim("h", max=64), Dim("w", max=64)
    path = saved(exported(Net(), image={2: 32 * height, 3: 32 * width}), tmp_path / "net.pt2")
    found = loaded(path)
    assert found.description.preprocess.divisor == 32
    assert found.network(torch.zeros(1, 3, 40, 50)).shape == (1, 3, 40, 50)


@pytest.mark.parametrize(
    ("name", "options", "size"),
    [("unet", {"width": 4, "depth": 2}, (80, 112)), ("segnet_basic", {}, (48, 90))],
)
def test_networks_of_the_zoo_come_through(
    tmp_path: Path, name: str, options: dict[str, int], size: tuple[int, int]
) -> None:
    network = build_network(name, 3, 5, **options).eval()
    settle(network)
    found = loaded(saved(exported(network, image=ANY), tmp_path / "net.pt2"))
    assert difference(found, network, (2, 3, *size)) <= 1e-5


def test_a_program_in_core_operators_comes_through(tmp_path: Path) -> None:
    with quiet():
        program = exported(Net(), image=ANY).run_decompositions()
    assert difference(loaded(saved(program, tmp_path / "net.pt2")), Net(), (2, 3, 65, 99)) <= 1e-5


def test_sides_of_a_multiple_and_one_are_found(tmp_path: Path) -> None:
    class Lattice(nn.Module):
        def forward(self, image: Tensor) -> Tensor:
            small = nn.functional.max_pool2d(image, 3, 2, 1)
            height, width = small.shape[-2:]
            return image + nn.functional.interpolate(small, size=(2 * height - 1, 2 * width - 1))

    found = loaded(saved(exported(Lattice(), (2, 3, 65, 97), image=ANY), tmp_path / "net.pt2"))
    assert found.description.preprocess.divisor == 2
    assert found.network(torch.zeros(1, 3, 40, 50)).shape == (1, 3, 40, 50)
    assert difference(found, Lattice(), (1, 3, 33, 51)) <= 1e-5


def test_a_program_of_16_bit_numbers_is_given_such(tmp_path: Path) -> None:
    network = Net().half()
    program = torch.export.export(network.eval(), (torch.zeros(1, 3, 32, 32, dtype=torch.half),))
    found = loaded(saved(program, tmp_path / "half.pt2"))
    assert found.network.network.state_dict()["tensor 0"].dtype is torch.half  # type: ignore[union-attr]
    image = torch.rand(1, 3, 32, 32)
    assert torch.equal(found.network(image), network(image.half())["out"].float())


def test_a_part_without_gradients_is_run_in_its_place(tmp_path: Path) -> None:
    class Frozen(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Skipping()

        def forward(self, image: Tensor) -> Tensor:
            with torch.no_grad():
                found: Tensor = self.inner(image) * 2
            return found + 1

    path = saved(exported(Frozen(), (1, 3, 32, 32)), tmp_path / "net.pt2")
    assert difference(loaded(path), Frozen(), (1, 3, 32, 32)) <= 1e-5


def test_labels_instead_of_scores_are_taken(tmp_path: Path) -> None:
    class Chosen(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Skipping()

        def forward(self, image: Tensor) -> Tensor:
            found: Tensor = self.inner(image).argmax(1)
            return found

    path = saved(exported(Chosen(), (1, 3, 32, 32)), tmp_path / "net.pt2")
    image = torch.randn(1, 3, 32, 32)
    assert torch.equal(loaded(path).network(image).argmax(1), Chosen()(image))


def test_what_we_know_of_our_own_programs_is_not_assumed(tmp_path: Path, description: Description) -> None:
    text = json.dumps(description.to_json())
    info = load_model(saved(exported(Net(), image=ANY), tmp_path / "own.pt2", segstudio=text), "cpu").info
    assert (info.architecture, info.assumed, info.classes) == ("unet", (), description.classes)
    assert info.preprocess == description.preprocess
    other = json.dumps({**description.to_json(), "config": {"classes": 4, "in_channels": 3}})
    with pytest.raises(UnreadableFile, match="3 outputs, and 4 are described"):
        load_model(saved(exported(Net(), image=ANY), tmp_path / "other.pt2", segstudio=other), "cpu")


def test_what_stands_beside_it_counts(net_file: Path, tmp_path: Path) -> None:
    path = rewritten(net_file, tmp_path / "net.pt2", lambda entries: None)
    path.with_name("net.pt2.segstudio.toml").write_text('version = 1\n[preprocess]\norder = "BGR"\n')
    info = load_model(path, "cpu").info
    assert (info.preprocess.order, info.assumed) == ("BGR", ("classes",))


def test_archives_of_torch_2_7_are_read(tmp_path: Path) -> None:
    """Written here by hand, entry by entry as that torch had them: it is not the torch of these tests."""
    from torch._export.serde.serialize import serialize

    artifact = serialize(exported(Net(), image=ANY))
    with zipfile.ZipFile(tmp_path / "old.pt2", "w") as archive:
        archive.writestr("serialized_exported_program.json", artifact.exported_program)
        archive.writestr("serialized_state_dict.pt", artifact.state_dict)
        archive.writestr("serialized_constants.pt", artifact.constants)
        archive.writestr("serialized_example_inputs.pt", artifact.example_inputs)
        archive.writestr("version", "8.8")
    assert difference(loaded(tmp_path / "old.pt2"), Net(), (2, 3, 65, 99)) <= 1e-5


def test_every_operator_of_the_list_is_one_of_torchs() -> None:
    known = {schema.name.removeprefix("aten::") for schema in torch._C._jit_get_all_schemas()}
    assert not ATEN - known
    assert not ATEN & {"save", "from_file", "as_strided", "set_", "resize_", "record_stream"}


def test_no_operator_of_the_list_takes_a_name_of_a_file() -> None:
    named = {
        schema.name
        for schema in torch._C._jit_get_all_schemas()
        for argument in schema.arguments
        if "file" in argument.name or str(argument.type) in ("Storage", "Stream")
    }
    assert {"aten::from_file", "aten::save", "aten::set_", "aten::record_stream"} <= named
    assert not {name.removeprefix("aten::").removesuffix("_") for name in named} & ATEN
