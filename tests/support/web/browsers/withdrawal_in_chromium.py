"""Unfolds every step of the page of withdrawal."""

from __future__ import annotations

UNFOLDED = """() => {
  for (const one of document.querySelectorAll('[data-step], [data-step] [hidden], .note[hidden]')) one.hidden = false;
  for (const one of document.querySelectorAll('[data-place]')) {
    one.dataset.come = 'no';
    one.after(one.cloneNode(true));
    one.nextElementSibling.dataset.come = 'yes';
  }
  const line = document.createElement('li');
  line.textContent = document.querySelector('.uses span').textContent;
  document.querySelector('[data-ticked]').replaceChildren(line);
}"""
"""Every step and everything that may be said, below each other."""
