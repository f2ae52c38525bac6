"""The pages of a desk, in the order in which the application registers them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from testimony.web.desk.casefile import (
    agenda,
    archives,
    attachments,
    case,
    casefile,
    cases,
    disclosures,
    feedback,
    quotations,
    referrals,
    submissions,
)
from testimony.web.desk.consent import acts, documents, late_grants
from testimony.web.desk.exports import access, programs
from testimony.web.desk.exports import approvals as export_approvals
from testimony.web.desk.exports import page as exports_page
from testimony.web.desk.handover import files as handover_files
from testimony.web.desk.handover import page as handover_page
from testimony.web.desk.handover import partners
from testimony.web.desk.home import dashboard, home, preparation, uses
from testimony.web.desk.imports import page as imports_page
from testimony.web.desk.inbox import acts as inbox_acts
from testimony.web.desk.inbox import inbox, saved_views, search, withdrawals
from testimony.web.desk.incidents import apart, candidates, incidents, linkage
from testimony.web.desk.release import urls
from testimony.web.desk.reports import own_tables
from testimony.web.desk.review import coding, corrections, drafts, reviews, translations, wordings
from testimony.web.desk.session import colleagues, grants, jobs, key, lost_key, new_key, recovery, sync_page
from testimony.web.desk.stories import page as stories_page
from testimony.web.desk.tables import page as tables_page
from testimony.web.desk.testimony import media, notes, pictures, private_label, questions, transcripts
from testimony.web.desk.testimony import page as testimony_page
from testimony.web.pages import start_token

OWN = (key.bp, new_key.bp, lost_key.bp, grants.bp, recovery.bp)
LISTED = (home.bp, inbox.bp, inbox_acts.bp, saved_views.bp, dashboard.bp, own_tables.bp, preparation.bp)
SYNCED = (jobs.bp, sync_page.bp)
READ = (testimony_page.bp, media.bp, pictures.bp, questions.bp, notes.bp, private_label.bp, search.bp, transcripts.bp)
REVIEWED = (reviews.bp, translations.bp, drafts.bp, coding.bp, corrections.bp, wordings.bp)
INCIDENTS = (incidents.bp, linkage.bp, candidates.bp, apart.bp)
CASES = (cases.bp, case.bp, agenda.bp, attachments.bp, feedback.bp, referrals.bp, quotations.bp)
FILES = (casefile.bp, archives.bp, submissions.bp, disclosures.bp)
CONSENT = (acts.bp, late_grants.bp, documents.bp, uses.bp, colleagues.bp, withdrawals.bp)
EXCHANGED = (
    *(exports_page.bp, export_approvals.bp, access.bp, programs.bp),
    *(imports_page.bp, handover_page.bp, handover_files.bp, partners.bp),
)
PUBLISHED = (*urls.BLUEPRINTS, tables_page.bp, stories_page.bp)
BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    start_token.bp,
    *OWN,
    *LISTED,
    *SYNCED,
    *READ,
    *REVIEWED,
    *INCIDENTS,
    *CASES,
    *FILES,
    *CONSENT,
    *EXCHANGED,
    *PUBLISHED,
)
