"""The panel of the model: what its file was understood to be, and what is done with it."""
