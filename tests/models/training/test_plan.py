"""What is no plan is refused."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from tests.models.training.discs import PLAN


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"epochs": None}, "epochs or of minutes"),
        ({"minutes": 1}, "epochs or of minutes"),
        ({"crop": 0}, "its crop is 0"),
        ({"batch": 0}, "its batch is 0"),
        ({"epochs": 0}, "its length is 0"),
        *(({"epochs": None, "minutes": wrong}, "its length is") for wrong in (-1.0, 0.0, nan, inf)),
        *(({"learning_rate": wrong}, "its learning rate is") for wrong in (-1.0, 0.0, nan, inf)),
        *(({"weight_decay": wrong}, "its weight decay") for wrong in (-1.0, nan, inf)),
        *(({"class_weights": (1.0, wrong)}, "its class weights") for wrong in (-1.0, nan, inf)),
        ({"loss": "ce+l2"}, "not of l2"),
        ({"loss": "ce+dice+ce"}, "a term twice"),
        ({"optimizer": "lion"}, "lion"),
        ({"precision": "int8"}, "int8"),
    ],
)
def test_what_is_no_plan_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(PLAN, **wrong)
