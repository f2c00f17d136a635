"""Tables of text, laid out for a terminal, Markdown and LaTeX."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below their heads; the first column is a name, the others are figures.

    ``note`` stands below the table, and ``last`` says that the last row is of all the others.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    last: bool = False


def laid_out(table: Table) -> str:
    """Return the table without its title: the first column to the left, figures to the right."""
    lines = aligned([table.heads, *table.rows] if any(table.heads) else table.rows)
    return f"{lines}\n\n{table.note}" if table.note else lines


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows in columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows)
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
    rule = ["---", *["---:"] * (len(table.heads) - 1)]
    rows = [table.heads, rule, *table.rows]
    lines = ["| " + " | ".join(cells if cells is rule else map(_plain_markdown, cells)) + " |" for cells in rows]
    note = f"\n{_plain_markdown(table.note)}\n" if table.note else ""
    return f"## {_plain_markdown(table.title)}\n\n" + "\n".join(lines) + f"\n{note}"


def _plain_markdown(text: str) -> str:
    """Keep what is a name from being read as markup."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_[]<>|#~" else sign for sign in text)
    return " ".join(escaped.split())


def _latex(table: Table) -> str:
    columns = "l" + "r" * (len(table.heads) - 1)
    rows = [" & ".join(map(_plain_latex, row)) + r" \\" for row in table.rows]
    if table.last:
        rows.insert(len(rows) - 1, r"\hline")
    note = f"\\par\\smallskip {_plain_latex(table.note)}\n" if table.note else ""
    return (
        f"\\begin{{table}}\n\\centering\n\\caption{{{_plain_latex(table.title)}}}\n"
        f"\\begin{{tabular}}{{{columns}}}\n\\hline\n{' & '.join(map(_plain_latex, table.heads))} \\\\\n\\hline\n"
        + "\n".join(rows)
        + f"\n\\hline\n\\end{{tabular}}\n{note}\\end{{table}}\n"
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
