"""An evaluation as one HTML file that needs nothing else: no network, no script, the same bytes for the same input."""

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from segstudio.core.schema import hex_of
from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.metrics.outlines import TITLES
from segstudio.services.contact_sheet import RIGHT, WRONG, contact_sheet
from segstudio.services.evaluate import Evaluation
from segstudio.services.report import OUTLINE_NOTE, heading, mean_title, outline_figure
from segstudio.services.scoring import Pair
from segstudio.services.tables import figure

_STYLE = """\
:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #8884;white-space:nowrap}
th:first-child,td:first-child{text-align:left}tr.mean td{font-weight:600}
.swatch{display:inline-block;width:.8em;height:.8em;border:1px solid #8888;margin-right:.4em}
.bar{background:linear-gradient(90deg,#0072b266 var(--part),transparent 0)}
.cell{background:color-mix(in srgb,#0072b2 var(--part),transparent)}
figure{display:inline-block;margin:0 1rem 1rem 0}img{display:block;image-rendering:pixelated;max-width:320px}
"""


def to_html(evaluation: Evaluation, pairs: Sequence[Pair], title: str, unit: str = "", per_image: bool = False) -> str:
    """Return the report; ``title`` says what was compared, ``pairs`` are read again for the pictures.

    ``unit`` is what distances are in. With ``per_image`` all images are listed, worst first.
    """
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(heading(evaluation))}.</p>",
        _section("Classes", _classes(evaluation)),
        _section("Over all", _table(["", ""], [[name, figure(value)] for name, value in _scores(evaluation)])),
        *([_section("Outlines", _outlines(evaluation, unit))] if evaluation.scoring.outlines.keys else ()),
        _section("What was taken for what", _confusion(evaluation)),
        _section("Worst, median and best image", _sheet(evaluation, pairs)),
        *([_section("Images, worst first", _images(evaluation))] if per_image else ()),
        *([_section("Not scored", _failures(evaluation))] if evaluation.failures else ()),
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>\n{"".join(parts)}</body></html>\n'


def _section(title: str, content: str) -> str:
    return f'<h2>{escape(title)}</h2>\n<div class="wide">{content}</div>\n'


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
    means = [_td(figure(overlap.mean(total, of, evaluation.without))) for of in values]
    rows.append(_row([_td(mean_title(evaluation)), *means, _td(total.pixels), _td("")], "mean"))
    return _built(["class", *(metric.title for metric in METRICS.values()), "truth px", "predicted px"], rows)


def _scores(evaluation: Evaluation) -> Iterator[tuple[str, float]]:
    total = evaluation.total
    yield from ((key.replace("_", " "), score(total)) for key, score in SCORES.items())
    by_image = [evaluation.means(confusion)["iou"] for _, confusion in evaluation.images()]
    defined = [value for value in by_image if not math.isnan(value)]
    yield "mean IoU, mean over images", math.fsum(defined) / len(defined) if defined else math.nan


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
    table = _table(["class", *(TITLES[key] for key in figures)], rows)
    return f"{table}<p>{escape(' '.join(text))}</p>"


def _confusion(evaluation: Evaluation) -> str:
    total, names = evaluation.total, [c.name for c in evaluation.schema.scored]
    outside = bool(total.counts[:, -1].any())
    rows = []
    for name, counts in zip(names, total.counts.tolist(), strict=True):
        pixels = sum(counts)
        shown = counts if outside else counts[:-1]
        rows.append(_row([_td(name), *(_heat(n, n / pixels if pixels else 0.0) for n in shown)]))
    return _built(["truth \\ prediction", *names, *(["no class"] if outside else [])], rows)


def _sheet(evaluation: Evaluation, pairs: Sequence[Pair]) -> str:
    shown = []
    for row in contact_sheet(evaluation, pairs):
        pictures = {"truth": row.truth, "prediction": row.prediction, "errors": row.errors}
        shown.append(f"<h3>{row.place}: {escape(row.id)}, mean IoU {figure(row.mean_iou)}</h3>")
        shown += [
            f"<figure>{_picture(png, name)}<figcaption>{name}</figcaption></figure>" for name, png in pictures.items()
        ]
    colors = ", ".join(f"{_swatch(hex_of(c.color))}{c.name}" for c in (RIGHT, WRONG))
    return "".join(shown) + f"<p>{colors}</p>" if shown else "<p>None is scored.</p>"


def _images(evaluation: Evaluation) -> str:
    by_id = dict(evaluation.images())
    rows = []
    for sample_id, iou in evaluation.scores.worst_first():
        confusion = by_id[sample_id]
        dice = evaluation.means(confusion)["dice"]
        rows.append([sample_id, figure(iou), figure(dice), figure(overlap.pixel_accuracy(confusion))])
    return _table(["image", "mean IoU", "mean Dice", "pixel accuracy"], rows)


def _failures(evaluation: Evaluation) -> str:
    rows = [[sample_id, error.sentence()] for sample_id, error in sorted(evaluation.failures.items())]
    return _table(["image", "why"], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return _built(heads, [_row([_td(cell) for cell in row]) for row in rows])


def _built(heads: Sequence[str], rows: Iterable[str]) -> str:
    titles = "".join(f"<th>{escape(head)}</th>" for head in heads)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>\n{''.join(rows)}</tbody></table>"


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


def _heat(pixels: int, part: float) -> str:
    return f'<td class="cell" style="--part:{80 * part:.1f}%" title="{100 * part:.2f} % of the row">{pixels:,}</td>'


def _picture(png: bytes, name: str) -> str:
    return f'<img alt="{name}" src="data:image/png;base64,{base64.b64encode(png).decode("ascii")}">'
