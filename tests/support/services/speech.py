"""A real model, as an organisation brings it, and recordings that a program spoke."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import pocketsphinx

from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.media import Medium
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.speech import models
from testimony.services.speech.models import Model
from tests.support.services.batches import told
from tests.support.services.desks import Desk
from tests.support.web.browser import NOW

SPOKEN: Final = (Path(demo.__file__).parent / "media" / "voice-en.ogg").read_bytes()
"""Speech of 13 seconds that espeak-ng made: "This account is invented. They stopped us near the village …"."""
SECONDS: Final = 13
HEARD: Final = {"stopped", "other", "side", "said", "afraid"}
"""Words that the small English model hears in it."""


def brought(folder: Path) -> Path:
    """A folder with the model that the package of the engine ships, and its manifest."""
    shipped = Path(pocketsphinx.get_model_path()) / "en-us"
    shutil.copytree(shipped / "en-us", folder / "acoustic")
    shutil.copy(shipped / "en-us.lm.bin", folder / "language.lm.bin")
    shutil.copy(shipped / "cmudict-en-us.dict", folder / "dictionary.dict")
    models.describe(folder, name="Small English model", lang="en")
    return folder


def model_of(folder: Path) -> Model:
    """The same, installed in a home below `folder`."""
    return models.install(folder / "home", brought(folder / "brought"))


def pieces(data: bytes, size: int = 7000) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def spoken_testimony(desk: Desk, organisation: Organisation, data: bytes = SPOKEN, seconds: int = SECONDS) -> str:
    """Its number: a testimony at the desk with one recording, whose witness agreed to it."""
    sealed = demo.seal_invented(
        organisation,
        RosterChain(organisation.root, [organisation.roster]),
        {**told(0, ("P01", "P02", "P04", "P06")), "also": ["P02"]},
        number=0,
        taken_down=NOW,
        withdraw=None,
        media=[Medium(kind="voice", type="audio/ogg", data=data, seconds=seconds)],
    )
    take_in(desk.station, demo.incoming(sealed))
    return str(sealed.record.value["tid"])


def spoken_again(times: int) -> bytes:
    """The same speech `times` times, one after the other, in one recording."""
    with av.open(io.BytesIO(SPOKEN)) as source:
        frames = [frame.to_ndarray() for frame in source.decode(audio=0)]
        rate, layout, form = (source.streams.audio[0].codec_context.sample_rate, "mono", "fltp")
    target = io.BytesIO()
    with av.open(target, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=rate, layout=layout, options={"b": "24000"})
        for _ in range(times):
            for samples in frames:
                frame = av.AudioFrame.from_ndarray(samples, format=form, layout=layout)
                frame.sample_rate = rate
                out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target.getvalue()
