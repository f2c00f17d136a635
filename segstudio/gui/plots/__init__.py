"""Plots that one can point at and click, drawn by the same code for the window, for PNG and for SVG."""
