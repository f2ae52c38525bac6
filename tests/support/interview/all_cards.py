"""Every card of the interview page without an interview: brought into the page, shown one by one or all at once."""

from __future__ import annotations

from playwright.sync_api import Page

BRING = """async () => {
  const start = document.querySelector('script[type=module]').src;
  const { loadCards } = await import(start.replace('pages/home/start', 'pages/base/fragments'));
  await loadCards();
}"""
SPEAK = """async tag => {
  const start = document.querySelector('script[type=module]').src;
  const { bringWords, sayIn } = await import(start.replace('pages/home/start', 'pages/cards/prompts'));
  await bringWords(tag);
  sayIn(tag);
}"""
UNFOLD = """card => {
  for (const part of card.querySelectorAll('.notice, [data-show-when], [data-draft]')) part.hidden = false;
}"""
SHOW = f"""name => {{
  for (const card of document.querySelectorAll('[data-card]')) card.hidden = card.dataset.card !== name;
  const card = document.querySelector(`[data-card="${{name}}"]`);
  document.body.dataset.mode = card.dataset.section ? 'interview' : 'outside';
  const {{ sections }} = JSON.parse(document.querySelector('#cards-data').textContent);
  document.querySelector('[data-section-title]').textContent = sections[card.dataset.section] ?? '';
  ({UNFOLD})(card);
  scrollTo(0, 0);
}}"""
SHOW_ALL = f"""inside => {{
  document.querySelector('[data-section-title]').textContent = 'Title';
  document.body.dataset.mode = inside ? 'interview' : 'outside';
  for (const card of document.querySelectorAll('[data-card]')) {{
    card.hidden = Boolean(card.dataset.section) !== inside;
    if (!card.hidden) ({UNFOLD})(card);
  }}
  for (const bar of document.querySelectorAll('.top, .bar')) bar.style.position = 'static';
}}"""
KEEP = """(kept) => {
  for (const card of document.querySelectorAll('[data-card]')) if (!card.matches(kept)) card.remove();
}"""
NAMES = "() => [...document.querySelectorAll('[data-card]')].map(card => card.dataset.card)"
DIALOGS = "() => [...document.querySelectorAll('dialog[data-dialog]')].map(each => each.dataset.dialog)"


def bring_cards(page: Page) -> None:
    """Put the cards into a page on which nobody signed in, their words in a language that runs the other way too."""
    page.evaluate(BRING)
    speak(page, "fr" if page.evaluate("() => document.documentElement.dir") == "rtl" else "ar")


def speak(page: Page, lang: str) -> None:
    """Say all there is to say in the witness's language `lang`."""
    page.evaluate(SPEAK, lang)


def names(page: Page) -> list[str]:
    """Every card that the page holds, in order."""
    return list(page.evaluate(NAMES))


def dialogs(page: Page) -> list[str]:
    return list(page.evaluate(DIALOGS))


def show(page: Page, name: str) -> None:
    """That card alone."""
    page.evaluate(SHOW, name)


def show_all(page: Page, *, inside: bool) -> None:
    """Every card of an interview below the other, or every card outside of one; bars lie over nothing."""
    page.evaluate(SHOW_ALL, inside)


def keep(page: Page, kept: str) -> None:
    """The cards that the selector `kept` matches, and no others: hidden ones are most of what axe goes through."""
    page.evaluate(KEEP, kept)


def open_dialog(page: Page, name: str) -> None:
    page.evaluate("name => document.querySelector(`dialog[data-dialog=${name}]`).showModal()", name)


def close_dialog(page: Page, name: str) -> None:
    page.evaluate("name => document.querySelector(`dialog[data-dialog=${name}]`).close()", name)
