/** What was recorded, photographed and taken in as a file in the interview at work: listed, and deleted when two taps say so. */

import { all, announce, complain, on, one, word } from "../base/cards.js";
import { mediaAtWork } from "./media.js";
import { clock, filled } from "../base/phrases.js";
import { sizeInWords } from "./sizes.js";
import { touch } from "../cards/autosave.js";
import { sitting } from "../base/interview_state.js";

/** Each kind of the page with the kinds under which it is kept. */
const KEPT_AS = { voice: ["voice"], picture: ["photo", "document"], file: ["file"] };

/** The items of `kind` ("voice", "picture" or "file") in the order in which they were begun; none is looked for where none was ever begun. */
export const itemsOf = async (kind) => {
  if (!sitting.state?.media) return [];
  return (await mediaAtWork().list()).filter((item) => KEPT_AS[kind].includes(item.kind));
};

/** What a picture shows, in words. */
export const shownIn = (id) => word(`picture_${sitting.state?.pictures?.[id] ?? "other"}`);

const nameOf = { voice: (_, number) => filled("voice_one", { n: number }), picture: ({ id }) => shownIn(id), file: ({ name }) => name ?? word("file_one") };
const whyOf = ({ kind, state, source }, shownAs) => {
  if (shownAs === "file") return word(state === "whole" ? `source_${source}` : "file_cut");
  if (state === "damaged") return word(kind === "voice" ? "voice_damaged" : "picture_damaged");
  return state === "cut" && kind === "voice" ? word("voice_cut") : "";
};

const rowFor = (kind, item, number) => {
  const row = one(`[data-${kind}-row]`).content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, { media: item.id, state: item.state });
  one("[data-media-name]", row).textContent = nameOf[kind](item, number);
  one("[data-media-why]", row).textContent = whyOf(item, kind);
  if (kind === "voice") one("[data-media-length]", row).textContent = clock(item.seconds);
  if (kind === "file") one("[data-media-length]", row).textContent = sizeInWords(item.bytes);
  else one("[aria-pressed]", row).hidden = item.state === "damaged";
  return row;
};

/** List what is kept of `kind`; what is being recorded has a place of its own. */
export const fillKept = async (kind) => {
  const items = await itemsOf(kind);
  const kept = items.filter(({ state }) => state !== "recording");
  one(`[data-${kind}-list]`).replaceChildren(...kept.map((item, at) => rowFor(kind, item, at + 1)));
  one(`[data-${kind}-title]`).hidden = kept.length === 0;
};

/** Delete every item of `kind`, with its key and every slice. */
export const removeAll = async (kind) => {
  for (const { id } of await itemsOf(kind)) await removeOne(id);
};

const removeOne = async (id) => {
  await mediaAtWork().remove(id);
  delete sitting.state.pictures?.[id];
  touch();
};

const deletion = () => one('dialog[data-dialog="media-delete"]');

on({
  "media-delete": (button) => {
    complain("");
    deletion().dataset.media = button.closest("[data-media]").dataset.media;
    deletion().showModal();
  },
  "media-delete-really": async () => {
    const { media } = deletion().dataset;
    const kind = Object.keys(KEPT_AS).find((one) => all(`[data-${one}-list] [data-media]`).some((row) => row.dataset.media === media));
    deletion().close();
    document.dispatchEvent(new CustomEvent("media-leaving"));
    await removeOne(media);
    await fillKept(kind);
    one(`[data-card="${kind === "voice" ? "voice" : "pictures"}"] h2`).focus();
    announce(word("media_deleted"));
  },
});
