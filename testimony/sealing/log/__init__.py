"""The Merkle log: checkpoints, cosignatures, time stamps."""
