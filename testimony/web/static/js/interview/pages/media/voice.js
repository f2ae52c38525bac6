/** The card of the voice: record, pause, go on, end, listen, delete. A recording goes on over other cards and says so on each. */

import { all, complain, currentCard, failed, on, one, word } from "../base/cards.js";
import { listenTo } from "../../media/level_meter.js";
import { touched } from "../base/idle.js";
import { fillKept } from "./items.js";
import { showLevel, stayAwake } from "../base/level_bar.js";
import { mediaAtWork } from "./media.js";
import { clock, filled } from "../base/phrases.js";
import { record, typeFor, whySilent } from "../../media/recorder.js";
import { flush, touch } from "../cards/autosave.js";
import { go } from "../cards/card.js";
import { purposes, sitting } from "../base/interview_state.js";

const TICK = 100;
const SOUND = { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true };
/** What can be tapped in which state. */
const OFFERED = { off: ["start"], asking: [], recording: ["pause", "stop"], paused: ["go-on", "stop"], ending: [], ended: [] };

/** {recording, ears, close, sentence} of the recording at work; null when there is none. */
let work = null;
let asking = false;

const stateNow = () => work?.recording.state() ?? (asking ? "asking" : "off");
const agreed = () => sitting.state !== null && purposes().includes("P02");

/** Whoever taps a button that goes away finds the next one under their finger, or their key. */
const offer = (buttons) => {
  const place = one("[data-recorder]");
  const had = place.contains(document.activeElement);
  all("button", place).forEach((button) => (button.hidden = !buttons.includes(button.dataset.act.slice("voice-".length))));
  if (had && !document.activeElement?.checkVisibility?.()) one("button:not([hidden])", place)?.focus();
};

/** On every other card a strip says that it records, and leads back. */
const showStrip = (state) => {
  const on = state === "recording" || state === "paused";
  const strip = one(".top .strip") ?? (on && one(".top").appendChild(one("[data-recording-strip]").content.firstElementChild.cloneNode(true)));
  if (!strip) return;
  strip.hidden = !on || currentCard()?.dataset.card === "voice";
  one("[data-strip-said]", strip).textContent = word(`voice_${state === "paused" ? "paused" : "recording"}`);
};

const showTime = () => all("[data-voice-time]").forEach((place) => (place.textContent = work ? clock(work.recording.seconds()) : ""));

/** The card and the strip as things are now. */
export const showVoice = () => {
  const state = stateNow();
  if (state === "off") delete document.documentElement.dataset.recording;
  else document.documentElement.dataset.recording = state;
  showStrip(state);
  showTime();
  const place = one("[data-recorder]");
  if (!place) return;
  place.dataset.recorder = state;
  one("[data-voice-state]").textContent = { recording: word("voice_recording"), paused: word("voice_paused"), ending: word("voice_ending") }[state] ?? word("voice_off");
  one("[data-level]").hidden = state !== "recording";
  offer(OFFERED[state]);
};

const showRoom = (seconds) => {
  const place = one("[data-voice-room]");
  if (place) place.textContent = Number.isFinite(seconds) ? filled("voice_left", { time: clock(seconds) }) : "";
};

/**
 * Sound holds off the lock where the page is out of sight, because a witness who speaks touches nothing: without sound it locks there
 * as ever, and that ends the recording. In sight no recording is locked (interview/pages/cards/listener.js).
 */
const tick = () => {
  if (!work) return;
  showTime();
  if (work.recording.state() !== "recording") return;
  const heard = work.ears.heard();
  showLevel(heard);
  if (heard.sound) touched();
};

const microphone = async () => {
  if (!typeFor() || !navigator.mediaDevices) return complain(word("voice_unable"));
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: SOUND });
  } catch (error) {
    return complain(word(whySilent(error)));
  }
};

const release = (stream) => stream.getTracks().forEach((track) => track.stop());

/** What has to stand in the draft before the first slice: that there is something to look for when consent is taken back. */
const beginItem = async (type) => {
  sitting.state.media = true;
  touch();
  await flush();
  return mediaAtWork().begin({ kind: "voice", mime: type });
};

const over = async (why) => {
  const { close, sentence } = work;
  close();
  work = null;
  showVoice();
  if (sitting.state === null) return;
  const said = sentence ?? (why === "stopped" ? "" : word(`ended_${why}`));
  if (one("[data-voice-list]")) await fillKept("voice");
  if (said) complain(said); // below the list
};

const recordFrom = async (stream) => {
  const { voice: room, ends } = await mediaAtWork().room();
  if (room < 1) return complain(word(`ended_${ends}`));
  const type = typeFor();
  const item = await beginItem(type);
  const recording = record({ stream, item, type, most: room, changed: showVoice });
  const [ears, sleep, timer] = [listenTo(stream), stayAwake(), setInterval(tick, TICK)];
  const close = () => {
    clearInterval(timer);
    sleep();
    ears.close();
    release(stream);
  };
  work = { recording, ears, close, sentence: null };
  work.over = recording.ended.then(over).catch(failed);
  showRoom(room);
  return recording;
};

const start = async () => {
  if (stateNow() !== "off" || !agreed()) return;
  complain("");
  document.dispatchEvent(new CustomEvent("media-leaving"));
  asking = true;
  showVoice();
  const stream = await microphone();
  try {
    if (stream && !(agreed() && (await recordFrom(stream)))) release(stream);
  } catch (error) {
    release(stream);
    if (error.name !== "MediaRefused") throw error;
    complain(word(error.reason === "limit" ? "ended_limit" : "ended_room"));
  } finally {
    asking = false;
    showVoice();
  }
};

/** End what is being recorded, and keep it; `sentence` says why where nobody tapped. Whether there was anything to end. */
export const endRecording = async (sentence = null) => {
  if (!work) return false;
  const mine = work;
  mine.sentence ??= sentence;
  mine.recording.stop();
  await mine.over;
  return true;
};

/** The card is entered, or stands there anew in another language. */
export const enterVoice = async () => {
  showVoice();
  showRoom((await mediaAtWork().room()).voice);
  await fillKept("voice");
};

document.addEventListener("media-room", ({ detail }) => {
  showRoom(detail.voice);
  if (detail.level === "none") endRecording(word(`ended_${detail.ends}`)).catch(failed);
});
document.addEventListener("media-kept", ({ detail }) => complain(detail.kept ? "" : word("media_not_kept")));

on({
  "voice-start": start,
  "voice-pause": () => work?.recording.pause(),
  "voice-go-on": () => work?.recording.goOn(),
  "voice-stop": () => endRecording(),
  "voice-card": () => go("voice"),
});
