"""The custody log, an append-only Merkle log, and the detection of split views and of records that central left out."""
