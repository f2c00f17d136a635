"""How the sheet of keys is laid out."""

from hypothesis import given
from hypothesis import strategies as st

from segstudio.gui.keys.sheet import COLUMNS, HEAD_ROWS, in_columns

GROUPS = st.lists(st.integers(1, 30), min_size=1, max_size=20).map(
    lambda sizes: [(str(i), [("K", "does")] * size) for i, size in enumerate(sizes)]
)


@given(GROUPS)
def test_every_group_is_in_one_column_and_no_column_sticks_out(groups: list[tuple[str, list[tuple[str, str]]]]) -> None:
    columns = in_columns(groups)
    assert len(columns) == COLUMNS
    assert sorted(group for column in columns for group in column) == sorted(groups)
    for column in columns:
        assert column == [group for group in groups if group in column]
    heights = [sum(HEAD_ROWS + len(rows) for _, rows in column) for column in columns]
    assert max(heights) - min(heights) <= HEAD_ROWS + max(len(rows) for _, rows in groups)
