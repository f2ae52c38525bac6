"""The file format of a sealed backup, with its writer and reader."""
