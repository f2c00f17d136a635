"""The class table: which id a new class takes, and what becomes of deleted ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.schema import LabelClass, LabelSchema

IDS = st.one_of(st.integers(0, 20), st.integers(250, 300))


def schema_of(ids: list[int], ignored: int | None = None) -> LabelSchema:
    return LabelSchema(tuple(LabelClass(i, f"c{i}", (1, 2, 3), ignore=i == ignored) for i in ids))


@given(ids=st.lists(IDS, unique=True, min_size=1, max_size=8), gone=st.data(), held=st.sets(IDS, max_size=5))
def test_a_new_class_never_has_an_id_that_was_used(ids: list[int], gone: st.DataObject, held: set[int]) -> None:
    schema = schema_of(ids)
    for class_id in gone.draw(st.sets(st.sampled_from(ids))):
        schema = schema.without(class_id)
    added = schema.extended("new", held).classes[-1]
    assert added.id not in {*ids, *held}
    for class_id in [c.id for c in schema.deleted]:
        schema = schema.restored(class_id)
    assert {c.id for c in schema.classes} == set(ids)
    assert not schema.deleted


def test_a_new_class_comes_above_the_others_as_long_as_a_byte_holds_it() -> None:
    assert schema_of([0, 1, 255], ignored=255).extended("new").classes[-1].id == 2
    assert schema_of([0, 1, 7, 255], ignored=255).extended("new").classes[-1].id == 8  # 2..6 may be in older masks
    assert schema_of([0, 254, 255], ignored=255).extended("new").classes[-1].id == 1
    assert schema_of([0, 300]).extended("new").classes[-1].id == 301


def test_planes_stay_as_wide_as_a_deleted_class_needs() -> None:
    assert schema_of([0, 300]).without(300).dtype is np.uint16


def test_a_background_that_is_added_takes_no_deleted_id() -> None:
    assert schema_of([1, 255]).without(255).with_background().background == 254
