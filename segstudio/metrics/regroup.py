"""Scores of some of the classes, or of several as one, from counts there are: nothing is read again."""

from collections.abc import Collection, Mapping

import numpy as np

from segstudio.core.confusion import Confusion


def subset(confusion: Confusion, ids: Collection[int]) -> Confusion:
    """Return the counts as if all scored classes but ``ids`` were ignored, in the order of the class table.

    Pixels of other true classes are then not scored, and predictions of other classes are outside the classes.
    Raises ``ValueError`` for an id that is no scored class.
    """
    kept = sorted(confusion.labels.index(i) for i in ids)
    rows = confusion.counts[kept]
    outside = rows.sum(axis=1) - rows[:, kept].sum(axis=1)
    counts = np.column_stack((rows[:, kept], outside))
    labels = tuple(confusion.labels[index] for index in kept)
    return Confusion(labels, counts, confusion.ignored + confusion.pixels - int(counts.sum()), confusion.undeclared)


def merged(confusion: Confusion, groups: Mapping[int, Collection[int]]) -> Confusion:
    """Return the counts as if the classes of each group were one, of the id that is its key.

    The others stay as they are. A group stands where the first of its classes stood. No class is in two groups, and a
    key is the id of one of its own classes, or of none.
    """
    names = {label: label for label in confusion.labels}
    for name, ids in groups.items():
        names |= dict.fromkeys(ids, name)
    labels = tuple(dict.fromkeys(names[label] for label in confusion.labels))
    place = [labels.index(names[label]) for label in confusion.labels]
    counts = np.zeros((len(labels), len(labels) + 1), np.int64)
    np.add.at(counts, np.ix_(place, [*place, len(labels)]), confusion.counts)
    return Confusion(labels, counts, confusion.ignored, confusion.undeclared)
