"""Reasons why an alarm e-mail could not be sent."""

from __future__ import annotations

from testimony.errors import N_

MAIL_SENTENCES = {
    "unset": N_("No e-mail is set up here. docs/alarms.md names the settings; alarms stay on their page."),
    "password": N_(
        "The password of the mail account is missing, cannot be read, or is not of plain letters. Nothing was sent."
    ),
    "password-open": N_(
        "Everybody on this machine may read the file with the password of the mail account. Take that right away "
        "(chmod 600); nothing was sent."
    ),
    "authorities": N_("The file of authorities for the mail server cannot be used. Name a PEM file; nothing was sent."),
    "name": N_("The name of the mail server is not known. Correct it, or look at the connection; nothing was sent."),
    "unreachable": N_("The mail server cannot be reached at this port. Nothing was sent; it is tried again."),
    "silent": N_("The mail server does not answer in time. Nothing was sent; it is tried again."),
    "broken": N_("The mail server broke off the connection. It is tried again."),
    "plain": N_("The mail server offers no encryption at this port. Nothing was sent, nor was the password."),
    "tls": N_(
        "No encrypted connection came about: look whether the port wants TLS at once or STARTTLS. Nothing was sent."
    ),
    "certificate": N_(
        "The certificate of the mail server is not trusted, has ended or is another server's. Nothing was sent, nor "
        "was the password."
    ),
    "login": N_("The mail server does not take this name and password. Nothing was sent; it is tried again."),
    "sender": N_("The mail server does not take mail from this sender. Nothing was sent; it is tried again."),
    "recipients": N_("The mail server refused every recipient. Nothing was sent; it is tried again."),
    "some": N_("The mail server refused one of the recipients. The others have their e-mail."),
    "refused": N_("The mail server refused the e-mail. It is tried again."),
}
"""Why an e-mail was not sent. The command line and the page of alarms show one of these, and no log says more."""
