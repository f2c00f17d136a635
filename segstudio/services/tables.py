"""Tables of text, laid out for a terminal, Markdown and LaTeX."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

WIDTH = 110
"""Letters in a line of running text on a terminal."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below their heads; the first ``words`` columns are names, the others are figures.

    ``notes`` are paragraphs below the table, and ``last`` says that the last row is of all the others.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    last: bool = False
    words: int = 1


def laid_out(table: Table) -> str:
    """Return the table without its title: names to the left, figures to the right."""
    lines = aligned([table.heads, *table.rows] if any(table.heads) else table.rows, table.words)
    return "\n\n".join([lines, *(fill(note, WIDTH) for note in table.notes)])


def aligned(rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Lay out rows in columns: the first ``words`` to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ([*map(str.ljust, row[:words], widths), *map(str.rjust, row[words:], widths[words:])] for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def to_markdown(tables: Sequence[Table]) -> str:
    """Return the tables in Markdown, each below a heading."""
    return "\n".join(map(_markdown, tables))


def to_latex(tables: Sequence[Table]) -> str:
    """Return the tables in LaTeX: ``table`` floats of ``tabular``, with no package needed."""
    return "\n".join(map(_latex, tables))


def figure(value: float) -> str:
    """Return a value with four digits, a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:.4f}"


def signed(value: float) -> str:
    """Return a difference with its sign, a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:+.4f}"


def _markdown(table: Table) -> str:
    rule = [*["---"] * table.words, *["---:"] * (len(table.heads) - table.words)]
    rows = [table.heads, rule, *table.rows]
    lines = ["| " + " | ".join(cells if cells is rule else map(_plain_markdown, cells)) + " |" for cells in rows]
    notes = "".join(f"\n{_plain_markdown(note)}\n" for note in table.notes)
    return f"## {_plain_markdown(table.title)}\n\n" + "\n".join(lines) + f"\n{notes}"


def _plain_markdown(text: str) -> str:
    """Keep what is a name from being read as markup."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_[]<>|#~" else sign for sign in text)
    return " ".join(escaped.split())


def _latex(table: Table) -> str:
    columns = "l" * table.words + "r" * (len(table.heads) - table.words)
    rows = [" & ".join(map(_plain_latex, row)) + r" \\" for row in table.rows]
    if table.last:
        rows.insert(len(rows) - 1, r"\hline")
    notes = "".join(f"\\par\\smallskip {_plain_latex(note)}\n" for note in table.notes)
    return (
        f"\\begin{{table}}\n\\centering\n\\caption{{{_plain_latex(table.title)}}}\n"
        f"\\begin{{tabular}}{{{columns}}}\n\\hline\n{' & '.join(map(_plain_latex, table.heads))} \\\\\n\\hline\n"
        + "\n".join(rows)
        + f"\n\\hline\n\\end{{tabular}}\n{notes}\\end{{table}}\n"
    )


_LATEX = {sign: f"\\{sign}" for sign in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}


def _plain_latex(text: str) -> str:
    return " ".join("".join(_LATEX.get(sign, sign) for sign in text).split())
