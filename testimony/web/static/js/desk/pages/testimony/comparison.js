/** Comparing: has the desk open everything, a moment at a time, and then shows the page anew. */

import { askingDesk, DeskRefused } from "../../calls.js";

const place = document.querySelector("[data-comparing]");
const said = place.querySelector("[data-said]");
const progress = place.querySelector("[data-progress]");
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });

const show = ({ read, total }) => {
  Object.assign(progress, { max: total || 1, value: read, hidden: false });
  said.textContent = place.dataset.reading.replace("{read}", read).replace("{total}", total);
};

const readOn = async () => {
  for (let state = { read: -1, total: 0 }; state.read < state.total; ) {
    const before = state.read;
    state = await post(place.dataset.comparing, {});
    show(state);
    if (state.read === before) break; // nothing more opens now
  }
};

place.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await readOn();
    location.reload();
  } catch (error) {
    said.textContent = (error instanceof DeskRefused && error.sentence) || place.dataset.failed;
  }
});
