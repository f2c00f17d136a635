"""Add icons to icons.json: ``python resources/take_icons.py SVG NAME...``, where SVG is the folder of SVG files of
Material Design Icons (the package @mdi/svg, https://pictogrammers.com/library/mdi/, Apache License 2.0)."""

import json
import re
import sys
from pathlib import Path

FILE = Path(__file__).with_name("icons.json")


def main(folder: Path, *names: str) -> None:
    """Take the outlines of ``names`` from a folder into ``FILE``, which is sorted by name."""
    known = json.loads(FILE.read_text(encoding="utf-8"))
    for name in names:
        found = re.search(r' d="([^"]+)"', (folder / f"{name}.svg").read_text(encoding="utf-8"))
        assert found is not None, f"{name}.svg has no outline"
        known["icons"][name] = found[1]
    known["icons"] = dict(sorted(known["icons"].items()))
    FILE.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
