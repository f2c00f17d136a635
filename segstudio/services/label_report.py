"""What labels hold as tables, JSON and CSV."""

import math
from typing import Any

from segstudio.services.documents import csv_text, json_text, null
from segstudio.services.label_statistics import LabelStatistics, image_sizes
from segstudio.services.tables import Table, laid_out


def to_text(found: LabelStatistics) -> str:
    """Return how much there is, the table of classes and the sizes of images."""
    total = int(found.pixels.sum()) + found.other
    parts = [f"{len(found.ids)} labelled images, {total:,} pixels", laid_out(class_table(found))]
    if found.other:
        parts.append(f"{found.other:,} pixels have values that no class has.")
    parts += [f"{table.title}\n{laid_out(table)}" for table in (together_table(found), size_table(found))]
    return "\n\n".join(parts) + "\n"


def class_table(found: LabelStatistics) -> Table:
    """Return how much there is of each class."""
    heads = ["class", "pixels", "share", "images", "regions", "mean area"]
    columns = zip(found.classes, found.pixels, found.share, found.images, found.regions, found.mean_area, strict=True)
    rows = [
        [c.name, f"{pixels:,}", percent(share), str(images), f"{regions:,}", whole(area)]
        for c, pixels, share, images, regions, area in columns
    ]
    return Table("Classes", heads, rows)


def together_table(found: LabelStatistics) -> Table:
    """Return how many images have both of two classes."""
    names = [c.name for c in found.classes]
    rows = [[name, *map(str, row)] for name, row in zip(names, found.together.tolist(), strict=True)]
    return Table("Images that have both", ["", *names], rows)


def size_table(found: LabelStatistics) -> Table:
    """Return the sizes of images, the most frequent first."""
    rows = [[f"{width} x {height}", str(count)] for (height, width), count in image_sizes(found.shapes)]
    return Table("Sizes of images", ["width x height", "images"], rows)


def to_csv(found: LabelStatistics) -> str:
    """Return a row a class; the last columns are regions by area, from 1, 2, 4, 8 ... pixels on, as far as they go."""
    used = max((k + 1 for k in range(found.sizes.shape[1]) if found.sizes[:, k].any()), default=0)
    heads = ["id", "name", "pixels", "share", "images", "regions", "mean_area"]
    rows = [[*heads, *(f"regions_from_{1 << k}" for k in range(used))]]
    for entry, sizes in zip(_classes(found), found.sizes[:, :used].tolist(), strict=True):
        rows.append([*(entry[head] for head in heads), *sizes])
    return csv_text(rows)


def to_json(found: LabelStatistics, per_image: bool = False) -> str:
    """Return all that was counted as JSON text in ASCII; what is not defined is null."""
    ids = [c.id for c in found.classes]
    document: dict[str, Any] = {
        "images": len(found.ids),
        "undeclared_pixels": found.other,
        "classes": _classes(found),
        "together": {"labels": ids, "images": found.together.tolist()},
        "sizes": [{"width": w, "height": h, "images": n} for (h, w), n in image_sizes(found.shapes)],
    }
    if per_image:
        pixels = found.by_image.tolist()
        document["per_image"] = [
            {"id": i, "width": width, "height": height, "pixels": dict(zip(map(str, ids), row, strict=True))}
            for i, (height, width), row in zip(found.ids, found.shapes, pixels, strict=True)
        ]
    failures = sorted(found.failures.items())
    document["failures"] = [{"id": i, "error": error.sentence()} for i, error in failures]
    return json_text(document)


def percent(share: float) -> str:
    """Return a share in per cent with two decimals, a dash where it is not defined."""
    return "-" if math.isnan(share) else f"{100 * share:.2f} %"


def whole(value: float) -> str:
    """Return a value without decimals, a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:,.0f}"


def _classes(found: LabelStatistics) -> list[dict[str, Any]]:
    return [
        {
            "id": c.id,
            "name": c.name,
            "pixels": int(found.pixels[at]),
            "share": null(found.share[at]),
            "images": int(found.images[at]),
            "regions": int(found.regions[at]),
            "mean_area": null(found.mean_area[at]),
        }
        for at, c in enumerate(found.classes)
    ]
