"""The table of architectures in the README: ``python -m tests.readme_table`` writes it anew."""

from pathlib import Path

from segstudio.services.tables import to_markdown
from segstudio.services.zoo import with_papers

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- architectures: python -m tests.readme_table -->\n", "<!-- end of architectures -->\n"


def with_table(text: str) -> str:
    """Return the README with the table as it has to be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + to_markdown([with_papers()]) + END + after


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
