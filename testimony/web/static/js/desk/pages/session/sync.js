/** An exchange with headquarters that goes on beside the reading: how far it is, a button to stop it, how it ended. */

import { askingDesk, DeskRefused } from "../../calls.js";

const EVERY = 1000; // ms
const place = document.querySelector("[data-exchange]");
const said = place.querySelector("[data-exchange-said]");
const going = place.querySelector("[data-exchange-going]");
const progress = place.querySelector("[data-exchange-progress]");
const far = place.querySelector("[data-exchange-far]");
const synced = document.querySelector("[data-synced]");
const stop = place.querySelector("[data-act=stop-exchange]");
const { ask, post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });
let watching = false;

const say = (sentences) => {
  const lines = sentences.map(({ sentence, kind }) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    line.className = kind === "refused" ? "warn" : "";
    return line;
  });
  said.replaceChildren(...lines);
  place.classList.toggle("warn", sentences.some(({ kind }) => kind === "refused"));
  place.hidden = !sentences.length;
};

const show = (state) => {
  place.dataset.going = state.going ? "yes" : "no";
  going.hidden = !state.going;
  far.textContent = state.far.join(" ");
  if (state.share === null) progress.removeAttribute("value");
  else progress.value = state.share;
  if (state.told.length) say(state.told);
  if (synced) synced.textContent = state.synced;
};

const complain = (error) => {
  place.dataset.going = "no";
  going.hidden = true;
  say([{ sentence: (error instanceof DeskRefused && error.sentence) || place.dataset.failed, kind: "refused" }]);
};

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Until it ended. A locked desk says so, and the next exchange goes on where this one stopped. */
const watch = async (first) => {
  if (watching) return;
  watching = true;
  try {
    let state = first ?? (await (await ask(place.dataset.state)).json());
    if (state.going) say([{ sentence: place.dataset.begun, kind: "message" }]);
    show(state);
    while (state.going) {
      await wait(EVERY);
      state = await (await ask(place.dataset.state)).json();
      show(state);
    }
    if (state.told.length) document.dispatchEvent(new CustomEvent("exchanged"));
  } catch (error) {
    complain(error);
  }
  watching = false;
};

const begin = async (media) => {
  stop.disabled = false;
  try {
    const state = await post(place.dataset.begin, { media });
    place.hidden = false;
    await watch(state);
  } catch (error) {
    complain(error);
  }
};

document.querySelectorAll("form[data-exchanges]").forEach((form) =>
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(form.elements.media?.value === "yes");
  }),
);
stop.addEventListener("click", async () => {
  stop.disabled = true;
  await post(place.dataset.stop, {}).then(show).catch(complain);
});
if (place.dataset.going === "yes") watch();
