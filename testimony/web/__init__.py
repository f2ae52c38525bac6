"""The doors: what a browser sees of a station. `factory.py` alone knows all of them."""
