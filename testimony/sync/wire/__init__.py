"""The messages of an exchange: frames, chunks, bitmaps, signatures."""
