/** Recordings and pictures of the interview at work, as the cards that make them see it. */

import { binsOf } from "./bins.js";
import { on } from "./cards-page.js";
import { mediaIn } from "./mediastore.js";
import { sitting } from "./sitting-page.js";

const STEP = 30;
const SHORT = 300;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`media-${name}`, { detail }));

let told = "";
/** Room is told when it matters: at another level, and near its end every half a minute. */
const tellRoom = (room) => {
  const gist = `${room.level} ${room.voice < SHORT ? Math.floor(room.voice / STEP) : ""}`;
  if (gist !== told) tell("room", room);
  told = gist;
};

let media = null;
/** The media of the drafts on `phone`, once a page. */
export const mediaOf = (phone) =>
  (media ??= mediaIn(phone, {
    bins: binsOf(),
    estimate: () => navigator.storage.estimate().catch(() => undefined),
    tell: (name, detail) => (name === "room" ? tellRoom(detail) : tell(name, detail)),
  }));

/** What is being played: addresses of bytes in memory. */
const playing = new Set();

const play = async (id) => {
  const { mime, slices } = await mediaOf(sitting.phone).read(sitting.id, id);
  const url = URL.createObjectURL(new Blob(slices, { type: mime }));
  playing.add(url);
  return { url, release: () => playing.delete(url) && URL.revokeObjectURL(url) };
};

const releaseAll = () => {
  playing.forEach((url) => URL.revokeObjectURL(url));
  playing.clear();
};

/** Locked, over or left: nothing plays on, and nothing goes on being recorded. */
document.addEventListener("interview-left", () => {
  releaseAll();
  media?.leave();
});

/** The media of the interview at work: {begin, list, room, play, remove}; also after its draft was moved to another id. */
export const mediaAtWork = () => {
  const here = mediaOf(sitting.phone);
  return {
    begin: (what) => here.begin(sitting.id, what),
    list: () => here.list(sitting.id),
    room: () => here.room(sitting.id),
    play,
    remove: (id) => here.remove(id),
  };
};

let stopping = false;
/** Stop the sealing that goes on, if one does. */
export const stopSealing = () => (stopping = true);
on({ "stop-sealing": stopSealing });

const showSealing = (done, total) => {
  if (total > 0) document.documentElement.dataset.sealing = `${done}/${total}`;
  else delete document.documentElement.dataset.sealing;
  tell("sealing", { done, total });
};

/** The interview at work with its media as an entry of the outbox; `asked` is what the vault is given. */
export const seal = async (asked) => {
  stopping = false;
  const { phone, id: draft } = sitting;
  const { sealWithMedia } = await import("./mediasealing.js");
  return sealWithMedia({ phone, media: mediaOf(phone), bins: binsOf(), draft, asked, progress: showSealing, stopped: () => stopping });
};
