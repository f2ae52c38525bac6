/** Dialogs that change no answer: help, and how the page looks (by day, by night, in the sun), which the phone keeps. */

import { all, on, one } from "./cards.js";

const root = document.documentElement;

/** "" is what the system says; before the phone's memory was asked there is no look at all. */
const wear = (look) => {
  root.dataset.look = look;
  const ground = getComputedStyle(root).getPropertyValue("--card").trim();
  all('meta[name="theme-color"]').forEach((meta) => (meta.content = ground));
  all("[data-take-look]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.takeLook === look)));
};

const open = (name) => {
  wear(root.dataset.look ?? "");
  one("dialog[open]")?.close();
  one(`dialog[data-dialog="${name}"]`).showModal();
};

on({
  help: () => open("help"),
  look: () => open("look"),
  "close-dialog": (button) => button.closest("dialog").close(),
});

/** Wear the look that `store`, the phone's, remembers, and remember the next one. */
export const followLook = async (store) => {
  wear((await store.read("settings", "look")) ?? ""); // before anybody chooses, or it would take the choice back
  on({
    "take-look": (button) => {
      wear(button.dataset.takeLook);
      return store.write("settings", "look", button.dataset.takeLook);
    },
  });
};
