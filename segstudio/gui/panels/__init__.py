"""The panels around the canvas: each shows one part of the session."""
