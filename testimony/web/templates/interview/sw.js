/* Keeps the interview's pages and scripts on the phone, and nothing else. A new version waits until the page is closed. */
const CACHE = "interview-{{ version }}";
const KEPT = {{ kept }};
/* Fonts for phones that have no such letters: kept once this phone asked for one. */
const LETTERS = {{ letters }};

const ours = async () => (await caches.keys()).filter((name) => name.startsWith("interview-"));
const fileOf = (url) => url.split("/").pop();

/* Of LETTERS, those that this phone asked for under an earlier version. */
const lettersWanted = async () => {
  const held = await Promise.all((await ours()).map((name) => caches.open(name).then((cache) => cache.keys())));
  const files = held.flat().map(({ url }) => fileOf(url));
  return LETTERS.filter((url) => files.includes(fileOf(url)));
};

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([caches.open(CACHE), lettersWanted()]).then(([cache, letters]) =>
    Promise.all([...KEPT, ...letters].map((url) => fetch(url, { cache: "no-cache", credentials: "omit" }).then((answer) => {
      if (!answer.ok) throw new Error("not kept");
      return cache.put(url, answer);
    })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(ours()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

/* The page asks for this before an interview, when its words are of an older roster: done only while no other window needs them. */
self.addEventListener("message", (event) => {
  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true }).then(async (open) => {
    event.ports[0].postMessage(open.length === 1);
    if (open.length === 1) await self.skipWaiting();
  }));
});

/* The entrance has no page of its own: the address of the home screen opens the language used last, or the first. */
const entrance = async () => {
  const open = await self.clients.matchAll({ type: "window" });
  const last = open.map((client) => new URL(client.url).pathname).find((path) => KEPT.includes(path) && path.endsWith("/"));
  return Response.redirect(last ?? KEPT[0], 302);
};

const kept = async (request, path) => {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
};

const letters = async (request, path) => {
  const answer = await kept(request, path);
  if (answer.ok) await (await caches.open(CACHE)).put(path, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (KEPT.includes(pathname)) event.respondWith(kept(request, pathname));
  else if (LETTERS.includes(pathname)) event.respondWith(letters(request, pathname));
  else if (pathname === self.registration.scope.slice(origin.length)) event.respondWith(entrance());
});
