/** Files that a witness shows, on the card of pictures: chosen after a yes, taken in as they are, listed, deleted. */

import { all, announce, complain, failed, on, one, word } from "../base/cards.js";
import { filled } from "../base/phrases.js";
import { fillKept } from "./items.js";
import { mediaAtWork } from "./media.js";
import { flush, touch } from "../cards/autosave.js";
import { purposes, sitting } from "../base/interview_state.js";
import { sizeInWords } from "./sizes.js";
import { takeInFile } from "../../media/file_intake.js";
import { touched } from "../base/idle.js";

const sheet = () => one('dialog[data-dialog="file"]');
const sourceChosen = () => one("[data-file-source]:checked")?.value;
const agreed = () => sitting.state !== null && purposes().includes("P03");

/** A name stands by itself, whichever way it is written. */
const alone = (name) => `\u2068${name}\u2069`;
const SHOWN = { size: sizeInWords, most: sizeInWords, name: alone };
const sentenceFor = ({ reason, more }) => filled(`file_${reason}`, Object.fromEntries(Object.entries(more).map(([key, value]) => [key, SHOWN[key](value)])));

const showProgress = (done, total) => {
  touched(); // nobody touches the page while a long file is read
  one("[data-file-said]").textContent = filled("file_reading", { n: sizeInWords(done), of: sizeInWords(total) });
  Object.assign(one("[data-file-bar]"), { value: done, max: total });
};

const showRoom = async () => {
  const { file } = await mediaAtWork().room();
  all("[data-file-room]").forEach((place) => (place.textContent = filled("file_most", { most: sizeInWords(file) })));
};

/** Take `file` in with its `source`, and say what came of it. The sheet stands over the page meanwhile: closing it stops. */
export const addFile = async (file, source) => {
  let over = false;
  sheet().addEventListener("close", () => (over = true), { once: true });
  showProgress(0, file.size);
  sheet().showModal();
  sitting.state.media = true; // stands in the draft first: there is something to look for when consent is taken back
  touch();
  await flush();
  let said = "";
  try {
    await takeInFile(file, source, { media: mediaAtWork(), progress: showProgress, stopped: () => over });
    announce(word("picture_kept"));
  } catch (error) {
    if (error.reason === "over") return; // locked meanwhile: the list says it when the page is open again
    if (error.name !== "FileRefused") throw error;
    said = sentenceFor(error);
  } finally {
    sheet().close();
  }
  await enterFiles();
  complain(said);
};

/** The card is entered, or stands there anew. */
export const enterFiles = async () => {
  await showRoom();
  await fillKept("file");
};

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-file-input]") || target.files.length === 0) return;
  const [file] = target.files;
  target.value = ""; // the same one may be chosen again
  if (agreed()) addFile(file, sourceChosen()).catch(failed);
});

on({
  "file-choose": () => {
    complain("");
    if (!agreed()) return null;
    return sourceChosen() ? one("[data-file-input]").click() : complain(word("file_source"));
  },
  "file-stop": () => sheet().close(),
});
