"""Signs in as the interview page does."""

from __future__ import annotations

from testimony.sealing.records.signatures import labelled
from testimony.services.enrolment.organisation import Organisation
from tests.support.web.browser import Browser


def sign_in(one: Browser, organisation: Organisation, person: str = "interviewer-1") -> str:
    """As the interview page does: sign the nonce with the key that the passphrase unlocked."""
    signer = organisation.signers[person]
    nonce = one.client.post("/session/nonce", base_url=one.base).json["nonce"]  # type: ignore[index]
    (raw,) = signer.sign_raw(labelled("testimony/1/sign-in", nonce.encode()))
    answer = one.client.post("/session", base_url=one.base, json={"kid": signer.kid, "nonce": nonce, "sig": raw.hex()})
    assert answer.status_code == 200, answer.text
    return str(answer.json["person"])  # type: ignore[index]
