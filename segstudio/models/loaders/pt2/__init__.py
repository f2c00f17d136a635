"""Programs of torch.export: read as data, checked against lists, and run step by step, without torch's own loader.

That one unpickles weights, hands texts to ``eval`` and calls whatever attribute of torch a file names; see ``archive``,
``sizes`` and ``operators`` for what takes the place of each.
"""
