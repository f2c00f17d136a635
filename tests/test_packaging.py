"""What is shipped: the wheel carries its resources, the source archive all that is needed to set it up and test it."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel and a source archive and return the folder they lie in."""
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return folder


def files(folder: str) -> set[str]:
    """Return what a folder of the project holds, relative to it and without what the interpreter left there."""
    return {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_with_its_resources(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    resources = files("resources")
    assert resources
    assert names == {f"segstudio/{name}" for name in files("segstudio")} | {
        f"segstudio/resources/{name}" for name in resources
    }


def test_an_installed_wheel_finds_its_resources(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path)
    look = "from segstudio.services.resources import resource; print(resource('style.qss'))"
    done = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == tmp_path / "segstudio" / "resources" / "style.qss"


def test_the_source_archive_can_be_set_up_and_tested(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.split("/", 1)[1] for name in opened.getnames()}
    for folder in ("segstudio", "resources", "tests"):
        assert {f"{folder}/{name}" for name in files(folder)} <= names
    assert {"start.py", "constraints.txt", "pyproject.toml", "README.md"} <= names


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["test"])]


def test_every_requirement_is_pinned_to_a_version_it_allows() -> None:
    for requirement in wanted():
        assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)]), requirement


def test_pins_hold_for_any_build_of_a_version() -> None:
    assert {name: version for name, version in pins().items() if not set(version) <= set("0123456789.")} == {}


def test_the_qt_that_aborts_is_excluded_where_it_does() -> None:
    for python, allowed in (("3.11", False), ("3.12", True)):
        qt = [r for r in wanted() if r.name == "PySide6-Essentials" and r.marker]
        (active,) = [r for r in qt if r.marker and r.marker.evaluate({"python_version": python})]
        assert active.specifier.contains("6.12.0") == allowed
        assert active.specifier.contains("6.11.3")
