/** The card of pictures: take one or choose one, cover what must not be seen, keep it so or as it is, look at it, delete it. */

import { all, announce, complain, failed, on, one, word } from "../base/cards.js";
import { addBox, boxesNow, uncoverAll, undoBox } from "./face_boxes.js";
import { addFile, enterFiles } from "./files.js";
import { fillKept, shownIn } from "./items.js";
import { mediaAtWork } from "./media.js";
import { burnt, openPicture, showOn, wipe } from "./canvas.js";
import { flush, touch } from "../cards/autosave.js";
import { purposes, sitting } from "../base/interview_state.js";
import { saidBy } from "../../media/picture_metadata.js";

/** {source, kind, scanned, file, way} of the picture that is looked at before it is kept. */
let work = null;
let looking = null;

const sheet = () => one('dialog[data-dialog="picture"]');
const canvas = () => one("[data-picture-canvas]");
const kindChosen = () => one("[data-picture-kind]:checked")?.value;
const agreed = () => sitting.state !== null && purposes().includes("P03");

const pick = (way) => async () => {
  complain("");
  if (!agreed()) return null;
  if (!kindChosen()) return complain(word("picture_kind"));
  if ((await mediaAtWork().room()).pictures < 1) return complain(word("picture_limit"));
  return one(`[data-picture-file="${way}"]`).click();
};

const wrong = (sentence) => Object.assign(one("[data-picture-wrong]"), { textContent: sentence, hidden: sentence === "" });

const forget = () => {
  wipe(work?.source);
  wipe(canvas());
  work = null;
  uncoverAll();
};

/** Bytes of a file within which what it says of itself stands. */
const HEAD = 256 * 1024;
/** Where the file comes from when it is kept as it is, by the way in which it came. */
const SOURCE = { take: "taken_now", choose: "this_phone" };

/** What the file says of when and where, before somebody is asked whether to keep that. */
const showFacts = async (file) => {
  const { time, place } = saidBy(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  const found = time && place ? "both" : time ? "time" : place ? "place" : "none";
  one("[data-evidence-said]").textContent = word(`evidence_${found}`);
  one("[data-evidence]").open = false;
};

const showSheet = (source, kind, file, way) => {
  work = { source, kind, scanned: false, file, way };
  uncoverAll();
  wrong("");
  showOn(canvas(), source, false);
  Object.assign(one('[data-act="picture-scan"]'), { hidden: kind !== "document", ariaPressed: "false" });
  sheet().addEventListener("close", forget, { once: true }); // however it is closed
  sheet().showModal();
  one("h2", sheet()).focus();
};

const open = async (input) => {
  const [file] = input.files;
  input.value = ""; // the same one may be chosen again
  complain("");
  one("[data-picture-busy]").hidden = false;
  try {
    const source = await openPicture(file);
    await showFacts(file);
    if (agreed()) showSheet(source, kindChosen(), file, input.dataset.pictureFile);
    else wipe(source);
  } catch (error) {
    if (error.name !== "NoPicture") throw error;
    complain(word(error.reason));
  } finally {
    all("[data-picture-busy]").forEach((text) => (text.hidden = true));
  }
};
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-picture-file]") && target.files.length > 0) open(target).catch(failed);
});

/** What the picture shows stands in the draft before the picture does; one that was not kept after all leaves nothing behind. */
const put = async (bytes, kind) => {
  sitting.state.media = true;
  touch();
  await flush();
  const item = await mediaAtWork().begin({ kind: kind === "document" ? "document" : "photo", mime: "image/jpeg" });
  (sitting.state.pictures ??= {})[item.id] = kind;
  touch();
  try {
    await item.append(bytes);
    await item.finish();
  } catch (error) {
    await mediaAtWork().remove(item.id);
    delete sitting.state.pictures[item.id];
    throw error;
  }
};

const REFUSED = { limit: "picture_limit", room: "picture_room" };
const sentenceFor = ({ name, reason }) => (name === "NotClean" ? "picture_unclean" : name === "MediaRefused" ? (REFUSED[reason] ?? "picture_room") : null);

const keep = async (button) => {
  const { source, kind, scanned } = work;
  button.disabled = true;
  wrong("");
  try {
    await put(await burnt(canvas(), boxesNow(), kind), kind);
    sheet().close();
    await fillKept("picture");
    announce(word("picture_kept"));
  } catch (error) {
    showOn(canvas(), source, scanned); // as it was, with its boxes above it
    if (!sentenceFor(error)) throw error;
    wrong(word(sentenceFor(error)));
  } finally {
    button.disabled = false;
  }
};

/** Take the picture that is looked at off the page again. */
export const lookAway = () => {
  looking?.release();
  looking = null;
  all("[data-picture-place]").forEach((place) => place.replaceChildren());
  all('[data-act="picture-look"]').forEach((button) => button.setAttribute("aria-pressed", "false"));
};

const look = async (button) => {
  const row = button.closest("[data-media]");
  const before = looking?.id;
  lookAway();
  if (before === row.dataset.media) return;
  const { url, release } = await mediaAtWork().show(row.dataset.media);
  looking = { id: row.dataset.media, release };
  one("[data-picture-place]", row).append(Object.assign(new Image(), { src: url, alt: shownIn(row.dataset.media) }));
  button.setAttribute("aria-pressed", "true");
};

export const enterPictures = async () => {
  await fillKept("picture");
  await enterFiles();
};

document.addEventListener("media-leaving", lookAway);
on({
  "picture-take": pick("take"),
  "picture-choose": pick("choose"),
  "picture-keep": keep,
  "picture-drop": () => sheet().close(),
  "picture-evidence": () => {
    const { file, way } = work;
    sheet().close();
    return addFile(file, SOURCE[way]);
  },
  "picture-look": look,
  "picture-scan": (button) => {
    work.scanned = !work.scanned;
    button.setAttribute("aria-pressed", String(work.scanned));
    showOn(canvas(), work.source, work.scanned);
  },
  "box-add": addBox,
  "box-undo": undoBox,
});
