"""Set segstudio up in .venv beside this file, once, and run it. Needs nothing but Python's standard library.

``python3 start.py [ARGUMENT]...`` is segstudio with these arguments: a path, ``demo``, ``predict``; none: its window.
``python3 start.py test [ARGUMENT]...`` is every check of the project, the last of them pytest with these arguments.
"""

import sys

# The syntax of this file is one that old Pythons read too, or they would never get as far as this sentence.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("segstudio needs Python 3.11 or newer, and this is Python {}.{}.".format(*sys.version_info[:2]))

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"
"""There from the first moment of an environment made here, and filled when all is installed.

A folder where it is empty was interrupted and is made anew; one without it is somebody else's and is left alone.
"""

CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("lint-imports",))

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""The libraries that Qt loads and its wheels do not bring, and the Debian package of each."""

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"

NO_NETWORK = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "Temporary failure resolving")


class SetUpFailed(Exception):
    """What the user has to see to before segstudio can be set up."""


def main(arguments: list[str]) -> int:
    testing = arguments[:1] == ["test"]
    try:
        set_up("test" if testing else "")
    except (SetUpFailed, OSError) as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("Stopped. The next start takes it up again.")
        return 130
    return test(arguments[1:]) if testing else run("segstudio", *arguments)


def set_up(extra: str) -> None:
    """Make ``.venv`` hold the pinned packages, with those of ``extra``; return at once where it does already."""
    python, packages = f"{sys.version_info[0]}.{sys.version_info[1]} in {VENV}", fingerprint()
    old_python, old_packages, old_extra = read_stamp()
    if VENV.exists() and not STAMP.exists():
        raise SetUpFailed(f"{VENV} was not made by start.py, which needs that name: move it away, then start again.")
    usable = old_python == python and Path(program("python")).exists()
    if usable and old_packages == packages and old_extra in (extra, "test"):
        return
    began = time.monotonic()
    see_to_system(missing_packages())
    if usable:
        STAMP.write_text("", encoding="utf-8")
    else:
        make_venv()
    install(extra)
    STAMP.write_text(f"{python}\n{packages}\n{extra}\n", encoding="utf-8")
    say(f"Set up in {time.monotonic() - began:.0f} s; the next start skips all this.")


def fingerprint() -> str:
    """Return a hash of the files that say which packages are wanted."""
    texts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def read_stamp() -> tuple[str, str, str]:
    """Return for which Python, packages and extra the environment was made; empty where that is not known."""
    lines = STAMP.read_text(encoding="utf-8", errors="replace").splitlines() if STAMP.exists() else []
    python, packages, extra = [*lines, "", "", ""][:3]
    return python, packages, extra


def program(name: str) -> str:
    """Return the path of a program of the virtual environment."""
    return str(VENV / ("Scripts" if os.name == "nt" else "bin") / (name + (".exe" if os.name == "nt" else "")))


def missing_packages() -> list[str]:
    """Return the Debian packages of what this system lacks."""
    missing = set()
    if importlib.util.find_spec("ensurepip") is None:
        missing.add(f"python3.{sys.version_info[1]}-venv")
    if sys.platform == "linux":
        missing |= {package for library, package in LIBRARIES.items() if not loads(library)}
        if not any(path for folder in FONT_FOLDERS for path in Path(folder).expanduser().rglob("*.[ot]tf")):
            missing.add(FONT_PACKAGE)
    return sorted(missing)


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def see_to_system(packages: list[str]) -> None:
    """Install Debian packages where no password is needed for it; else say what is to be done."""
    if not packages:
        return
    if shutil.which("apt-get") is None:
        # The window may open all the same: another system can keep a library where only Qt looks for it.
        say(f"This system may lack what Debian has in these packages: {' '.join(packages)}")
        return
    root = as_root()
    if root is None:
        line = f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}"
        raise SetUpFailed(f"System packages are missing. Run this line, then start again:\n{line}")
    say(f"Installing system packages: {' '.join(packages)}")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    # The lists of a fresh system are empty. Where one source of many fails, the packages may still be had.
    subprocess.run([*apt, "update"], stdin=subprocess.DEVNULL, capture_output=True)
    quietly("apt-get", [*apt, "install", "--yes", "--no-install-recommends", *packages])


def as_root() -> list[str] | None:
    """Return what goes before a command to run it as root; None where that takes a password."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def make_venv() -> None:
    say(f"Making {VENV}")
    VENV.mkdir(exist_ok=True)
    STAMP.write_text("", encoding="utf-8")
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != STAMP:
            path.unlink()
    quietly("venv", [sys.executable, "-m", "venv", str(VENV)])


def install(extra: str) -> None:
    size = "3 GB (most of it CUDA for torch)" if sys.platform == "linux" else "0.5 GB"
    say(f"Installing the pinned packages: up to {size} to download, once")
    project = f"{ROOT}[{extra}]" if extra else str(ROOT)
    quietly("pip", [program("python"), "-m", "pip", "install", "-c", str(ROOT / "constraints.txt"), "-e", project])


def quietly(name: str, command: list[str]) -> None:
    """Run a command and show only its large downloads; raises ``SetUpFailed`` with the reason where it fails."""
    output = []
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=null, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            output.append(line)
            if "Downloading" in line and " MB)" in line:
                say(f"  {line.strip()}")
    if process.returncode == 0:
        return
    if any(sign in line for line in output for sign in NO_NETWORK):
        raise SetUpFailed("The set-up needs the network this once, and it could not be reached. Start again with it.")
    raise SetUpFailed(f"{name} failed:\n{''.join(output[-15:]).rstrip()}")


def test(arguments: list[str]) -> int:
    """Run every check, then pytest on up to four cores, its closing line last; return 0 only where all passed."""
    os.chdir(ROOT)
    failed = [" ".join(check) for check in CHECKS if announced(*check) != 0]
    if failed:
        say(f"FAILED: {', '.join(failed)} (see above). So this run fails, whatever pytest says now.")
    return announced("pytest", "--numprocesses=auto", "--maxprocesses=4", *arguments) or int(bool(failed))


def announced(*command: str) -> int:
    say(" ".join(command))
    return run(*command)


def run(name: str, *arguments: str) -> int:
    """Run a program of the virtual environment to its end and return its exit status."""
    process = subprocess.Popen([program(name), *arguments])
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            # The program was told as well, and stops in its own way.
            continue
        return status if status >= 0 else 128 - status


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
