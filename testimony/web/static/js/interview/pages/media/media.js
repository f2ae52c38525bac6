/** Recordings and pictures of the interview at work, as the cards that make them see it. */

import { binsOf } from "../../media/buckets.js";
import { on } from "../base/cards.js";
import { mediaIn } from "../../media/store.js";
import { inTime } from "../../node/free_space.js";
import { sitting } from "../base/interview_state.js";
import { plays, stream } from "../../media/audio_stream.js";

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
    estimate: () => inTime(navigator.storage.estimate().catch(() => undefined)),
    tell: (name, detail) => (name === "room" ? tellRoom(detail) : tell(name, detail)),
  }));

/** What is being played or shown: how to forget each. */
const shown = new Set();

const kept = (release) => {
  const once = () => shown.delete(once) && release();
  shown.add(once);
  return once;
};

const whole = async ({ mime, slices }) => {
  const parts = [];
  for await (const slice of slices) parts.push(slice);
  const url = URL.createObjectURL(new Blob(parts, { type: mime }));
  return { url, release: kept(() => URL.revokeObjectURL(url)) };
};

const opened = (id) => mediaOf(sitting.phone).open(sitting.id, id);

/** Let `sound` play an item: {release, fed}, as `stream` gives. */
const play = async (id, sound) => {
  const item = await opened(id);
  if (plays(item.mime)) {
    const { release, fed } = stream(sound, item.mime, item.slices);
    return { release: kept(release), fed };
  }
  const { url, release } = await whole(item);
  sound.src = url;
  return { release, fed: Promise.resolve() };
};

const releaseAll = () => [...shown].forEach((release) => release());

/** Locked, over or left: nothing plays on, and nothing goes on being recorded. */
document.addEventListener("interview-left", () => {
  releaseAll();
  media?.leave();
});

/** The media of the interview at work: {begin, list, room, show, play, remove}; also after its draft was moved to another id. */
export const mediaAtWork = () => {
  const here = mediaOf(sitting.phone);
  return {
    begin: (what) => here.begin(sitting.id, what),
    list: () => here.list(sitting.id),
    room: () => here.room(sitting.id),
    show: async (id) => whole(await opened(id)),
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
  const { sealWithMedia } = await import("../../vault/media_seal.js");
  return sealWithMedia({ phone, media: mediaOf(phone), bins: binsOf(), draft, asked, progress: showSealing, stopped: () => stopping });
};
