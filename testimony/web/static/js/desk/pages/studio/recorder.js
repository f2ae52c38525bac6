/** Recording a sentence: one press starts, one press ends, the level is shown meanwhile, and nothing else can start. */

import { listenTo } from "../../../interview/media/level_meter.js";
import { typeFor, whySilent } from "../../../interview/media/recorder.js";
import { takeClip } from "../../clip_recorder.js";
import { all, button, clock, one, say, showAgain, word } from "./sentences.js";

const TICK = 100;
const SOUND = { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true };

/** {row, taking} of the sentence that is being said; `taking` is null while the browser asks for the microphone. */
let work = null;

/** Whether a sentence is being said now. */
export const isRecording = () => work !== null;

const microphone = async () => {
  if (!typeFor() || !navigator.mediaDevices) return say(word("voice_unable"), "bad");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: SOUND });
  } catch (error) {
    return say(word(whySilent(error)), "bad");
  }
};

const release = (stream) => stream.getTracks().forEach((track) => track.stop());

const showLevel = (row, { level, sound }) => {
  one("meter", row).value = level;
  const [place, sentence] = [one("[data-level-said]", row), word(sound ? "sound_there" : "sound_none")];
  if (place.textContent !== sentence) place.textContent = sentence;
};

const showWork = (row, on) => {
  const own = button(row, "record");
  row.toggleAttribute("data-recording", on);
  own.firstElementChild.textContent = on ? "■" : "●";
  if (on) {
    own.lastElementChild.textContent = word("stop");
    one("[data-clip-state]", row).className = "state bad";
    one("[data-shape]", row).textContent = "●";
    one("[data-clip-said]", row).textContent = word("state_now");
  }
  one("[data-level]", row).hidden = !on;
  all("button, input", row).forEach((each) => each !== own && (each.disabled = on));
};

const attend = (row, taking, stream) => {
  const ears = listenTo(stream);
  const timer = setInterval(() => {
    showLevel(row, ears.heard());
    one("[data-clip-time]", row).textContent = clock(taking.seconds());
  }, TICK);
  return () => {
    clearInterval(timer);
    ears.close();
  };
};

/** The sentence of `row` from the first sound to the press that ends it: its clip, or null when there is none to keep. */
const record = async (row, stream) => {
  const taking = takeClip({ stream, type: typeFor() });
  work.taking = taking;
  showWork(row, true);
  say(word("recording"));
  const end = attend(row, taking, stream);
  const { why, clip } = await taking.ended;
  end();
  showWork(row, false);
  if (!clip) say(word(`ended_${why}`), "bad");
  return clip;
};

/** Resolves with the clip {bytes, ms} of the sentence of `row`; with null when there is none, and then it was said why. */
export const begin = async (row) => {
  work = { row, taking: null };
  try {
    const stream = await microphone();
    return stream ? await record(row, stream).finally(() => release(stream)) : null;
  } finally {
    work = null;
    showAgain(row);
  }
};

/** The press that ends it; on another sentence it only says that one is being recorded. */
export const finish = (row) => {
  if (work.row !== row) return say(word("one_at_a_time"), "bad");
  return work.taking?.stop();
};
