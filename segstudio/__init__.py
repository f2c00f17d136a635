"""segstudio: label, predict and compare segmentation masks."""

__version__ = "0.1.0"
