"""The document under edit: the one writer of labels, and what can be undone."""
