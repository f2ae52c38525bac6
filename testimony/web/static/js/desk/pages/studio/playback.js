/** Playing what was recorded of a sentence: one at a time, by the same button that ends it. */

import { button, say, word } from "./sentences.js";

let playing = null; // {row, audio, address}

const show = (row, on) => {
  const own = button(row, "play");
  own.firstElementChild.textContent = on ? "■" : "▶";
  own.lastElementChild.textContent = word(on ? "play_end" : "play");
};

/** Silence, and whether there was something to silence. */
export const hush = () => {
  if (!playing) return null;
  const { row, audio, address } = playing;
  playing = null;
  audio.pause();
  URL.revokeObjectURL(address);
  show(row, false);
  return row;
};

const over = (audio) => () => playing?.audio === audio && hush();

/** Play the recording of `row`, or end it. `sound(row)` gives its bytes. */
export const play = async (row, sound) => {
  if (hush() === row) return;
  const address = URL.createObjectURL(await sound(row));
  hush(); // another one may have begun meanwhile
  const audio = new Audio(address);
  playing = { row, audio, address };
  audio.addEventListener("ended", over(audio));
  show(row, true);
  try {
    await audio.play();
  } catch {
    if (playing?.audio !== audio) return;
    hush();
    say(word("not_playing"), "bad");
  }
};
