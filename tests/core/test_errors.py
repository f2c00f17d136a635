"""What is told of errors of other programs."""

import pytest

from segstudio.core.errors import first_line

SCRIPT = """The following operation failed in the TorchScript interpreter.
Traceback of TorchScript (most recent call last):
  File "net.py", line 3, in forward
RuntimeError: The size of tensor a (4) must match the size of tensor b (5)
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It stops.\n  at once.", "It stops"),
        ("\n\n  It stops  \n", "It stops"),
        (SCRIPT, "RuntimeError: The size of tensor a (4) must match the size of tensor b (5)"),
        ("", "ValueError"),
    ],
)
def test_one_line_is_told_of_an_error(text: str, told: str) -> None:
    assert first_line(ValueError(text)) == told


def test_of_an_error_without_a_word_something_else_is_said() -> None:
    assert first_line(ValueError(" \n"), "it says nothing") == "it says nothing"
