"""The rows of the menu Edit/Regions: what is done to a selected region, a class, or all labels."""

from segstudio.gui.actions.table import ActionSpec

ROWS: dict[str, ActionSpec] = {}
