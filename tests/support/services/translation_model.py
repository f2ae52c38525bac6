"""A model that is small enough to be made in a test: it writes each Latin letter as the Greek one in its place.

No package ships a small model for translation. The numbers of this one are set by hand, so that the real engine gives
an answer that a test can foresee: the decoder looks at one place of the source after the other and writes its letter.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import numpy as np
import sentencepiece
from ctranslate2.specs import TransformerSpec

from testimony.services.speech import models
from testimony.services.speech.models import Model

FROM: Final = "abcdefghijklmnopqrstuvwxyz"
INTO: Final = "αβκδεφγχιζκλμνοπκρστυωωξψζ"
KEPT: Final = " .,;:!?-'0123456789"
PLACES: Final = 256
"""More letters than this are not read."""
GREEK: Final = str.maketrans(FROM + FROM.upper(), INTO + INTO)


def drafted(text: str) -> str:
    """What the model writes for `text`."""
    return text.translate(GREEK)


def brought(
    folder: Path,
    *,
    name: str = "Greek letters",
    langs: tuple[str, str] = ("en", "el"),
    tokens: tuple[str, str] = ("", ""),
) -> Path:
    """A folder with the model and its manifest, as an organisation brings it.

    `tokens`: what the model calls the two languages, where it needs words for them.
    """
    (folder / "model").mkdir(parents=True)
    letters = FROM + FROM.upper() + KEPT + "".join(sorted(set(INTO)))
    vocabulary = _sentencepiece(folder / "source.spm", letters) + [one for one in tokens if one]
    _network(vocabulary, tokens).save(str(folder / "model"))
    models.describe_translation(folder, name=name, langs={langs[0]: tokens[0]}, to={langs[1]: tokens[1]})
    return folder


def model_of(folder: Path) -> Model:
    """The same, installed in a home below `folder`."""
    return models.install(folder / "home", brought(folder / "brought"))


def _sentencepiece(file: Path, letters: str) -> list[str]:
    """Writes what cuts a text into letters. Returns the names of its pieces."""
    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([letters.replace(" ", ""), *(f"{one} {one}" for one in letters if one != " ")]),
        model_writer=made,
        model_type="char",
        vocab_size=len(set(letters)) + 3,
        character_coverage=1.0,
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        minloglevel=2,
    )
    file.write_bytes(made.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=made.getvalue())
    return [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]


def _network(vocabulary: list[str], tokens: tuple[str, str]) -> TransformerSpec:
    size = len(vocabulary)
    width = -(-(2 * size + PLACES) // 8) * 8
    source, place, target = slice(0, size), slice(size, size + PLACES), slice(size + PLACES, 2 * size + PLACES)
    spec = TransformerSpec.from_config((1, 1), 1, pre_norm=False)
    places = _zeros(PLACES, width)
    places[:, place] = np.eye(PLACES)
    for part in (spec.encoder, spec.decoder):
        part.scale_embeddings = False
        part.position_encodings.encodings = places
        _idle(part.layer[0], width)
    spec.encoder.embeddings[0].weight = _placed((size, width), np.eye(size), columns=source)
    spec.decoder.embeddings.weight = _zeros(size, width)
    looks = spec.decoder.layer[0].attention
    looks.linear[0].weight = _placed((width, width), 50 * np.eye(PLACES), rows=place, columns=place)
    keys = _placed((width, width), np.eye(PLACES), rows=place, columns=place)
    values = _placed((width, width), _dictionary(vocabulary, tokens), rows=target, columns=source)
    looks.linear[1].weight = np.concatenate([keys, values])
    looks.linear[2].weight = np.eye(width, dtype=np.float32)
    _bare(looks, width)
    spec.decoder.projection.weight = _placed((size, width), np.eye(size), columns=target)
    spec.config.decoder_start_token = "</s>"
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    spec.optimize()
    return spec


def _dictionary(vocabulary: list[str], tokens: tuple[str, str]) -> Any:
    """[target, source]: 1 where the one stands for the other."""
    number = {piece: at for at, piece in enumerate(vocabulary)}
    found = np.zeros((len(vocabulary), len(vocabulary)), dtype=np.float32)
    for piece, at in number.items():
        found[number[piece if piece.startswith("<") or piece in tokens else drafted(piece)], at] = 1
    return found


def _idle(layer: Any, width: int) -> None:
    """What this layer adds is nothing."""
    layer.self_attention.linear[0].weight = _zeros(3 * width, width)
    layer.self_attention.linear[1].weight = _zeros(width, width)
    _bare(layer.self_attention, width)
    layer.ffn.linear_0.weight = _zeros(8, width)
    layer.ffn.linear_0.bias = _zeros(8)
    layer.ffn.linear_1.weight = _zeros(width, 8)
    layer.ffn.linear_1.bias = _zeros(width)
    _normal(layer.ffn, width)


def _bare(attention: Any, width: int) -> None:
    for one in attention.linear:
        one.bias = _zeros(one.weight.shape[0])
    _normal(attention, width)


def _normal(part: Any, width: int) -> None:
    part.layer_norm.gamma = np.ones(width, dtype=np.float32)
    part.layer_norm.beta = _zeros(width)


def _zeros(*shape: int) -> Any:
    return np.zeros(shape, dtype=np.float32)


def _placed(shape: tuple[int, int], values: Any, *, rows: slice | None = None, columns: slice | None = None) -> Any:
    made = _zeros(*shape)
    made[rows or slice(None), columns or slice(None)] = values
    return made
