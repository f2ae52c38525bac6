/** Correcting one code: the answer goes to the desk by script, which no browser keeps. */

import { askingDesk, DeskRefused } from "../../calls.js";

const place = document.querySelector("[data-correcting]");
const said = place.querySelector("[data-said]");
const value = place.querySelector("[data-value]");
const { field, kind } = place.dataset;
const seen = place.dataset.seen.split(" ").filter(Boolean);
const { post } = askingDesk({ csrf: place.dataset.csrf, lang: document.documentElement.lang });

const written = (name) => document.getElementById(name).value;
const READ = {
  one: () => written("value") || null,
  several: () => [...place.querySelectorAll("[data-option]:checked")].map((one) => one.value),
  number: () => (written("value") === "" ? null : Number(written("value"))),
  date: () => {
    const parts = [written("year").padStart(4, "0"), written("month"), written("day")];
    const lacking = parts.indexOf("");
    return written("year") === "" || (lacking === 1 && parts[2]) ? null : parts.slice(0, lacking < 0 ? 3 : lacking).join("-");
  },
};

const say = (sentence, good) => {
  said.textContent = sentence;
  said.className = good ? "note good" : "note warn";
};

/** `null`: the original again; undefined: nothing was chosen yet. */
const answer = () => {
  const what = place.querySelector("input[name=what]:checked")?.value;
  if (what === "original") return null;
  if (what && what !== "value") return { missing: what };
  const told = what ? READ[kind]() : null;
  return told === null || told.length === 0 ? undefined : { value: told };
};

const save = async () => {
  const told = answer();
  const reason = written("reason");
  if (told === undefined || !reason) return say(place.dataset.lacking, false);
  try {
    location.assign((await post(place.dataset.save, { field, answer: told, reason, seen })).address);
  } catch (error) {
    say((error instanceof DeskRefused && error.sentence) || place.dataset.failed, false);
  }
};

value?.addEventListener("input", () => {
  place.querySelector("input[name=what][value=value]").checked = true;
});
place.querySelector("[data-act=save]").addEventListener("click", save);
