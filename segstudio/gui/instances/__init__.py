"""The objects of the open sample: their list, their pictures, and what is done to them."""
