"""Numbers with their nouns."""

import pytest

from segstudio.core.wording import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (12_345, "12,345 images")]
)
def test_one_is_not_many(count: int, said: str) -> None:
    assert counted(count, "image") == said
