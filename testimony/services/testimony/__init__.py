"""One testimony as a reader sees it: content, proofs, timeline."""
