"""Tables in the markup of others: names stay names, and columns stand."""

import re

from hypothesis import given
from hypothesis import strategies as st

from segstudio.services.tables import Table, aligned, figure, laid_out, signed, to_latex, to_markdown

TABLE = Table(
    "A & B", ["class", "IoU"], [["50 % <road|kerb>", "0.5000"], ["mean_x", "-"]], notes=("$5 {of} #1",), last=True
)


def test_columns_stand_and_an_empty_head_is_left_out() -> None:
    assert aligned([["a", "12"], ["long", "3"]]) == "a     12\nlong   3"
    assert laid_out(Table("", ["", ""], [["a", "1"]])) == "a  1"
    assert laid_out(Table("", ["x", "y"], [["a", "1"]], notes=("why",))) == "x  y\na  1\n\nwhy"


def test_markdown_and_latex_say_the_same() -> None:
    assert to_markdown([TABLE]).splitlines() == [
        "## A & B",
        "",
        "| class | IoU |",
        "| --- | ---: |",
        r"| 50 % \<road\|kerb\> | 0.5000 |",
        r"| mean\_x | - |",
        "",
        r"$5 {of} \#1",
    ]
    text = to_latex([TABLE])
    assert r"\caption{A \& B}" in text
    assert r"50 \% \textless{}road\textbar{}kerb\textgreater{} & 0.5000 \\" in text
    assert text.index(r"\hline" + "\n" + r"mean\_x") > 0, "a rule before the row of means"
    assert r"\$5 \{of\} \#1" in text


@given(st.text())
def test_no_name_breaks_a_table(name: str) -> None:
    table = Table("t", ["a", "b"], [[name, "1"]])
    row = to_markdown([table]).split("\n")[4]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 3
    latex = next(line for line in to_latex([table]).split("\n") if line.endswith(r"& 1 \\"))
    body = latex.removesuffix(r" & 1 \\")
    assert not re.search(r"[&%$#_{}~^<>|]", re.sub(r"\\(text\w+\{\}|[&%$#_{}])", "", body))


def test_figures_are_those_of_every_table() -> None:
    assert (figure(0.5), figure(float("nan")), signed(0.25), signed(-0.25), signed(float("nan"))) == (
        "0.5000", "-", "+0.2500", "-0.2500", "-",
    )  # fmt: skip
