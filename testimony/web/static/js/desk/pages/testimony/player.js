/** The player of recordings: place, speed, five seconds back or on, its shape, and notes at a moment. Nothing is kept. */

import { LARGEST, LONGEST, RATE, clockOf, pathOf, peaksOf, silences } from "../../waveform.js";

const SKIP = 5;
const LEAP = 30;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** The sound as columns; it is decoded in this page's memory and let go of at once. */
const shapeOf = async (address) => {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new TypeError(answer.statusText);
  const bytes = await answer.arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes);
  return { peaks: peaksOf(sound.getChannelData(0)), seconds: sound.duration };
};

const playerIn = (item) => {
  const box = item.querySelector("[data-player]");
  const audio = item.querySelector("audio");
  const one = (selector) => box.querySelector(selector);
  const line = one("input");
  const said = one("[data-state]");
  const words = box.dataset;
  const title = words.title;
  const number = Number(item.dataset.medium);
  let broken = false; // its end cannot be had: what stands before the gap is played alone

  const length = () => (Number.isFinite(audio.duration) && audio.duration > 0 && !broken ? audio.duration : Number(words.seconds) || 1);
  const say = (sentence) => (said.textContent = sentence);
  const show = () => {
    const [at, all] = [audio.currentTime, length()];
    Object.assign(line, { max: all, value: at });
    line.setAttribute("aria-valuetext", words.of.replace("{time}", clockOf(at)).replace("{whole}", clockOf(all)));
    one("[data-clock]").textContent = `${clockOf(at)} / ${clockOf(all)}`;
    const x = Math.min(1000, (at / all) * 1000);
    for (const end of ["x1", "x2"]) one(".at").setAttribute(end, x);
    one("[data-act=play] [data-word]").textContent = audio.paused ? words.play : words.pause;
    one("[data-act=play] [data-shape]").textContent = audio.paused ? "▶" : "❚❚";
  };
  const marks = () => {
    const group = one("g");
    group.replaceChildren(...JSON.parse(words.marks).map((ms) => {
      const mark = document.createElementNS(group.namespaceURI, "path");
      mark.setAttribute("class", "mark");
      mark.setAttribute("d", `M${Math.min(1000, ms / length())} 0v100`);
      return mark;
    }));
  };
  const seek = (seconds) => {
    audio.currentTime = Math.min(Math.max(0, seconds), length());
    show();
  };

  /** Once it is known how long it is: the browser asks the desk when somebody wants to hear, and not before. */
  const ready = () =>
    audio.readyState > 0 && !audio.error ? Promise.resolve() : new Promise((done) => {
      audio.addEventListener("loadedmetadata", done, { once: true });
      audio.preload = "metadata";
      audio.load();
    });
  const play = async () => {
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
    await ready();
    await audio.play().catch(() => null);
  };
  const playFrom = async (seconds) => {
    await ready();
    seek(seconds);
    await play();
  };
  const speed = (value) => {
    Object.assign(audio, { playbackRate: value, defaultPlaybackRate: value, preservesPitch: true });
    one("select").value = String(value);
  };
  const faster = (by) => speed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(audio.playbackRate) + by))] ?? 1);

  /** What stands before the gap, from where it was; a second failure has nothing left to play. */
  const upToTheGap = async (at = 0, playing = false) => {
    broken = true;
    audio.src = words.begin;
    await ready();
    seek(at);
    if (playing) await play();
  };

  const draw = async () => {
    if (words.whole !== "yes" || broken) return say(words.lacking);
    if (Number(words.seconds) > LONGEST || Number(words.bytes) > LARGEST) return say(words.long);
    say(words.drawing);
    try {
      const { peaks, seconds } = await shapeOf(audio.src);
      one(".wave").setAttribute("d", pathOf(peaks));
      words.seconds = seconds;
      const quiet = silences(peaks, seconds);
      const list = quiet.map((pair) => pair.map(clockOf).join("–")).join(words.comma);
      say(quiet.length ? words.silent.replace("{stretches}", list) : words.sounding);
      show();
      marks();
    } catch {
      say(words.undrawn); // locked, damaged or of a kind that this browser does not decode: the sound says which
    }
  };

  const ACTS = {
    play: () => (audio.paused ? play() : audio.pause()),
    back: () => seek(audio.currentTime - SKIP),
    on: () => seek(audio.currentTime + SKIP),
    note: () => {
      const detail = { medium: number, ms: Math.round(audio.currentTime * 1000), recording: title, time: clockOf(audio.currentTime) };
      document.dispatchEvent(new CustomEvent("testimony:note-here", { detail }));
    },
  };
  const KEYS = {
    ArrowLeft: ACTS.back, ArrowRight: ACTS.on, k: ACTS.play, n: ACTS.note,
    PageDown: () => seek(audio.currentTime - LEAP), PageUp: () => seek(audio.currentTime + LEAP),
    Home: () => seek(0), End: () => seek(length()), "<": () => faster(-1), ">": () => faster(1),
  };

  box.addEventListener("click", ({ target }) => ACTS[target.closest("[data-act]")?.dataset.act]?.());
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, textarea, input[type=text]")) return;
    const act = event.key === " " && event.target === line ? ACTS.play : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  line.addEventListener("input", async () => {
    const to = Number(line.value);
    await ready();
    seek(to);
  });
  one("select").addEventListener("change", ({ target }) => speed(Number(target.value)));
  for (const kind of ["timeupdate", "play", "pause", "loadedmetadata", "seeked"]) audio.addEventListener(kind, show);
  audio.addEventListener("error", () => {
    if (broken) return say(words.nothing);
    upToTheGap(audio.currentTime, !audio.paused);
  });
  audio.addEventListener("ended", () => broken && say(words.gap.replace("{time}", clockOf(audio.currentTime))));

  audio.controls = false;
  audio.hidden = true;
  box.hidden = false;
  if (words.whole !== "yes") [broken, audio.src] = [true, words.begin];
  show();
  marks();
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    observer.disconnect();
    draw();
  }).observe(box);
  return { playFrom, focus: () => line.focus() };
};

const players = new Map();
for (const box of document.querySelectorAll("[data-player]")) {
  const item = box.closest("[data-medium]"); // one that the consent keeps closed has no player
  players.set(Number(item.dataset.medium), playerIn(item));
}

document.addEventListener("testimony:play-from", ({ detail }) => {
  const player = players.get(detail.medium);
  if (!player) return document.getElementById(`medium-${detail.medium}`)?.scrollIntoView();
  player.playFrom(detail.ms / 1000);
  player.focus();
});
