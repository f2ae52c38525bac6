"""The web application of a station. Only `factory.py` knows all of its blueprints."""
