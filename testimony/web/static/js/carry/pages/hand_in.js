/** The page that takes in a file from a phone and gives the receipts back. */

import { download } from "../../interview/pages/outbox/carry_file.js";
import { nodeAt } from "../../interview/node/node.js";
import { inSentencesOf } from "../../interview/form/numerals.js";
import { framesOf } from "../frame_stream.js";
import { handIn, receiptsFile } from "../delivery.js";

const one = (selector) => document.querySelector(selector);
const words = JSON.parse(one("#carry-words").textContent);
const shown = (number) => inSentencesOf(document.documentElement.lang, String(number));
const filled = (name, numbers) => Object.entries(numbers).reduce((text, [key, number]) => text.replace(`{${key}}`, shown(number)), words[name]);
const node = nodeAt({ trust: "", locked: "", files: "" });
let report = null;

const say = (sentence, tone = "") => {
  const place = one("[data-carry-said]");
  place.textContent = sentence;
  place.className = `note ${tone}`;
  place.hidden = false;
};

const line = (sentence) => Object.assign(document.createElement("li"), { textContent: sentence });

const show = ({ records, held, refused, receipts, torn }) => {
  const missing = records - new Set([...held, ...refused.keys()]).size;
  const lines = [...refused].map(([name, rule]) => line(`${name.slice(0, 8)} · ${words[`rule_${rule}`] ?? words.rule_other}`));
  if (missing > 0) lines.push(line(filled("missing", { n: missing })));
  one("[data-carry-lines]").replaceChildren(...lines);
  say([filled("taken", { n: held.size, of: records }), torn ? words.torn : ""].join(" ").trim(), torn || lines.length > 0 ? "warn" : "good");
  one("[data-carry-back]").hidden = receipts.length === 0;
};

const sentenceFor = (error) => {
  if (error.name === "FileForeign") return words.foreign;
  return error.name === "NodeRefused" ? words.node_full : words.node_gone;
};

const take = async (file) => {
  const [bar, input] = [one("[data-carry-bar]"), one("[data-carry-file]")];
  input.disabled = true;
  bar.hidden = false;
  say(words.working);
  try {
    report = await handIn({ frames: framesOf(file), node, progress: ({ records }) => say(filled("working_on", { n: records })) });
    show(report);
  } catch (error) {
    say(sentenceFor(error), "bad");
  } finally {
    input.disabled = false;
    input.value = "";
    bar.hidden = true;
  }
};

one("[data-carry]").hidden = false;
if (!isSecureContext) {
  one("[data-carry-file]").disabled = true;
  say(words.insecure, "bad");
}
one("[data-carry-file]").addEventListener("change", ({ target }) => target.files.length > 0 && take(target.files[0]));
one("[data-carry-receipts]").addEventListener("click", async () => download(await receiptsFile(report), `notes-${new Date().toISOString().slice(0, 10)}-back.bin`));
