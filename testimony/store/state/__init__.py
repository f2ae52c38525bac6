"""What a station knows of itself and of other stations: typed rows, and the functions that read and write them."""
