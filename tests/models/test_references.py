"""The table of key patterns: what a pattern matches, and what it makes of it."""

import pytest

from segstudio.models.references import KeyMap, renamed, translated

TABLE: KeyMap = {
    "layer0.0.*": "backbone.conv1.*",
    "layer*.**": "backbone.layer*.**",
    "p_*_dimred.weight": "refine*.reduce.weight",
    "fc.**": "",
}


@pytest.mark.parametrize(
    ("key", "ours"),
    [
        ("layer0.0.weight", "backbone.conv1.weight"),
        ("layer0.0.deep.weight", "backbone.layer0.0.deep.weight"),
        ("layer3.5.bn1.running_mean", "backbone.layer3.5.bn1.running_mean"),
        ("p_2_dimred.weight", "refine2.reduce.weight"),
        ("p_2.0_dimred.weight", "p_2.0_dimred.weight"),
        ("fc.weight", ""),
        ("fcxweight", "fcxweight"),
        ("other", "other"),
    ],
)
def test_the_first_row_that_matches_the_whole_key_renames_it(key: str, ours: str) -> None:
    assert renamed(key, TABLE) == ours


def test_what_is_left_out_is_gone_and_the_rest_keeps_its_order() -> None:
    assert list(translated({"layer1.a": 1, "fc.weight": 2, "z": 3}, TABLE).items()) == [
        ("backbone.layer1.a", 1),
        ("z", 3),
    ]


def test_two_tensors_do_not_become_one() -> None:
    with pytest.raises(ValueError, match="one name"):
        translated({"a.x": 1, "b.x": 2}, {"a.*": "c.*", "b.*": "c.*"})
