"""The keys: which key does what, the sheet that shows them, the dialog that changes them, and keys that are held."""
