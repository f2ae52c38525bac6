/*
 * Serves the interview's pages from this phone. It takes no newer page by itself: the page that runs checks what the node offers
 * (interview/node/page_files.js) and asks for it here, where every file is hashed. Of the sets of files that are whole, the oldest
 * is in force until every window of it is closed. A set is whole when its mark is there, which is written last.
 */
const OFFER = "{{ offer }}";
const FIRST = "{{ first }}";
const MARK = "/interview/mark";
const ENTRANCE = new URL(self.registration.scope).pathname;
const SELF = new URL(self.location.href).pathname;
/* A node may say nothing about a file but this; the type follows from the address. */
const HEADERS = ["content-security-policy", "permissions-policy", "referrer-policy", "x-content-type-options",
  "cross-origin-opener-policy", "cross-origin-embedder-policy", "cross-origin-resource-policy"];
const TYPES = { css: "text/css", js: "text/javascript", mjs: "text/javascript", json: "application/json", svg: "image/svg+xml",
  png: "image/png", wasm: "application/wasm", woff2: "font/woff2", webmanifest: "application/manifest+json" };

const ours = async () => (await caches.keys()).filter((name) => name.startsWith("interview-"));
const fileOf = (url) => url.split("/").pop();
const isLetters = (path) => path.endsWith(".woff2");
/* The language whose page this is a part of, or null. */
const languageOf = (path) => /^\/interview\/([a-z]{2,3})\//.exec(path)?.[1] ?? null;
const nameOf = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const typeOf = (path) => {
  const said = path.startsWith("/interview/said/") ? "application/json" : path === "/interview/words" ? "text/plain" : "text/html";
  const type = TYPES[fileOf(path).split(".").slice(1).pop()] ?? said;
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
};

/* The whole sets [{name, files by path}], the oldest first. */
const whole = async () => {
  const found = await Promise.all((await ours()).map(async (name) => {
    const mark = await (await (await caches.open(name)).match(MARK))?.json();
    return mark && { name, files: new Map(mark.files.filter(({ path }) => path !== SELF).map((file) => [file.path, file])) };
  }));
  return found.filter(Boolean);
};
let known = null;
const inForce = async () => (known ??= (await whole())[0] ?? null);

class Altered extends Error {}

/*
 * The file as the node serves it now, if its bytes are those that are wanted. The browser keeps it too: the vault of the page
 * that was loaded first began before this script, so its late imports do not come from here.
 */
const fetched = async ({ path, sha256 }) => {
  const answer = await fetch(path, { cache: "no-cache", credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error("not there");
  const bytes = await answer.arrayBuffer();
  if ((await nameOf(bytes)) !== sha256) throw new Altered(path);
  const headers = HEADERS.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name)]] : []));
  return new Response(bytes, { headers: [...headers, ["content-type", typeOf(path)]] });
};

/* The same bytes out of the set in force, where they are there whole. */
const copied = async (from, { sha256 }) => {
  const same = from && [...from.files.values()].find((file) => file.sha256 === sha256);
  const answer = same && (await (await caches.open(from.name)).match(same.path));
  return answer && (await nameOf(await answer.clone().arrayBuffer())) === sha256 ? answer : null;
};

/* The names of the fonts that this phone asked for once. */
const lettersWanted = async () => {
  const held = await Promise.all((await ours()).map((name) => caches.open(name).then((cache) => cache.keys())));
  return new Set(held.flat().map(({ url }) => fileOf(url)).filter(isLetters));
};

const windows = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });
const pathsOpen = async () => (await windows()).map(({ url }) => new URL(url).pathname);

/* The languages that somebody chose on this phone: of the pages that it keeps, and of those that are open. */
const languagesWanted = async () => {
  const held = await Promise.all((await ours()).map((name) => caches.open(name).then((cache) => cache.keys())));
  const kept = held.flat().map(({ url }) => new URL(url).pathname).filter((path) => path === ENTRANCE + languageOf(path) + "/");
  return new Set([...kept, ...(await pathsOpen())].map(languageOf).filter(Boolean));
};

/* Keep the files of `mark` as the set `name`, all or none of them: fonts and languages only where this phone uses them. */
const keep = async (name, mark) => {
  const [before, letters, languages] = await Promise.all([inForce(), lettersWanted(), languagesWanted()]);
  const isUsed = (path) => (isLetters(path) ? letters.has(fileOf(path)) : !languageOf(path) || languages.has(languageOf(path)));
  const wanted = mark.files.filter(({ path }) => path !== SELF && isUsed(path));
  try {
    const cache = await caches.open(name);
    await Promise.all(wanted.map(async (file) => cache.put(file.path, (await copied(before, file)) ?? (await fetched(file)))));
    await cache.put(MARK, Response.json(mark));
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
};

/* The newest whole set is in force from now on. */
const takeOver = async () => {
  const sets = await whole();
  known = null;
  await Promise.all(sets.slice(0, -1).map(({ name }) => caches.delete(name)));
};

const first = async () => {
  if (await inForce()) return;
  const { files } = await (await fetch(OFFER, { cache: "no-store", credentials: "omit", redirect: "error" })).json();
  const name = await nameOf(new TextEncoder().encode(JSON.stringify(files)));
  await keep(`interview-${name.slice(0, 16)}-0`, { files, version: null, day: null });
};

/* What earlier versions of this script kept has no mark. */
const clear = async () => {
  const marked = (await whole()).map(({ name }) => name);
  await Promise.all((await ours()).filter((name) => !marked.includes(name)).map((name) => caches.delete(name)));
};

self.addEventListener("install", (event) => event.waitUntil(first()));
self.addEventListener("activate", (event) => event.waitUntil(clear().then(() => self.clients.claim())));

/* Keep the pages in `lang` too, all or none of them. */
const speak = async (lang) => {
  const set = await inForce();
  const files = [...(set?.files.values() ?? [])].filter(({ path }) => languageOf(path) === lang);
  const cache = await caches.open(set.name);
  const lacking = [];
  for (const file of files) if (!(await cache.match(file.path))) lacking.push([file.path, await fetched(file)]);
  await Promise.all(lacking.map(([path, answer]) => cache.put(path, answer)));
};

const acts = {
  /* "kept", "altered" where a file is not the one that is named, or "away". */
  speak: ({ lang }) => speak(lang).then(() => "kept", (error) => (error instanceof Altered ? "altered" : "away")),
  /* "kept", "altered" where a file is not the one that is named, or "away". */
  keep: ({ name, mark }) => keep(name, mark).then(() => "kept", (error) => (error instanceof Altered ? "altered" : "away")),
  /* Whether the newest set is in force now: not while another window needs the one before. */
  "take-over": async () => {
    const alone = (await windows()).length === 1;
    if (alone) await takeOver();
    return alone;
  },
};

self.addEventListener("message", (event) => {
  event.waitUntil(acts[event.data.act](event.data).then((said) => event.ports[0].postMessage(said)));
});

/* The entrance has no page of its own: the address of the home screen opens the language used last, or one that is here. */
const entrance = async ({ name, files }) => {
  const held = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  const pages = held.filter((path) => files.has(path) && path.endsWith("/"));
  return Response.redirect((await pathsOpen()).find((path) => pages.includes(path)) ?? pages[0] ?? FIRST, 302);
};

/*
 * The same page in a language that this phone keeps, where the node is away or has a newer page. The quick exit never opens
 * a page of the interview.
 */
const instead = async (cache, path) => {
  const end = path.endsWith("/list") ? "/list" : path.endsWith("/") ? "/" : null;
  const held = (await cache.keys()).find(({ url }) => end && new URL(url).pathname.endsWith(end) && languageOf(new URL(url).pathname));
  return held && (end === "/" ? Response.redirect(held.url, 302) : cache.match(held));
};

const answerTo = async (request, path) => {
  if (request.mode === "navigate" && (await windows()).length === 0) await takeOver();
  const set = await inForce();
  if (path === ENTRANCE && set) return entrance(set);
  const file = set?.files.get(path);
  if (!file) return fetch(request);
  const cache = await caches.open(set.name);
  const held = await cache.match(path);
  if (held) return held;
  try {
    const answer = await fetched(file);
    if (isLetters(path)) await cache.put(path, answer.clone());
    return answer;
  } catch (error) {
    const other = request.mode === "navigate" && (await instead(cache, path));
    if (!other) throw error;
    return other;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || request.cache === "no-store") return;
  event.respondWith(answerTo(request, pathname));
});
