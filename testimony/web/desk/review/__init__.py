"""Pages for coding, corrections, reviews, translations and consent scripts."""
