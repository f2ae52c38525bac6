"""Commands that put signed files into effect: questionnaires, consent scripts, trust bundles."""
