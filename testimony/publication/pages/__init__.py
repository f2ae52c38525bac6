"""The page of a release: report, charts, codebook."""
