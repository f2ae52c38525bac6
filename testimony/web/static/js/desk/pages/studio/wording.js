/** The page of one language: record, play, delete or choose a file for each sentence; what is recorded is kept at once. */

import { LARGEST } from "../../clip_recorder.js";
import { deskAt } from "../../clip_calls.js";
import { DeskRefused } from "../../calls.js";
import { offerChecking, showChanged } from "./sign_off.js";
import { hush, play } from "./playback.js";
import { begin, finish, isRecording } from "./recorder.js";
import { button, goToNext, one, rowOf, say, showState, word } from "./sentences.js";

const page = one("[data-wording]");
const desk = deskAt({ csrf: page.dataset.csrf, lang: document.documentElement.lang });

/** Where the desk says no, its own sentence; a locked key asks for its passphrase, and the page comes back from there. */
const complain = (error) => {
  if (error instanceof DeskRefused && error.locked) return location.reload();
  if (error instanceof DeskRefused && error.sentence) return say(error.sentence, "bad");
  if (error instanceof TypeError) return say(word("desk_gone"), "bad");
  throw error;
};

const keep = async (row, clip) => {
  const { ms } = await desk.keep(row.dataset.clip, clip, row.dataset.text);
  showState(row, "kept", ms);
  showChanged();
};

const record = async (row) => {
  hush();
  await desk.ready(location.pathname);
  const clip = await begin(row);
  if (!clip) return;
  say(word("keeping"));
  await keep(row, clip);
  goToNext(row);
};

/** How long a file is, and that somebody can hear it here: what nobody can hear, nobody can check. */
const lengthOf = async (file) => {
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(await file.arrayBuffer()).catch(() => null);
  return sound && Math.max(Math.round(sound.duration * 1000), 1);
};

const choose = async (row, input) => {
  const file = input.files[0];
  if (!file) return;
  hush();
  if (file.size > LARGEST) return say(word("file_large"), "bad");
  const ms = await lengthOf(file);
  if (ms === null) return say(word("file_unheard"), "bad");
  await keep(row, { bytes: file, ms });
  say(word("file_kept"), "good");
};

/** The first press asks, the second deletes; leaving the button takes the question back. */
const remove = async (row, own) => {
  if (own.dataset.asked === undefined) {
    own.dataset.asked = "";
    own.textContent = word("remove_sure");
    return;
  }
  hush();
  await desk.remove(row.dataset.clip);
  showState(row, "none");
  showChanged();
  say(word("removed"));
  button(row, "record").focus();
};
const unask = (own) => {
  delete own.dataset.asked;
  own.textContent = word("remove");
};

const ACTS = {
  record: (row) => (isRecording() ? finish(row) : record(row)),
  play: (row) => play(row, ({ dataset }) => desk.sound(dataset.clip)),
  remove,
};

page.addEventListener("click", (event) => {
  const own = event.target.closest("[data-act]");
  if (!own || !rowOf(own)) return;
  if (isRecording() && own.dataset.act !== "record") return say(word("one_at_a_time"), "bad");
  Promise.resolve(ACTS[own.dataset.act](rowOf(own), own)).catch(complain);
});
page.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  choose(rowOf(target), target).catch(complain).finally(() => (target.value = ""));
});
page.addEventListener("focusout", ({ target }) => target.dataset?.act === "remove" && unask(target));
addEventListener("beforeunload", (event) => isRecording() && event.preventDefault());

offerChecking({ sign: desk.sign, complain });
page.hidden = false;
