"""Everything that can be done, once: menus, shortcuts, tool tips, palette and key sheet are made from this table."""

from segstudio.gui.actions import (
    classes,
    compare,
    edit,
    file,
    help,
    instances,
    looks,
    model,
    pages,
    regions,
    reports,
    sample,
    tools,
    view,
)
from segstudio.gui.actions.table import ActionSpec

MENUS = ("File", "Edit", "Tools", "View", "Sample", "Compare", "Model", "Help")
_ROWS = [
    row
    for subject in (
        file,
        edit,
        regions,
        classes,
        instances,
        tools,
        view,
        sample,
        compare,
        pages,
        reports,
        looks,
        model,
        help,
    )
    for row in subject.ROWS.items()
]
ACTIONS: dict[str, ActionSpec] = dict(sorted(_ROWS, key=lambda row: MENUS.index(row[1].menu.partition("/")[0])))
"""By name, in the order of the menus; within a menu in the order of the files."""
