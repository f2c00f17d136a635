"""Pages below the canvas in Compare, each a way to find out where and why a model is wrong."""
