"""One table from what can go wrong to an HTTP status, and the pages that say it. Nothing inner is shown or logged."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from testimony import errors
from testimony.errors import N_, TestimonyError
from testimony.web import auth

BY_STATUS: dict[int, tuple[type[TestimonyError], ...]] = {
    400: (
        errors.NotCanonical,
        errors.ArchiveUnreadable,
        errors.ContainerTorn,
        errors.StructureWrong,
        errors.KeyTextWrong,
    ),
    401: (auth.SignInNeeded, auth.StartNeeded, auth.ProofNeeded),
    403: (
        errors.SignatureBad,
        errors.PassphraseWrong,
        errors.KeyFileForeign,
        errors.KeyRevoked,
        errors.KeyFileUnnamed,
        errors.KeyNotForDesk,
        errors.NonceSpent,
        errors.SignInRefused,
        errors.WithdrawalCodeWrong,
        errors.LinkRefused,
        errors.CredentialRefused,
        errors.SignInElsewhere,
        auth.TokenWrong,
        auth.NotForThisRole,
    ),
    404: (
        errors.PartMissing,
        errors.TestimonyUnknown,
        errors.DeviceUnknown,
        errors.StationUnknown,
        errors.MediumUnknown,
        errors.AccountUnknown,
        errors.ProposalUnknown,
    ),
    409: (
        errors.CannotOpen,
        errors.PieceLacking,
        errors.PieceAltered,
        errors.NotEnoughLawyers,
        errors.ConsentMissing,
        errors.ConsentActRefused,
        errors.ArchiveRefused,
        errors.CaseFileRefused,
        errors.CaseFileUnset,
        errors.SubmissionRefused,
        errors.IncidentRefused,
        errors.CaseRefused,
        errors.MarkUnusable,
        errors.ReviewRefused,
        errors.ClearingRefused,
        errors.QuestionRefused,
        errors.CodingRefused,
        errors.NoteRefused,
        errors.NoteUnreadable,
        errors.PictureUnreadable,
        errors.ViewRefused,
        errors.TranslationRefused,
        errors.TranslationUnreadable,
        errors.EventUnreadable,
        errors.LogForked,
        errors.LogWentBack,
        errors.ProofBad,
        errors.NoStation,
        errors.ReleaseRefused,
        errors.HierarchyUnusable,
        errors.PresetTooWeak,
        errors.ProfileUnfit,
        errors.RiskTooHigh,
        errors.LedgerRefused,
        errors.LedgerIncomplete,
        errors.LedgerForked,
        errors.ReleaseClock,
        errors.EditionUnfit,
        errors.ShareElsewhere,
        errors.WordsChanged,
        errors.StickRefused,
    ),
    410: (errors.ShareGone,),
    413: (errors.PartTooLarge,),
    422: (
        errors.Refused,
        errors.RosterRefused,
        errors.WordingRefused,
        errors.ClipRefused,
        errors.CheckRefused,
        errors.KeyFileDamaged,
        errors.PassphraseRefused,
        errors.ShareRefused,
        errors.CeremonyRefused,
        errors.ReceiptRefused,
        errors.SlotsTooFew,
        errors.PlanWrong,
        errors.CarryForeign,
        errors.CheckpointForeign,
        errors.StampRefused,
        errors.CosigningRefused,
        errors.WitnessUnusable,
        errors.QuestionnaireUnreadable,
        errors.QuestionnaireRefused,
        errors.QuestionnaireTaken,
        errors.CertificateRefused,
        errors.EnrolmentRefused,
        errors.BundleRefused,
        errors.AccountRefused,
        errors.ProposalRefused,
    ),
    423: (auth.UnlockNeeded,),
    429: (errors.TooOften, errors.TooFast),
    # What only the person at the machine can mend: a page tells no folder and no file.
    500: (
        errors.StoreUnwritable,
        errors.StoreDamaged,
        errors.StoreGone,
        errors.ShredKeysGone,
        errors.StoreFailing,
        errors.BucketRefused,
        errors.BucketFailing,
        errors.StoreNewer,
        errors.StoreClosed,
        errors.StoreDriverMissing,
        errors.PartDamaged,
        errors.PortTaken,
        errors.PortForbidden,
        errors.AddressUnusable,
        errors.HomeMissing,
        errors.HomeTaken,
        errors.SettingsDamaged,
        errors.SettingsNewer,
        errors.SettingUnusable,
        errors.BucketMisplaced,
        errors.StationKeyless,
        errors.StationStopped,
        errors.StationRoleWrong,
        errors.HostNotLocal,
        errors.FileTaken,
        errors.FileUnreadable,
        errors.CertificateMissing,
        errors.RequestMissing,
        errors.BackupRefused,
        errors.StationWaiting,
    ),
    502: (errors.NotDelivered, errors.MailNotSent),
    503: (
        errors.StoreLocked,
        errors.StoreUnreachable,
        errors.StoreCrowded,
        errors.StoreSlow,
        errors.StoreStandby,
        errors.StoreUnconfirmed,
        errors.BucketSilent,
        errors.StationBusy,
    ),
    507: (errors.StoreFull, errors.BucketFull),
}
STATUS = {kind: status for status, kinds in BY_STATUS.items() for kind in kinds}
RETRY_AFTER = {429: "600", 503: "5", 507: "600"}  # seconds
SENTENCES = {
    400: N_("This request cannot be understood. Go back and try again."),
    403: N_("This request came from another page than ours. Open the page again and repeat what you did."),
    404: N_("There is no page at this address."),
    405: N_("This address does not take this kind of request."),
    413: N_("That is larger than this station takes in one piece."),
    500: N_("Something went wrong on this station. Nothing was changed. Try again; if it happens again, restart it."),
}


def status_of(error: TestimonyError) -> int:
    """The HTTP status of the nearest class in the table. Raises KeyError for an error that nobody entered."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    raise KeyError(type(error).__name__)


def sentence_of(error: TestimonyError) -> str:
    """What to tell the person, in the language of the page."""
    translated: str = gettext(error.sentence)
    return translated % error.values if error.values else translated


def sentence_without_address(error: TestimonyError) -> str:
    """The same for a page that anybody on the hotspot may read: no address of headquarters, no folder, no file."""
    shown = error if "url" in error.values or not error.values else errors.NotDelivered()
    translated: str = gettext(shown.sentence)
    return translated % {"url": gettext("the address of headquarters")} if "url" in shown.values else translated


def wants_json() -> bool:
    """Whether a script asked. A page is answered with a page."""
    liked = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or liked == "application/json"


def answer(status: int, code: str, sentence: str) -> Response:
    """An error as JSON for a script and as a page for a person."""
    if wants_json():
        response = jsonify(code=code, sentence=sentence)
    else:
        response = make_response(render_template("errors/error.html", status=status, sentence=sentence))
    response.status_code = status
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def _expected(error: TestimonyError) -> Response | AnyResponse:
    door = current_app.extensions["testimony.doors"].get(type(error))
    if door is not None and request.method == "GET" and not wants_json():
        return redirect(url_for(door), code=303)  # the way in: the page for the start-up token or the passphrase
    if isinstance(error, auth.ProofNeeded) and not wants_json():
        return redirect(url_for("signin.show", then=error.then), code=303)
    status = status_of(error)
    if status == 500:
        logging.getLogger("testimony.web").error("failed: %s", error.code)
        return answer(status, error.code, gettext(SENTENCES[500]))
    response = answer(status, error.code, sentence_of(error))
    if isinstance(error, errors.TooFast):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    return answer(status, f"http.{status}", gettext(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])))


def register(app: Flask) -> None:
    """Answer every error with a sentence."""
    app.register_error_handler(TestimonyError, _expected)
    app.register_error_handler(HTTPException, _http)
