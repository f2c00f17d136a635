"""What things are called elsewhere, so that they are found by those names, too."""

ACTIONS_ALSO: dict[str, str] = {
    "undo": "back revert",
    "redo": "forward again",
    "fit": "zoom fit whole",
    "actual": "zoom 100 % 1:1 original",
    "zoom in": "magnify larger",
    "zoom out": "smaller",
    "hide": "labels overlay visibility peek toggle",
    "outline": "contours borders edges",
    "fainter": "opacity transparency alpha less",
    "stronger": "opacity transparency alpha more",
    "auto contrast": "window level brightness normalise stretch",
    "reset contrast": "window level brightness",
    "map": "minimap overview navigator",
    "pixels": "pixel grid values",
    "pixel size": "spacing scale micrometre millimetre calibration",
    "theme": "theme dark light mode appearance",
    "turn right": "rotate turn",
    "turn left": "rotate turn",
    "flip": "mirror",
    "keys": "shortcuts hotkeys keyboard",
    "swap": "switch exchange",
    "carry over": "copy propagate",
    "next unfinished": "unlabelled",
    "tool brush": "paint pencil",
    "tool eraser": "rubber",
    "tool fill": "bucket flood",
    "tool wand": "colour color select similar",
    "tool livewire": "intelligent magnetic scissors",
    "tool grabcut": "foreground box",
    "tool superpixel": "slic",
    "tool cut": "split divide scissors separate",
    "tool select": "pointer move region",
    "tool pick": "eyedropper colour color picker",
    "tool pan": "hand move scroll",
    "tool polygon": "outline points",
    "tool ellipse": "circle oval",
    "tool rectangle": "box square",
    "merge regions": "union join combine",
    "export model": "onnx save convert",
    "architectures": "zoo networks",
    "save": "write store",
}
"""By the names of actions."""

SECTIONS_ALSO: dict[str, str] = {
    "Classes": "labels categories colours colors",
    "Paint over": "mask rule protect range lock intensity",
    "Regions": "clean holes islands smooth grow shrink",
    "Instances": "objects",
    "View": "window level brightness contrast gamma channels histogram display",
    "Sample": "record note state time",
    "History": "undo steps",
    "Metrics": "scores iou dice",
    "Confusion": "matrix",
    "Error regions": "mistakes faults",
}
"""By the titles of sections."""

OPTIONS_ALSO: dict[str, str] = {
    "mode": "union difference subtract intersect intersection",
    "size": "radius diameter width thickness",
    "tip": "round square",
}
"""By the keys of the tools' settings."""
