"""What helps to find one's way on a picture: rulers, a scale bar, a map of the whole, pixels told apart."""
