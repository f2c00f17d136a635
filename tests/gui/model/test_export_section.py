"""The section that exports a model: what cannot be chosen for it is not offered."""

from pytestqt.qtbot import QtBot

from segstudio.gui.model.export_section import ExportSection
from segstudio.gui.theme import Theme


def test_a_model_that_sizes_images_itself_is_exported_for_no_other_size(qtbot: QtBot, theme: Theme) -> None:
    section = ExportSection(theme)
    qtbot.addWidget(section)
    section.one_size.setChecked(True)
    assert section.image_size == (512, 512)
    section.allow(True, {}, sized=False)
    assert section.image_size is None
    assert section.one_size.isHidden()
    section.allow(True, {})
    assert section.image_size == (512, 512)
    assert not section.one_size.isHidden()
