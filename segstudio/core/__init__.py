"""Plain data that every other package speaks in: numpy and the standard library only."""
