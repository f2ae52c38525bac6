/** One line of words about a testimony or an incident: sent by script, because a browser keeps what a form sends. */

import { askingDesk, DeskRefused } from "../../calls.js";

const place = document.querySelector("[data-naming]");
const field = /** @type {HTMLInputElement} */ (document.getElementById("one-line"));
const said = place.querySelector("[data-said]");
const { naming, key, of, csrf, failed } = place.dataset;
const { post } = askingDesk({ csrf, lang: document.documentElement.lang });

/** The faces on this page name the testimony by its label at once. */
const showInFaces = (text) => {
  for (const face of document.querySelectorAll(`.face[data-face="${of}"]`)) {
    const label = face.querySelector(".face-label") ?? document.createElement("bdi");
    Object.assign(label, { className: "face-label", dir: "auto", translate: false, textContent: text });
    if (!text) label.remove();
    else if (!label.isConnected) face.querySelector(".face-id").before(label, " ");
  }
};

const save = async () => {
  try {
    const answer = await post(naming, { [key]: field.value });
    field.value = answer[key];
    field.removeAttribute("aria-invalid");
    said.textContent = answer.sentence;
    said.className = "note good";
    if (of) showInFaces(field.value);
  } catch (error) {
    field.setAttribute("aria-invalid", "true");
    said.textContent = (error instanceof DeskRefused && error.sentence) || failed;
    said.className = "note warn";
  }
};

place.querySelector("[data-act=name]").addEventListener("click", save);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing) save();
});
