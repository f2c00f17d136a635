"""Score the objects of a prediction as COCO's evaluation does, be they in its files or in label maps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.schema import LabelSchema
from segstudio.io.coco_instances import RESULTS_HINT, CocoImage, CocoResult, read_results, read_truth
from segstudio.io.pairing import stem_of
from segstudio.metrics.average_precision_coco import CocoFigures, coco_figures
from segstudio.metrics.instances import Overlap
from segstudio.services.instance_entries import (
    Entry,
    crowd_entries,
    image_entry,
    predicted_entries,
    result_entry,
    truth_entries,
)
from segstudio.services.instance_scores import Matched, ObjectStep, matched_at
from segstudio.services.object_maps import RunResults

MOST_OBJECTS = 100
"""Of an image and a class COCO's evaluation counts so many predicted objects, the surest."""


@dataclass(eq=False)
class InstanceEvaluation:
    """What is known of the objects of a data set, and what COCO's evaluation makes of it once all is.

    ``crowds`` count for masks alone: what is ignored has no box. ``overlaps`` are those of label maps, by image.
    """

    categories: Mapping[int, str]
    images: dict[int, CocoImage] = field(default_factory=dict)
    annotations: list[Entry] = field(default_factory=list)
    crowds: list[Entry] = field(default_factory=list)
    results: list[Entry] = field(default_factory=list)
    overlaps: dict[str, Overlap] = field(default_factory=dict)
    failures: dict[str, SegstudioError] = field(default_factory=dict)
    left_out: int = 0
    """Results of images or categories that the truth does not have."""

    @cached_property
    def masks(self) -> CocoFigures | None:
        """The figures of masks; None where the truth or the results have boxes alone."""
        entries = [*self.annotations, *self.results]
        if not all("segmentation" in entry for entry in entries):
            return None
        return coco_figures(self._data([*self.annotations, *self.crowds]), self.results, "segm")

    @cached_property
    def boxes(self) -> CocoFigures | None:
        """The figures of boxes, which results without any have around their masks; None where the truth has none."""
        if not all("bbox" in entry for entry in self.annotations):
            return None
        return coco_figures(self._data(self.annotations), self.results, "bbox")

    def crowded(self) -> int:
        """Return how many images have more predicted objects of a class than COCO's evaluation counts."""
        objects = Counter((entry["image_id"], entry["category_id"]) for entry in self.results)
        return len({image for (image, _), count in objects.items() if count > MOST_OBJECTS})

    @cached_property
    def matched(self) -> Matched | None:
        """What became of the objects of label maps at an IoU of a half; None of files, whose masks may overlap."""
        return matched_at([*self.overlaps.values()], sorted(self.categories)) if self.overlaps else None

    def _data(self, annotations: Sequence[Entry]) -> Entry:
        return {
            "images": [image_entry(number, image) for number, image in self.images.items()],
            "categories": [{"id": number, "name": name} for number, name in self.categories.items()],
            "annotations": [{"iscrowd": 0} | entry | {"id": number} for number, entry in enumerate(annotations, 1)],
        }


class MapEvaluation(InstanceEvaluation):
    """Fills itself with label maps, an image at a time; what a run's ``instances.json`` has goes before its planes."""

    def __init__(self, schema: LabelSchema, results: RunResults) -> None:
        things = [c for c in schema.scored if c.id in schema.things]
        super().__init__({c.id: c.name for c in things})
        self._scored, self._results = [c.id for c in schema.scored], results
        self.unnumbered = [0, 0]
        """Images whose truth, and whose prediction, does not tell objects apart."""
        self.unsure = 0
        """Predicted objects of which nothing says how sure they are."""

    def add(self, step: ObjectStep) -> None:
        """Take the objects of an image, or why it has none."""
        if step.error is not None:
            self.failures[step.id] = step.error
        if step.maps is None or step.found is None:
            return
        number, (truth, prediction) = len(self.images) + 1, step.maps
        image = CocoImage(step.id, (truth.planes.classes.shape[0], truth.planes.classes.shape[1]))
        found = step.found.overlap
        if (results := self._own_results(step.id, number, image)) is None:
            results = list(predicted_entries(found.prediction, prediction.planes, number))
            self.unsure += sum(n not in prediction.scores for n in found.prediction.numbers.tolist())
        predicted = sorted({entry["category_id"] for entry in results})
        self.images[number], self.overlaps[step.id] = image, found
        self.annotations += truth_entries(found.truth, truth.planes, number)
        self.crowds += crowd_entries(truth.planes, self._scored, predicted, number)
        self.results += results
        for side, numbered in enumerate(step.found.numbered):
            self.unnumbered[side] += not numbered

    def _own_results(self, sample_id: str, number: int, image: CocoImage) -> list[Entry] | None:
        """Return what the results of the run say of an image, None where they say nothing."""
        if not (found := self._results.of(sample_id)):
            return None
        known = [result for result in found if result.category in self.categories]
        self.left_out += len(found) - len(known)
        return [result_entry(result, number, image) for result in known]


def named_by_id(results: Sequence[CocoResult], images: Mapping[int, CocoImage]) -> list[CocoResult]:
    """Return results with the numbers of their images, those whose image is a name included.

    A name is that of the image's file, with or without its suffix; and without its folders, where no other image has
    it then. What is of no image keeps its name.
    """
    stems = {number: stem_of(image.name) for number, image in images.items()}
    last = {number: stem.rsplit("/", 1)[-1] for number, stem in stems.items()}
    once = Counter(last.values())
    known = {name: number for number, name in last.items() if once[name] == 1}
    known |= {stem: number for number, stem in stems.items()}
    known |= {image.name: number for number, image in images.items()}
    return [r._replace(image=known.get(r.image, r.image)) if isinstance(r.image, str) else r for r in results]


def evaluate_files(truth: Path, results: Path) -> InstanceEvaluation:
    """Read a data set and results in COCO's formats; raises ``SegstudioError`` where they do not fit together."""
    data = read_truth(truth)
    found = named_by_id(read_results(results), data.images)
    entries = [
        result_entry(result, result.image, data.images[result.image])
        for result in found
        if isinstance(result.image, int) and result.image in data.images and result.category in data.categories
    ]
    if found and not entries:
        raise UnreadableFile(results, f"none of its results is of an image and a category of {truth}", RESULTS_HINT)
    annotations = [dict(entry) for entry in data.annotations]
    evaluation = InstanceEvaluation(data.categories, dict(data.images), annotations, results=entries)
    evaluation.left_out = len(found) - len(entries)
    return evaluation
