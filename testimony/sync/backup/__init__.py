"""The file format of a sealed backup, its writer and its reader."""
