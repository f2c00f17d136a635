"""Two runs, or a run and an annotator, against the same truth: which is better, and how sure that is."""

from segstudio.core.errors import SegstudioError
from segstudio.metrics.comparison import Comparison, StackScore, compare
from segstudio.services.scores import DatasetScores


def contest(first: DatasetScores, second: DatasetScores, score: StackScore, seed: int = 0) -> Comparison:
    """Compare two sets of scores on the images that both have, in the order of their ids.

    Raises ``SegstudioError`` where there is none.
    """
    shared = sorted(set(first.ids) & set(second.ids))
    if not shared:
        raise SegstudioError("The two have no image in common.", "Predict the same images with both.")
    one, other = ([c for i in shared if (c := scores.get(i)) is not None] for scores in (first, second))
    return compare(one, other, score, seed=seed)
