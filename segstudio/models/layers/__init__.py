"""Building blocks that several networks share, by the names that their papers gave them."""
