"""Words that a script and a page of withdrawal must not say, in the languages that joined with version 8.

No older script fell into them, so each has a sentence that does. Reasons are those of `script_traps`.
"""

from __future__ import annotations

from tests.support.questionnaire.script_traps import (
    ABLE,
    ARMED,
    EMERGENCY,
    GUARDIAN,
    RECANT,
    STATE,
    STORY,
    TRAPS,
    WATCH,
)

LATER: dict[str, dict[str, tuple[str, str]]] = {
    "it": {
        r"ritir|ritratt": (RECANT, "Puoi ritirare le tue parole."),
        r"\b([Aa]llo|[Dd]allo|[Ll]o) Stato\b(?! che ti ha mandato)": (STATE, "Scriviamo allo Stato."),
        r"^(Può|Possono|È permesso) [^.]*\?": (ABLE, "Possono gli avvocati leggere tutto?"),
        r"monitoraggio|sorveglianza": (WATCH, "un ufficio di monitoraggio"),
        r"[Ee]mergenz": (EMERGENCY, "In caso di emergenza possono leggerlo."),
        r"[Tt]utor": (GUARDIAN, "Il tuo tutore è d’accordo."),
        r"[Nn]on dev[ie] (?!per forza)": ("also: you must not", "Non devi rispondere."),
    },
    "uk": {
        r"відклик|взяти слова назад": (RECANT, "Ви можете відкликати свої слова."),
        r"(^|\s)державі(?!, яка відправила)": (STATE, "Ми напишемо державі."),
        r"^(Чи можна|Чи можуть) ": (ABLE, "Чи можуть юристи прочитати все?"),
        r"\bгруп": (ARMED, "інша група"),
        r"моніторинг|нагляд": (WATCH, "орган моніторингу"),
        r"[Оо]пікун": (GUARDIAN, "Твій опікун погодився."),
    },
    "ru": {
        r"отзыв|отозв|взять слова назад": (RECANT, "Вы можете отозвать свои слова."),
        r"(^|\s)государству(?! ?, ?котор| которое)": (STATE, "Мы напишем государству."),
        r"^(Можно ли|Могут ли) (?!спросить)": (ABLE, "Могут ли юристы прочитать всё?"),
        r"\bгрупп": (ARMED, "другая группа"),
        r"мониторинг|надзор": (WATCH, "орган мониторинга"),
        r"[Оо]пекун": (GUARDIAN, "Твой опекун согласен."),
    },
    "pl": {
        r"wycof|cofn": (RECANT, "Możesz wycofać swoje słowa."),
        r"do państwa(?!, które cię)": (STATE, "Napiszemy do państwa."),
        r"^(Czy mogą|Czy wolno) ": (ABLE, "Czy mogą to przeczytać prawnicy?"),
        r"\bgrup": (ARMED, "inna grupa"),
        r"monitor|nadz[oó]r": (WATCH, "organ monitorujący"),
        r"[Oo]piekun prawn": (GUARDIAN, "Twój opiekun prawny się zgadza."),
        r"historię": (STORY, "Opowiedz swoją historię."),
    },
    "de": {
        r"zur[üu]ck(nehm|zunehm|zieh|zuzieh)": (RECANT, "Sie können alles zurücknehmen."),
        r"dem Staat(?! schreibt, der|, der| schreiben, der)": (STATE, "Wir schreiben dem Staat."),
        r"^(Dürfen|Darf|Können) (?!wir (hier|Sie))[^.]*\?": (ABLE, "Dürfen Anwälte alles lesen?"),
        r"\bGruppe": (ARMED, "eine andere Gruppe"),
        r"Überwachung|Kontrollorgan": (WATCH, "eine Stelle zur Überwachung"),
        r"Vormund": (GUARDIAN, "Dein Vormund ist einverstanden."),
        r"[Gg]eschichte": (STORY, "Erzählen Sie Ihre Geschichte."),
    },
    "el": {
        r"ανακαλ|παίρνετε πίσω": (RECANT, "Μπορείτε να ανακαλέσετε τα λόγια σας."),
        r"στο κράτος(?! που σας)": (STATE, "Γράφουμε στο κράτος."),
        r"^(Μπορούν|Επιτρέπεται) [^.]*;": (ABLE, "Μπορούν οι δικηγόροι να διαβάσουν;"),
        r"\bομάδα": (ARMED, "άλλη ομάδα"),
        r"παρακολούθηση": (WATCH, "γραφείο για παρακολούθηση"),
        r"[Κκ]ηδεμ": (GUARDIAN, "Ο κηδεμόνας σου συμφωνεί."),
        r"ιστορία": (STORY, "Πείτε την ιστορία σας."),
    },
    "sr": {
        r"пову[кћ]|пориче": (RECANT, "Можете повући своје речи."),
        r"(^|\s)држави(?! која вас)": (STATE, "Пишемо држави."),
        r"^(Да ли смеју|Да ли могу) ": (ABLE, "Да ли могу адвокати да читају?"),
        r"\bгруп": (ARMED, "друга група"),
        r"надзор|мониторинг": (WATCH, "орган за надзор"),
        r"[Сс]таратељ": (GUARDIAN, "Твој старатељ се слаже."),
    },
    "pt": {
        r"papéis e os guardemos": (
            "we keep the papers, not photos of them",
            "os seus ferimentos e papéis e os guardemos",
        ),
        r"ao Estado que mandou": ("does not say whom", "ao Estado que mandou para trás"),
        r"retir|retrat": (RECANT, "Pode retirar as suas palavras."),
        r"\bao Estado\b(?! que)": (STATE, "Escrevemos ao Estado."),
        r"^(Pode|Podem) [^.]*\?": (ABLE, "Podem os advogados ler tudo?"),
        r"\bgrupo (?!étnico)": (ARMED, "outro grupo armado"),
        r"monitoriza|vigilância": (WATCH, "um órgão de monitorização"),
        r"[Tt]utor": (GUARDIAN, "O teu tutor está de acordo."),
        r"[Ee]mergên": (EMERGENCY, "Em caso de emergência podem ler."),
    },
    "hr": {
        r"povu[kć]|porek": (RECANT, "Možete povući svoje riječi."),
        r"(^|\s)državi(?! koja vas)": (STATE, "Pišemo državi."),
        r"^(Smiju li|Mogu li) ": (ABLE, "Mogu li odvjetnici čitati?"),
        r"\bgrup": (ARMED, "druga grupa"),
        r"nadzor|monitoring": (WATCH, "tijelo za nadzor"),
        r"[Ss]krbnik": (GUARDIAN, "Tvoj skrbnik se slaže."),
    },
    "bs": {
        r"povu[kć]|porek": (RECANT, "Možete povući svoje riječi."),
        r"(^|\s)državi(?! koja vas)": (STATE, "Pišemo državi."),
        r"^(Smiju li|Mogu li) ": (ABLE, "Mogu li advokati čitati?"),
        r"\bgrup": (ARMED, "druga grupa"),
        r"nadzor|monitoring": (WATCH, "organ za nadzor"),
        r"[Ss]taratelj": (GUARDIAN, "Tvoj staratelj se slaže."),
    },
}
"""By language and pattern, the reason and a sentence that falls into it."""

ALL_TRAPS = TRAPS | {lang: {trap: why for trap, (why, _) in traps.items()} for lang, traps in LATER.items()}
