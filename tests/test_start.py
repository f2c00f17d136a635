"""The set-up: what it asks for, when, and what it says where it cannot go on. Nothing is really installed here."""

import ast
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import start

ROOT = Path(start.__file__).parent


class Machine:
    """Stands for the computer: takes the commands of the set-up, and may fail the ones whose name is in ``broken``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[str] = []
        self.broken: set[str] = set()

    def run(self, name: str, command: list[str]) -> None:
        self.commands.append(name)
        if name in self.broken:
            raise start.SetUpFailed(f"{name} failed")
        if name == "venv":
            python = Path(start.program("python"))
            assert start.STAMP.read_text(encoding="utf-8") == ""
            assert [path.name for path in start.VENV.iterdir()] == [start.STAMP.name]
            python.parent.mkdir(parents=True)
            python.touch()

    def taken(self) -> list[str]:
        """Return the names of the commands since the last call."""
        commands, self.commands = self.commands, []
        return commands


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A clone on a computer that lacks no system package."""
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    machine = Machine(tmp_path)
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(start, "STAMP", tmp_path / ".venv" / "installed.txt")
    monkeypatch.setattr(start, "quietly", machine.run)
    monkeypatch.setattr(start, "missing_packages", list)
    return machine


@pytest.mark.parametrize("extra", ["", "test"])
def test_the_second_start_installs_nothing(machine: Machine, extra: str) -> None:
    start.set_up(extra)
    assert machine.taken() == ["venv", "pip"]
    start.set_up(extra)
    start.set_up("")
    assert machine.taken() == []


def test_packages_for_tests_are_added_to_what_is_there(machine: Machine) -> None:
    start.set_up("")
    machine.taken()
    start.set_up("test")
    assert machine.taken() == ["pip"]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_other_wishes_are_installed_into_what_is_there(machine: Machine, name: str) -> None:
    start.set_up("")
    machine.taken()
    (machine.root / name).write_text("other", encoding="utf-8")
    start.set_up("")
    assert machine.taken() == ["pip"]


def test_what_was_interrupted_is_made_anew(machine: Machine) -> None:
    start.set_up("")
    machine.taken()
    machine.broken = {"pip"}
    with pytest.raises(start.SetUpFailed):
        start.set_up("test")
    machine.broken = set()
    machine.taken()
    start.set_up("")
    assert machine.taken() == ["venv", "pip"]


@pytest.mark.parametrize("broken", ["venv", "pip"])
def test_what_was_interrupted_at_the_first_start_is_made_anew(machine: Machine, broken: str) -> None:
    machine.broken = {broken}
    with pytest.raises(start.SetUpFailed):
        start.set_up("")
    machine.broken = set()
    machine.taken()
    start.set_up("")
    assert machine.taken() == ["venv", "pip"]


def test_an_environment_of_somebody_else_is_left_alone(machine: Machine) -> None:
    own = start.VENV / "lib" / "mine.py"
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    with pytest.raises(start.SetUpFailed, match=r"\.venv was not made by start\.py.*move it away"):
        start.set_up("")
    assert [path for path in start.VENV.rglob("*") if path.is_file()] == [own]
    assert machine.taken() == []


def test_a_moved_clone_is_set_up_anew(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    start.set_up("")
    moved = machine.root / "moved"
    (machine.root / ".venv").rename(moved)
    monkeypatch.setattr(start, "VENV", moved)
    monkeypatch.setattr(start, "STAMP", moved / "installed.txt")
    machine.taken()
    start.set_up("")
    assert machine.taken() == ["venv", "pip"]


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    start.set_up("")
    Path(start.program("python")).unlink()
    machine.taken()
    start.set_up("")
    assert machine.taken() == ["venv", "pip"]


@pytest.mark.parametrize("stamp", ["", "\n\n\n", "3.11"])
def test_a_damaged_stamp_counts_as_none(machine: Machine, stamp: str) -> None:
    start.set_up("")
    start.STAMP.write_text(stamp, encoding="utf-8")
    machine.taken()
    start.set_up("")
    assert machine.taken() == ["venv", "pip"]


def test_a_failure_is_a_sentence_and_status_2(machine: Machine, capfd: pytest.CaptureFixture[str]) -> None:
    machine.broken = {"pip"}
    assert start.main([]) == 2
    assert capfd.readouterr().err.splitlines()[-1] == "pip failed"


def test_without_network_one_sentence_says_so() -> None:
    with pytest.raises(start.SetUpFailed, match="network") as failure:
        start.quietly("pip", [sys.executable, "-c", "print('NewConnectionError'); exit(1)"])
    assert "\n" not in str(failure.value)


def test_another_failure_shows_the_end_of_what_was_said() -> None:
    with pytest.raises(start.SetUpFailed, match=r"(?s)pip failed:.*no such package"):
        start.quietly("pip", [sys.executable, "-c", "print('no such package'); exit(1)"])


def test_large_downloads_are_named(capfd: pytest.CaptureFixture[str]) -> None:
    start.quietly("pip", [sys.executable, "-c", "print('Downloading a (9 kB)'); print('Downloading b (9.1 MB)')"])
    assert capfd.readouterr().err == "  Downloading b (9.1 MB)\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes libraries of Qt from the system")
def test_missing_libraries_are_named_once_each(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(start, "LIBRARIES", {"libc.so.6": "present", "libno.so.1": "absent", "libno.so.2": "absent"})
    monkeypatch.setattr(start, "FONT_FOLDERS", (str(tmp_path),))
    assert start.missing_packages() == ["absent", start.FONT_PACKAGE]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "some.ttf").touch()
    assert start.missing_packages() == ["absent"]


def test_without_root_the_line_to_run_is_said(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(start, "as_root", lambda: None)
    with pytest.raises(
        start.SetUpFailed, match=r"\nsudo apt-get update && sudo apt-get install --no-install-recommends liba libb$"
    ):
        start.see_to_system(["liba", "libb"])
    assert machine.taken() == []


def test_without_apt_the_set_up_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    start.see_to_system(["liba", "libb"])
    assert "liba libb" in capfd.readouterr().err
    assert machine.taken() == []


def test_every_check_runs_and_pytest_last(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def run(*command: str) -> int:
        ran.append(" ".join(command))
        return 1 if command[0] == "mypy" else 0

    monkeypatch.setattr(start, "run", run)
    monkeypatch.chdir(machine.root)
    assert start.main(["test", "-k", "one"]) == 1
    checks = ["ruff check .", "ruff format --check .", "mypy", "lint-imports"]
    assert ran == [*checks, "pytest --numprocesses=auto --maxprocesses=4 -k one"]
    assert "FAILED: mypy (" in capfd.readouterr().err


def test_the_status_of_the_program_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "program", lambda name: sys.executable)
    assert start.run("segstudio", "-c", "exit(3)") == 3
    if os.name == "posix":
        killed = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"
        assert start.run("segstudio", "-c", killed) == 128 + signal.SIGKILL


def test_an_old_python_gets_a_sentence() -> None:
    source = Path(start.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    pretended = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", pretended, start.__file__], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "segstudio needs Python 3.11 or newer, and this is Python 3.9.\n"


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_continuous_integration_runs_the_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").endswith("exec python3 start.py test\n")
