"""The key files of three people of whom two sign: of pages, and of updates."""

from __future__ import annotations

from pathlib import Path

from testimony.cli.output import line


def make(file: Path) -> None:
    """A new key in `file`, and its public half in `file`.public.json. Raises `FileTaken`, `StoreUnwritable`."""
    from testimony import canonical
    from testimony.sealing.keys.key_file import KeyFile
    from testimony.sealing.keys.wordlist import propose_passphrase
    from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment import reader_key

    public = file.with_name(f"{file.name}.public.json")
    for one in (file, public):
        certificate_store.require_free(one)
    signer, passphrase = Signer.generate(ROOT_ALGORITHMS), propose_passphrase()
    reader_key.write_new(file, KeyFile(root_seed=signer.seed), passphrase)
    certificate_store.write_new(public, canonical.encode([key.describe() for key in signer.public_keys]))
    line("key file", str(file))
    line("public half", str(public))
    line("key", signer.kid)
    line("passphrase", passphrase)
    print("\nThe passphrase is shown once and kept nowhere. Write it on paper, apart from the file.")
