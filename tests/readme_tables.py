"""The tables in the README that come from the registries: ``python -m tests.readme_tables`` writes them anew."""

from collections.abc import Callable
from pathlib import Path

from segstudio.services.formats import formats
from segstudio.services.tables import Table, to_markdown
from segstudio.services.zoo import with_papers

README = Path(__file__).parents[1] / "README.md"
TABLES: dict[str, Callable[[], Table]] = {"model files": formats, "architectures": with_papers}


def with_tables(text: str) -> str:
    """Return the README with the tables as they have to be, between the comments that name them."""
    for name, made in TABLES.items():
        begin, end = f"<!-- {name}: python -m tests.readme_tables -->\n", f"<!-- end of {name} -->\n"
        before, found, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        assert found, f"the README has no place for the table of {name}"
        assert ended, f"the table of {name} has no end"
        text = before + begin + to_markdown([made()]) + end + after
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
