"""A torchvision that was built for another torch is told apart from what imports it."""

import sys
from pathlib import Path

import pytest

from segstudio.core.errors import SegstudioError
from segstudio.models.loaders.torch_extras import imported_on_torch, misfit

OPERATOR = "raise RuntimeError('operator torchvision::nms does not exist')"


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that packages are imported from, as if torchvision had not been yet."""
    for loaded in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def refused(packages: Path, torchvision: str, name: str, content: str) -> SegstudioError:
    (packages / "torchvision.py").write_text(torchvision)
    (packages / f"{name}.py").write_text(content)
    with pytest.raises(SegstudioError) as caught:
        imported_on_torch(name, "extra", "Such a model")
    sys.modules.pop("torchvision", None)
    return caught.value


def test_one_that_does_not_fit_is_what_is_wrong_with_the_packages_that_import_it(packages: Path) -> None:
    error = refused(packages, OPERATOR, "upon_misfit", "import torchvision")
    assert "torchvision, which is installed and cannot be imported: operator torchvision::nms" in str(error)
    assert "built for this torch" in error.hint
    lazy = "try:\n    import torchvision\nexcept RuntimeError as error:\n    raise ImportError('not now') from error"
    assert str(refused(packages, OPERATOR, "upon_lazily", lazy)) == str(error)


def test_one_that_can_be_imported_is_not_to_blame(packages: Path) -> None:
    error = refused(packages, "", "upon_other", "raise RuntimeError('torchvision_extra is old')")
    assert "needs the package upon_other, which is installed and cannot be imported: torchvision_extra" in str(error)


def test_one_that_does_not_fit_is_not_to_blame_for_everything(packages: Path) -> None:
    error = refused(packages, OPERATOR, "upon_nothing", "raise RuntimeError('too old')")
    assert "needs the package upon_nothing, which is installed and cannot be imported: too old" in str(error)
    error = refused(packages, OPERATOR, "upon_absent", "import no_such_package")
    assert "no_such_package, which is not installed" in str(error)


def test_what_a_library_says_of_one_that_is_not_installed_is_not_the_fault_of_it(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    assert misfit(ValueError("no torchvision"), "Such a model") is None
