"""How well predicted objects agree with those of the truth, summed over images: panoptic quality of things."""

import math

from segstudio.core.raster import LabelMap
from segstudio.core.schema import LabelSchema
from segstudio.metrics.panoptic import Matches, mean_of
from segstudio.services.instance_scores import compare_objects
from segstudio.services.object_maps import ObjectMap


class ObjectQuality:
    """PQ from sums over images, the mean over the classes of things that have any object on either side."""

    def __init__(self, schema: LabelSchema) -> None:
        self._schema = schema
        self._matches: dict[int, Matches] = {}

    def add(self, truth: LabelMap, found: LabelMap) -> None:
        """Count which objects of an image match; both maps tell objects apart and have the same size."""
        true, predicted = (ObjectMap(planes, {}, numbered=True) for planes in (truth, found))
        for category, matches in compare_objects(true, predicted, self._schema).panoptic.items():
            if category in self._schema.things:
                self._matches[category] = self._matches.get(category, Matches()) + matches

    @property
    def value(self) -> float:
        """0..1; 0 where there are no objects."""
        quality, _, _ = mean_of(self._matches.values())
        return 0.0 if math.isnan(quality) else quality
