"""The canvas: a picture under its labels, in one pane or several in step."""
