/** The page verify.html: takes one file, shows each check and what is in clear, in the language that was chosen. */

import { conclusionOf, examine, sixWords, wordsOf } from "./archive/checks.js";
import { wordingOf } from "./archive/code_labels.js";

const { languages, words } = JSON.parse(document.getElementById("words").textContent);
const list = wordsOf(document.getElementById("list").textContent);
const at = (id) => document.getElementById(id);

/** A day, a time or a number is not broken over two lines. */
const UNBROKEN = /^[0-9][0-9TZ:.-]*$/;

const CONCLUSIONS = { yes: "whole", open: "unproven", no: "fails" };

let tongue = languages[0];
let shownNow = null; // {findings, parts}: what was found last, shown anew in another language

const said = (key) => words[tongue.tag][key] ?? key;

/** @type {(name: string, given?: Record<string, any>, ...children: any[]) => any} */
const element = (name, { text, dir, lang, ...attributes } = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (dir) made.dir = dir;
  if (lang) made.lang = lang;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
};

/** A sentence with its values, each kept apart from the direction of the words around it. */
const sentence = (key, values) => {
  const made = element("span");
  for (const piece of said(key).split(/(%\([a-z]+\)s)/)) {
    const name = /^%\(([a-z]+)\)s$/.exec(piece)?.[1];
    if (name === undefined) made.append(piece);
    else made.append(element("bdi", { class: UNBROKEN.test(String(values[name])) ? "short" : "", text: name === "part" ? partName(String(values[name])) : String(values[name]) }));
  }
  return made;
};

const plain = (key, values) => said(key).replace(/%\(([a-z]+)\)s/g, (_, name) => String(values[name]));

const partName = (part) => {
  const known = words[tongue.tag][`part.${part.replace(/-[0-9]+$/, "")}`];
  return known ? `${known}${/-[0-9]+$/.exec(part)?.[0].replace("-", " ") ?? ""}` : part;
};

const check = ({ code, holds, values }) =>
  element("li", { class: holds, "data-code": code }, element("span", { class: "mark", text: said(holds) }), sentence(code, values));

const checks = (findings) => element("ul", { class: "checks" }, ...findings.map(check));

/** Any JSON, as text alone. */
const valued = (value) => {
  if (Array.isArray(value)) return element("ul", {}, ...value.map((one) => element("li", {}, valued(one))));
  if (value === null || typeof value !== "object") return element("bdi", { text: String(value), dir: "auto" });
  const lines = Object.entries(value).flatMap(([key, one]) => [element("dt", { dir: "auto", text: key }), element("dd", {}, valued(one))]);
  return element("dl", {}, ...lines);
};

/** Words of the questionnaire, in their own language and direction, with the code beside them; the code alone where it has none. */
const worded = (found, code) =>
  found
    ? [element("span", { lang: found.lang, dir: "auto", text: found.words }), " ", element("bdi", { class: "code", text: code })]
    : [element("bdi", { dir: "auto", text: code })];

const rows = (pairs) => element("dl", {}, ...pairs.flatMap(([asked, said]) => [element("dt", {}, ...asked), element("dd", {}, ...said)]));

/** One answer: {"value"} or {"missing"}, a code, a list of them, or rows. */
const answered = (wording, name, value, piece = null) => {
  if (Array.isArray(value)) return [element("ul", {}, ...value.map((one) => element("li", {}, ...answered(wording, name, one, piece))))];
  if (value === null || typeof value !== "object") return worded(wording.says(name, String(value), piece), String(value));
  const keys = Object.keys(value);
  if (keys.length === 1 && ["value", "missing"].includes(keys[0])) return answered(wording, name, value[keys[0]]);
  return [rows(keys.map((key) => [worded(wording.asks(name, key), key), answered(wording, name, value[key], key)]))];
};

const isAnswers = (one) => one !== null && typeof one === "object" && !Array.isArray(one) && Object.keys(one).length > 0;

const answers = (given, form) => {
  const wording = wordingOf(form, tongue.tag);
  return rows(Object.entries(given).map(([name, answer]) => [worded(wording.asks(name), name), answered(wording, name, answer)]));
};

const TAG = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

const languageName = (tag) => {
  try {
    return new Intl.DisplayNames([tongue.tag], { type: "language" }).of(tag);
  } catch {
    return tag;
  }
};

const statement = ({ lang, dir, text, original }) => {
  const tag = TAG.test(lang) ? lang : "";
  const name = element("p", { class: "quiet" }, element("bdi", { text: tag ? languageName(tag) : String(lang) }), original ? ` · ${said("translation")}` : "");
  return [name, element("p", { class: "words", dir: dir === "rtl" ? "rtl" : dir === "ltr" ? "ltr" : "auto", lang: tag, translate: "no", text })];
};

const isStatement = (one) => one !== null && typeof one === "object" && typeof one.text === "string" && typeof one.lang === "string";

/** Deeper than anything that is sealed; what is, was written to do harm. */
const DEEPEST = 64;

const isDeep = (value) => {
  let level = [value];
  for (let i = 0; i < DEEPEST; i += 1) level = level.flatMap((one) => (one !== null && typeof one === "object" ? Object.values(one) : []));
  return level.length > 0;
};

/** undefined where it is no JSON that this could have been sealed as. */
const read = (content) => {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
    return isDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
};

/** A part in clear: statements in their language and direction, anything else as it was sealed. */
const revealed = ({ part, type, content, form }) => {
  const value = type === "application/json" ? read(content) : undefined;
  const title = element("h3", { text: partName(part), "data-part": part });
  if (value === undefined) return [title, element("p", { text: plain("bytes", { type, number: content.length }) })];
  const statements = Array.isArray(value?.statements) ? value.statements.filter(isStatement) : [];
  const all = element("details", {}, element("summary", { text: said("sealed") }), valued(value));
  const told = form && isAnswers(value?.answers) ? [answers(value.answers, form)] : [];
  if (statements.length + told.length === 0) all.open = true;
  return [title, ...statements.flatMap(statement), ...told, all];
};

const section = (title, findings, parts) =>
  element("section", {}, element("h2", {}, ...title), checks(findings), ...(parts.length ? [element("h2", { text: said("shown") })] : []), ...parts.flatMap(revealed));

const show = ({ findings, parts }) => {
  const tids = [...new Set(findings.map(({ tid }) => tid).filter(Boolean))];
  const general = section([said("about")], findings.filter(({ tid }) => !tid), []);
  const each = tids.map((tid) =>
    section([`${said("testimony")} `, element("bdi", { class: "fixed", text: tid })], findings.filter((one) => one.tid === tid), parts.filter((one) => one.tid === tid)));
  const conclusion = conclusionOf(findings);
  at("verdict").className = conclusion;
  at("verdict").textContent = said(CONCLUSIONS[conclusion]);
  at("found").replaceChildren(general, ...each);
};

const speak = () => {
  Object.assign(document.documentElement, { lang: tongue.tag, dir: tongue.dir });
  document.title = said("title");
  for (const id of ["title", "lead", "choose", "trust", "language"]) at(id).textContent = said(id);
  at("dropping").textContent = said("drop");
  if (shownNow) show(shownNow);
};

/** Lets the page draw and hear what is pressed. Browsers slow down the timers of hidden tabs, but not their messages. */
const pause = async () => {
  const { port1, port2 } = new MessageChannel();
  await new Promise((resume) => {
    port1.onmessage = resume;
    port2.postMessage(0);
  });
  port1.close();
};

/** Milliseconds after which the page shows how far it is and hears what is pressed. */
const BREATH = 100;

/** The file that is looked at last; an earlier one that is still looked at shows nothing any more. */
let turn = 0;

const look = async (file) => {
  const own = (turn += 1);
  const [findings, parts] = [[], []];
  shownNow = null;
  at("verdict").textContent = "";
  at("found").replaceChildren();
  let shownAt = performance.now();
  const told = async (done, all) => {
    if (performance.now() - shownAt < BREATH) return;
    if (own === turn) at("progress").textContent = plain("checking", { done, all });
    await pause();
    shownAt = performance.now();
  };
  try {
    for await (const finding of examine(file, { words: (hex) => sixWords(hex, list), shown: parts, told })) findings.push(finding);
  } catch {
    if (own === turn) at("progress").textContent = said("unreadable");
    return;
  }
  if (own !== turn) return;
  at("progress").textContent = "";
  shownNow = { findings, parts };
  show(shownNow);
};

for (const { tag, name } of languages) at("tongue").append(element("option", { value: tag, lang: tag, text: name }));
at("tongue").addEventListener("change", () => {
  tongue = languages.find(({ tag }) => tag === at("tongue").value);
  speak();
});
at("file").addEventListener("change", () => {
  const [file] = at("file").files;
  at("file").value = ""; // else the same file, changed meanwhile, could not be chosen again
  if (file) look(file);
});
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", name === "dragover");
    if (name === "drop" && event.dataTransfer?.files[0]) look(event.dataTransfer.files[0]);
  });
}
document.addEventListener("dragleave", () => at("drop").classList.remove("over"));

const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
tongue = wanted.map((tag) => languages.find((one) => one.tag === tag)).find(Boolean) ?? languages[0];
at("tongue").value = tongue.tag;
speak();
