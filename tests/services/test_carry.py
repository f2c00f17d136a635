"""Labels carried over: those of the screen, never older ones of the disk in their place."""

from pathlib import Path

import numpy as np
import pytest

from segstudio.core.errors import SegstudioError
from segstudio.editing.document import Document
from segstudio.services.carry import carry_over
from segstudio.services.opening import open_path
from tests.services.rig import sample


def test_where_what_is_in_memory_was_written_to_since_the_disk_does_not_stand_in_for_it(tiny_project: Path) -> None:
    project = open_path(tiny_project)
    document = Document(np.zeros((24, 32), np.uint8))
    with pytest.raises(SegstudioError, match="a, the picture before, is being changed"):
        carry_over(project, (sample(project, "a"),), document, {"a": lambda: None})
    assert carry_over(project, (sample(project, "a"),), document, {}).edit.patches
