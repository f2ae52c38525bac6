"""Commands that put signed files in force: questionnaires, consent scripts, bundles of trust."""
