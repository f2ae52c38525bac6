/** The working title of an incident: sent by script, because a browser keeps what a form sends. */

import { askingDesk, DeskRefused } from "../../calls.js";

const place = document.querySelector("[data-naming]");
const field = document.getElementById("working-title");
const said = place.querySelector("[data-said]");
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });

const save = async () => {
  try {
    const { title, sentence } = await post(place.dataset.naming, { title: field.value });
    field.value = title;
    said.textContent = sentence;
    said.className = "note good";
  } catch (error) {
    said.textContent = (error instanceof DeskRefused && error.sentence) || place.dataset.failed;
    said.className = "note warn";
  }
};

place.querySelector("[data-act=name]").addEventListener("click", save);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing) save();
});
