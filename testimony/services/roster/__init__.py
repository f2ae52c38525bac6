"""The roster chain: propose, sign, publish, adopt, compare."""
