"""A lawyer's own words to the phone that sealed a testimony: an age file of fixed size inside a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.errors import CannotOpen, StructureWrong
from testimony.sealing.records import fields

LABEL: Final = "testimony/1/question-words"
LONGEST: Final = 450
"""Characters."""
PADDED: Final = 2048
HEAD_BYTES: Final = 1627
_FIELDS: Final = {"v", "tid", "id", "text", "bind"}


@dataclass(frozen=True, kw_only=True)
class Words:
    """`bind`: the key of 16 bytes with which the phone binds the answer to the testimony, so that both end together."""

    text: str
    bind: bytes


def seal_words(words: Words, *, tid: str, id: str, recipient: Recipient) -> str:
    """Hex of an age file that only `recipient` opens; `tid` and `id` are those of the question.

    Raises `StructureWrong` for more than 450 characters or more than fit.
    """
    value = {"v": LABEL, "tid": tid, "id": id, "text": words.text, "bind": words.bind.hex()}
    plaintext = canonical.encode(value)
    if not 0 < len(words.text) <= LONGEST or len(words.bind) != age.FILE_KEY_BYTES or len(plaintext) > PADDED:
        raise StructureWrong
    file_key = age.new_file_key()
    return (age.seal_head(file_key, [recipient], 1) + age.seal_body(file_key, plaintext.ljust(PADDED))).hex()


def open_words(sealed: str, *, tid: str, id: str, key: OpeningKey) -> Words:
    """Raises `CannotOpen`: altered (also for the words of another question), not_for_you."""
    data = bytes.fromhex(sealed)
    plaintext = age.open_body(age.open_head(data[:HEAD_BYTES], key), data[HEAD_BYTES:])
    try:
        value = fields.exactly(canonical.decode_object(plaintext.rstrip(b" ")), _FIELDS)
        text = fields.text(value["text"], LONGEST)
        bind = bytes.fromhex(fields.hexadecimal(value["bind"], age.FILE_KEY_BYTES))
    except (NotCanonical, Refused) as error:
        raise CannotOpen("altered") from error
    if (value["v"], value["tid"], value["id"]) != (LABEL, tid, id):
        raise CannotOpen("altered")
    return Words(text=text, bind=bind)
