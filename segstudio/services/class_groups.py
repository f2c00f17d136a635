"""Scores of some of the classes alone, or of several as one, from counts there are: no file is read again."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError, listed
from segstudio.core.schema import LabelSchema
from segstudio.metrics import regroup
from segstudio.services.evaluate import Evaluation
from segstudio.services.scores import DatasetScores
from segstudio.services.scoring import COUNTS_ONLY


def groups_of(schema: LabelSchema) -> dict[str, tuple[int, ...]]:
    """Return the ids of the scored classes of each group of a class table, by its name."""
    groups: dict[str, tuple[int, ...]] = {}
    for c in schema.scored:
        if c.group:
            groups[c.group] = (*groups.get(c.group, ()), c.id)
    return groups


def merged(evaluation: Evaluation, groups: Mapping[str, Sequence[int]]) -> Evaluation:
    """Return an evaluation, of counts alone, in which the classes of each group are one, of the name that is its key.

    It has the id and the colour of the first of them. Raises ``SegstudioError`` for ids that are no scored classes, or
    are in two groups.
    """
    as_one = merged_ids(evaluation.schema, groups)
    by_first = {as_one[ids[0]]: tuple(ids) for ids in groups.values()}
    named = {as_one[ids[0]]: name for name, ids in groups.items()}
    gone = as_one.keys() - named.keys()
    classes = tuple(replace(c, name=named.get(c.id, c.name)) for c in evaluation.schema.classes if c.id not in gone)
    without = tuple(i for i in evaluation.without if i not in gone)
    return _regrouped(evaluation, lambda counts: regroup.merged(counts, by_first), LabelSchema(classes), without)


def merged_ids(schema: LabelSchema, groups: Mapping[str, Sequence[int]]) -> dict[int, int]:
    """Return the id that each class of a group has where they are one; raises as ``merged`` does."""
    _require(schema, [i for ids in groups.values() for i in ids])
    order = [c.id for c in schema.scored]
    return {i: min(ids, key=order.index) for ids in groups.values() for i in ids}


def subset(evaluation: Evaluation, ids: Sequence[int]) -> Evaluation:
    """Return an evaluation, of counts alone, as if all classes but ``ids`` were ignored.

    Raises ``SegstudioError`` for ids that are no scored classes.
    """
    _require(evaluation.schema, ids)
    others = [c.id for c in evaluation.schema.scored if c.id not in ids]
    schema = evaluation.schema.with_ignored(others)
    without = tuple(i for i in evaluation.without if i in ids)
    return _regrouped(evaluation, lambda counts: regroup.subset(counts, ids), schema, without)


def _regrouped(
    evaluation: Evaluation, counts: Callable[[Confusion], Confusion], schema: LabelSchema, without: tuple[int, ...]
) -> Evaluation:
    scores = DatasetScores()
    for sample_id, confusion in evaluation.images():
        scores.put(sample_id, counts(confusion))
    return replace(evaluation, schema=schema, without=without, scoring=COUNTS_ONLY, scores=scores, outlines={})


def _require(schema: LabelSchema, ids: Sequence[int]) -> None:
    if unknown := [i for i in dict.fromkeys(ids) if i not in {c.id for c in schema.scored}]:
        raise SegstudioError(
            f"{listed([str(i) for i in unknown])}: no scored class has this id.",
            f"The scored classes are {listed([f'{c.id} {c.name}' for c in schema.scored])}.",
        )
    if twice := [i for i, times in Counter(ids).items() if times > 1]:
        raise SegstudioError(f"The class {twice[0]} is named twice.", "A class can be in one group.")
