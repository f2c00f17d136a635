"""An evaluation as one HTML file that needs nothing else: no network, no script, the same bytes for the same input."""

import base64
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from segstudio.core.schema import hex_of
from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.metrics.outlines import OUTLINE_TITLES
from segstudio.services.contact_sheet import MARKS, SheetRow
from segstudio.services.evaluate import Evaluation
from segstudio.services.report import OUTLINE_NOTE, SCORE_TITLES, heading, mean_title, outline_figure
from segstudio.services.resources import resource
from segstudio.services.tables import Table, figure


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made of. ``title`` says what was compared, ``settings`` how, as names and values.

    ``sheet`` are the images shown, ``more`` further tables; ``unit`` is what distances are in. With ``per_image`` all
    images are listed, worst first.
    """

    title: str
    evaluation: Evaluation
    settings: Sequence[tuple[str, str]] = ()
    sheet: Sequence[SheetRow] = ()
    more: Sequence[Table] = ()
    unit: str = ""
    per_image: bool = False


def to_html(report: Report) -> str:
    """Return the file; its colours follow the system's light or dark."""
    evaluation = report.evaluation
    parts = [
        f"<h1>{escape(report.title)}</h1><p>{escape(heading(evaluation))}.</p>",
        _summary(evaluation),
        _section("Classes", _classes(evaluation)),
        *([_section("Outlines", _outlines(evaluation, report.unit))] if evaluation.scoring.outlines.keys else ()),
        _section("What was taken for what", _confusion(evaluation)),
        _section("Worst, median and best images", _sheet(report.sheet)),
        *(_section(table.title, _plain_table(table)) for table in report.more),
        *([_section("Images, worst first", _images(evaluation))] if report.per_image else ()),
        *([_section("Not scored", _failures(evaluation))] if evaluation.failures else ()),
        *([_section("Settings", _table(["", ""], report.settings))] if report.settings else ()),
    ]
    return _page(report.title, parts)


def tables_html(title: str, said: str, tables: Sequence[Table]) -> str:
    """Return a file of tables alone, with a sentence on what they are of."""
    parts = [f"<h1>{escape(title)}</h1><p>{escape(said)}.</p>"]
    return _page(title, [*parts, *(_section(table.title, _plain_table(table)) for table in tables)])


def _page(title: str, parts: Iterable[str]) -> str:
    style = resource("report.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>\n{style}</style>"
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>\n{"".join(parts)}</body></html>\n'


def _section(title: str, content: str) -> str:
    return f'<h2>{escape(title)}</h2>\n<div class="wide">{content}</div>\n'


def _summary(evaluation: Evaluation) -> str:
    """Return the scores over all, each in a tile; means over counts and over images apart."""
    means = evaluation.means(evaluation.total)
    by_image = evaluation.means_of(overlap.iou(evaluation.margins(evaluation.ids)))
    tiles = [
        ("mean IoU", means["iou"]),
        ("mean Dice", means["dice"]),
        ("mean accuracy", means["accuracy"]),
        *((SCORE_TITLES[key], score(evaluation.total)) for key, score in SCORES.items()),
        ("mean IoU, mean over images", float(overlap.means(by_image))),
    ]
    shown = "".join(f"<div><b>{figure(value)}</b><span>{escape(name)}</span></div>" for name, value in tiles)
    return f'<div class="tiles">{shown}</div>\n'


def _classes(evaluation: Evaluation) -> str:
    total, classes = evaluation.total, evaluation.schema.scored
    values = [metric.by_class(total) for metric in METRICS.values()]
    truth, predicted = overlap.truth_pixels(total), overlap.predicted_pixels(total)
    rows = [
        _row(
            [
                _named(c.name, hex_of(c.color)),
                *(_bar(of[i]) for of in values),
                _td(int(truth[i])),
                _td(int(predicted[i])),
            ]
        )
        for i, c in enumerate(classes)
    ]
    means = [_td(figure(evaluation.mean(of))) for of in values]
    rows.append(_row([_td(mean_title(evaluation)), *means, _td(total.pixels), _td("")], "mean"))
    return _built(["class", *(metric.title for metric in METRICS.values()), "truth px", "predicted px"], rows)


def _outlines(evaluation: Evaluation, unit: str) -> str:
    figures, asked = evaluation.outline_figures(), evaluation.scoring.outlines
    rows = [
        [c.name, *(outline_figure(found[i]) for found in figures.values())]
        for i, c in enumerate(evaluation.schema.scored)
    ]
    rows.append([mean_title(evaluation), *(outline_figure(evaluation.outline_mean(f)) for f in figures.values())])
    text = [OUTLINE_NOTE]
    if asked.surface is not None:
        measure = unit or ("pixels" if asked.spacing == (1.0, 1.0) else "the unit of the spacing")
        text.insert(0, f"Surfaces: {asked.surface}; a pixel is {asked.spacing[0]:g} x {asked.spacing[1]:g};")
        text.insert(1, f"distances are in {measure}; NSD tolerates {asked.tolerance:g}.")
    table = _table(["class", *(OUTLINE_TITLES[key] for key in figures)], rows)
    return f"{table}<p>{escape(' '.join(text))}</p>"


def _confusion(evaluation: Evaluation) -> str:
    total, names = evaluation.total, [c.name for c in evaluation.schema.scored]
    outside = bool(total.counts[:, -1].any())
    rows = []
    for at, (name, counts) in enumerate(zip(names, total.counts.tolist(), strict=True)):
        pixels = sum(counts)
        shown = counts if outside else counts[:-1]
        cells = (_heat(n, n / pixels if pixels else 0.0, right=at == i) for i, n in enumerate(shown))
        rows.append(_row([_td(name), *cells]))
    note = "<p>Pixels, by true class in rows and predicted class in columns; shades are parts of a row.</p>"
    return _built(["truth \\ prediction", *names, *(["no class"] if outside else [])], rows) + note


def _sheet(sheet: Sequence[SheetRow]) -> str:
    if not sheet:
        return "<p>No image is shown.</p>"
    marks = " ".join(f'<span class="mark">{_swatch(hex_of(color))}{escape(name)}</span>' for name, color in MARKS)
    return f"<p>Errors: {marks}</p>" + "".join(map(_sheet_row, sheet))


def _sheet_row(row: SheetRow) -> str:
    pictures = [
        *([("photo", "jpeg", row.photo)] if row.photo else ()),
        ("truth", "png", row.truth),
        ("prediction", "png", row.prediction),
        ("errors", "png", row.errors),
    ]
    figures = (
        f"<figure>{_picture(data, kind, f'{name} of {row.id}')}<figcaption>{name}</figcaption></figure>"
        for name, kind, data in pictures
    )
    title = f"{row.place}: {escape(row.id)}, mean IoU {figure(row.mean_iou)}"
    return f'<h3>{title}</h3><div class="row">{"".join(figures)}</div>'


def _plain_table(table: Table) -> str:
    notes = "".join(f"<p>{escape(note)}</p>" for note in table.notes)
    return _table(table.heads, table.rows) + notes


def _images(evaluation: Evaluation) -> str:
    ranked = list(evaluation.scores.worst_first())
    margins = evaluation.margins([sample_id for sample_id, _ in ranked])
    scores = evaluation.means_of(overlap.dice(margins)).tolist(), overlap.pixel_accuracies(margins).tolist()
    rows = [
        [sample_id, figure(iou), figure(dice), figure(accuracy)]
        for (sample_id, iou), dice, accuracy in zip(ranked, *scores, strict=True)
    ]
    return _table(["image", "mean IoU", "mean Dice", "pixel accuracy"], rows)


def _failures(evaluation: Evaluation) -> str:
    rows = [[sample_id, error.sentence()] for sample_id, error in sorted(evaluation.failures.items())]
    return _table(["image", "why"], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return _built(heads, [_row([_td(cell) for cell in row]) for row in rows])


def _built(heads: Sequence[str], rows: Iterable[str]) -> str:
    titles = "".join(f"<th>{escape(head)}</th>" for head in heads)
    shown = f"<thead><tr>{titles}</tr></thead>" if any(heads) else ""
    return f"<table>{shown}<tbody>\n{''.join(rows)}</tbody></table>"


def _row(cells: Iterable[str], kind: str = "") -> str:
    return f"<tr{f' class={kind}' if kind else ''}>{''.join(cells)}</tr>\n"


def _td(value: object) -> str:
    return f"<td>{escape(f'{value:,}' if isinstance(value, int) else str(value))}</td>"


def _named(name: str, color: str) -> str:
    return f"<td>{_swatch(color)}{escape(name)}</td>"


def _swatch(color: str) -> str:
    return f'<span class="swatch" style="background:{color}"></span>'


def _bar(value: float) -> str:
    part = 0.0 if math.isnan(value) else value
    return f'<td class="bar" style="--part:{100 * part:.1f}%">{figure(value)}</td>'


def _heat(pixels: int, part: float, right: bool) -> str:
    kind = "right" if right else "wrong"
    title = f"{100 * part:.2f} % of the row"
    return f'<td class="cell {kind}" style="--part:{55 * part:.1f}%" title="{title}">{pixels:,}</td>'


def _picture(data: bytes, kind: str, name: str) -> str:
    encoded = base64.b64encode(data).decode("ascii")
    return f'<img alt="{escape(name)}" src="data:image/{kind};base64,{encoded}">'
