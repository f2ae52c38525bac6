"""The messages of sync: frames, chunks, bitmaps, signatures."""
