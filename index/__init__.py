"""What is found: encode, store, search, rank, calibrate. Knows articles and vectors, knows no chat."""
