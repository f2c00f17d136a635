"""Numbers with their nouns, and differences with their signs."""

import pytest

from segstudio.core.wording import counted, signed


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (12_345, "12,345 images")]
)
def test_one_is_not_many(count: int, said: str) -> None:
    assert counted(count, "image") == said


@pytest.mark.parametrize(
    ("difference", "decimals", "said"),
    [(0.1234, 1, "+12.3"), (-0.1234, 2, "-12.34"), (-0.0001, 1, "0.0"), (0.0001, 1, "0.0"), (-0.0001, 2, "-0.01")],
)
def test_what_rounds_to_nothing_has_no_sign(difference: float, decimals: int, said: str) -> None:
    assert signed(difference, decimals) == said
