"""What the window's parts do when something happens: one file a subject."""
