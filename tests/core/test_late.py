"""What is said where a package that is imported late is absent, or installed and of no use."""

from pathlib import Path

import pytest

from segstudio.core.errors import SegstudioError
from segstudio.core.late import UnusablePackage, imported_extra


def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, name: str) -> SegstudioError:
    (tmp_path / f"{name}.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SegstudioError) as caught:
        imported_extra(name, "extra", "Such a model")
    return caught.value


def test_an_absent_package_is_named_with_what_to_install() -> None:
    with pytest.raises(SegstudioError, match="needs the package no_such_package, which is not installed") as caught:
        imported_extra("no_such_package.part", "extra", "Such a model")
    assert caught.value.hint == "Install it: pip install 'segstudio[extra]'."


def test_an_absent_package_that_another_needs_is_the_one_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refused(tmp_path, monkeypatch, "import no_such_package.part", "late_needing")
    assert "needs the package no_such_package, which is not installed" in str(error)


def test_a_package_that_lacks_a_module_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "late_older").mkdir()
    (tmp_path / "late_older" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UnusablePackage, match=r"late_older, which is installed .*: No module named 'late_older.newer'"):
        imported_extra("late_older.newer", "extra", "Such a model")
    error = refused(tmp_path, monkeypatch, "import late_older.newer", "late_asking")
    assert "needs the package late_older, which is installed and cannot be imported" in str(error)
    assert error.hint.endswith("--no-deps late_older.")


def test_an_error_without_a_name_is_that_of_the_package_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(tmp_path, monkeypatch, "raise ModuleNotFoundError('torchvision is old')", "late_nameless")
    assert "late_nameless, which is installed and cannot be imported: torchvision is old" in str(error)


@pytest.mark.parametrize("told", ["It does not exist", "It does not exist."])
def test_what_kept_a_package_from_being_imported_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    error = refused(tmp_path, monkeypatch, f"raise RuntimeError({told!r})", f"late_old{len(told)}")
    assert isinstance(error, SegstudioError)
    assert "cannot be imported: It does not exist. Install it anew: " in error.sentence()
    long = refused(tmp_path, monkeypatch, "raise RuntimeError('abcdefg ' * 60)", f"late_long{len(told)}")
    assert str(long).endswith(" abcdefg ...")


def test_a_damaged_package_is_to_be_installed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(tmp_path, monkeypatch, "from os import no_such_name", "late_damaged")
    assert "late_damaged, which is installed and cannot be imported" in str(error)
    assert error.hint.endswith("late_damaged.")
