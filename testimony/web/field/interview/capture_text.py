"""The texts of the recording, picture and file scripts, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _

from testimony.services.opening.file_sources import SOURCES
from testimony.web.text.consent_labels import PICTURES


def capture_words() -> dict[str, str]:
    """By the name under which a script asks for them. {n}, {of} and {time} are filled in by it."""
    kinds = {f"picture_{code}": _(label) for code, label in PICTURES.items()}
    sources = {f"source_{code}": _(label) for code, label in SOURCES.items()}
    return _voice() | _ends() | _pictures() | kinds | _files() | sources | _counted()


def _voice() -> dict[str, str]:
    return {
        "voice_refused": _(
            "The browser gives this page no microphone. Open its settings for this address, allow the microphone, then"
            " tap Record again."
        ),
        "voice_absent": _("This phone has no microphone. Plug one in, or go on without a recording."),
        "voice_taken": _(
            "The microphone gives no sound. Close the call or the program that uses it, then tap Record again."
        ),
        "voice_unable": _("This browser cannot record. Update it, or go on without a recording."),
        "voice_off": _("Nothing is being recorded."),
        "voice_recording": _("Recording"),
        "voice_paused": _("Paused: nothing is being recorded."),
        "voice_ending": _("Keeping the last words…"),
        "sound_there": _("Sound comes in."),
        "sound_none": _("No sound. Is the microphone covered?"),
        "voice_left": _("Room for {time} more."),
        "voice_one": _("Recording {n}"),
        "voice_cut": _("It was cut short; what came before is kept."),
        "voice_damaged": _("It is damaged and cannot be heard. Delete it and record again."),
        "not_playing": _("This recording cannot be played here."),
    }


def _ends() -> dict[str, str]:
    """Why a recording came to its end by itself."""
    return {
        "ended_limit": _("The recording ended: three hours are the longest that a testimony holds. All of it is kept."),
        "ended_full": _("The recording ended: no more fits into this testimony. What was said is kept."),
        "ended_room": _(
            "The recording ended: the phone's storage is full. What was said is kept. Free some space, then record"
            " again."
        ),
        "ended_lost": _("The recording ended: the microphone was taken away. What was said is kept."),
        "ended_failed": _("The recording ended. What was said before is kept, but for the last seconds."),
        "ended_locked": _("The recording ended with the pause. What was said is kept."),
        "ended_refused": _("The recording ended, because the witness does not agree to it."),
        "ended_closing": _("The recording ended: what comes now is not recorded."),
        "media_not_kept": _(
            "The phone's storage does not take the last words. They are held on this open page: stop recording, free"
            " some space, and do not close the page."
        ),
    }


def _pictures() -> dict[str, str]:
    return {
        "picture_unknown": _("This file is no picture that can be opened here. Take the picture with the camera."),
        "picture_heic": _(
            "This kind of picture cannot be opened here. Take it with the camera, or set the phone's camera to save as"
            " JPEG."
        ),
        "picture_large": _(
            "This picture is too large for a phone. Set the camera to a smaller size and take it again."
        ),
        "picture_unclean": _(
            "The browser did not give back a clean picture, so it was not kept. Update the browser, or use another"
            " phone."
        ),
        "picture_kind": _("First say what the picture shows."),
        "picture_limit": _("No more pictures fit into this testimony."),
        "picture_room": _("The phone's storage is full, so the picture was not kept. Free some space, then try again."),
        "picture_kept": _("Kept."),
        "picture_damaged": _("It is damaged and cannot be shown. Delete it and take it again."),
        "box_name": _("Box {n}. Arrow keys move it, with Shift they change its size, Delete takes it away."),
        "boxes_said": _("Boxes: {n}"),
    }


def _files() -> dict[str, str]:
    return {
        "size_kb": _("%(n)s kB", n="{n}"),
        "size_mb": _("%(n)s MB", n="{n}"),
        "file_one": _("File"),
        "file_most": _("The file can be up to {most}. That is the room left in this testimony and on this phone."),
        "file_source": _("First say where the file is from."),
        "file_reading": _("{n} of {of}"),
        "file_empty": _(
            "This file is empty, so it was not kept. Open it on the phone that it came from and send it again."
        ),
        "file_limit": _(
            "This file is {size}, but there is only room for {most}. It was not kept. Ask for a shorter part, or note "
            "in the interview who has it."
        ),
        "file_room": _(
            "There is no more room, so nothing of this file was kept. What was kept before is there. Free some space,"
            " then add it again."
        ),
        "file_lost": _(
            "The file could not be read to its end, so nothing of it was kept. Plug the stick in again or copy the file"
            " to this phone, then add it again."
        ),
        "file_same": _("This file is kept already: {name}. It was not added twice."),
        "file_stopped": _("Stopped. Nothing of this file was kept."),
        "evidence_both": _("This picture says when and where it was taken."),
        "evidence_time": _("This picture says when it was taken. The camera or the browser left the place out."),
        "evidence_place": _("This picture says where it was taken. The camera or the browser left the time out."),
        "evidence_none": _(
            "This picture says neither when nor where it was taken: the camera or the browser left it out. The file"
            " itself may say more: add it as a file."
        ),
        "file_cut": _("The file was not added completely. Delete it and add it again."),
    }


def _counted() -> dict[str, str]:
    return {
        "count_voice": _("{n}, together {time}"),
        "count_none": _("none"),
        "kept_media": _("Recordings and pictures"),
        "media_count": _("Kept: {n}"),
        "count_not_agreed": _("none, because the witness did not agree"),
        "media_back_voice": _("Recordings that would be deleted: {n}"),
        "media_back_picture": _("Pictures that would be deleted: {n}"),
        "media_back_file": _("Files that would be deleted: {n}"),
        "media_deleted": _("Deleted for ever."),
        "sealing_media": _("Sealing recordings and files: {n} of {of}"),
    }
