"""Areas found in a picture: what the tools that look at it draw."""
