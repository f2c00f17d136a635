"""Everything that can be done, once: menus, shortcuts, tool tips, palette and key sheet are made from this table."""

from segstudio.gui.actions import edit, file, help, instances, model, regions, sample, tools, view
from segstudio.gui.actions.table import ActionSpec

MENUS = ("File", "Edit", "Tools", "View", "Sample", "Model", "Help")
ACTIONS: dict[str, ActionSpec] = {
    name: spec
    for menu in (file, edit, regions, instances, tools, view, sample, model, help)
    for name, spec in menu.ROWS.items()
}
"""By name, in the order of the menus."""
