"""Training: losses, augmentation, and the loop. Importing ``plan`` costs nothing; the rest needs torch."""
