"""Rules of the coded account: how a testimony is reduced to codes, and how codes are corrected."""
