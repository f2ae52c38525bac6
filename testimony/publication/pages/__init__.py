"""The HTML pages of a release: report, charts, codebook."""
