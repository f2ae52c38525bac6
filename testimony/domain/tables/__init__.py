"""Rules for published tables: which accounts are counted where, how numbers are rounded, what may be said of them."""
