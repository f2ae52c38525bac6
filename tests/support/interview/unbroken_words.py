"""Finds words of a page that are broken or that stick out."""

from __future__ import annotations

WORDS = r"""(places) => {
  const wrong = [];
  const range = document.createRange();
  for (const place of document.querySelectorAll(places)) {
    if (!place.checkVisibility()) continue;
    const frame = place.getBoundingClientRect();
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[\p{L}\p{M}\p{N}\u200c]+/gu)) {
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const parts = [...range.getClientRects()].filter(({ width }) => width > 0);
        const within = ({ left, right, top, bottom }) =>
          Math.min(left - frame.left, frame.right - right, top - frame.top, frame.bottom - bottom) >= -0.5;
        if (new Set(parts.map(({ top }) => Math.round(top))).size > 1) wrong.push(`broken: ${word[0]}`);
        if (!parts.every(within)) wrong.push(`cut: ${word[0]}`);
      }
    }
  }
  return [...new Set(wrong)];
}"""
"""Each word of `places` that stands in more than one line, or beyond the edge of its tile, button or paragraph."""
