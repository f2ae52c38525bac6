/** The release builder: renews the picture when a choice changes, and while testimonies are being opened for it. */

const form = document.querySelector("[data-builder]");
const place = document.querySelector("[data-picture-place]");
const said = form.querySelector("[data-said]");
const SOON = 250; // ms after the last change
const PAUSE = 1000; // ms between two looks at how far it is
let turn = 0; // of what this page asks for: what it asked for before is late
let later = 0;
let asking = null;

const chosen = () => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]).filter(([, value]) => value !== ""));

/** The part of a page at `address`: a request for a document, which the browser reads and whose scripts never run. */
const part = (address) =>
  new Promise((found, failed) => {
    const asked = (asking = new XMLHttpRequest());
    asked.responseType = "document";
    asked.addEventListener("load", () => {
      const picture = asked.status === 200 && asked.response?.querySelector("[data-picture]");
      if (picture) found(document.adoptNode(picture));
      else failed(new Error(String(asked.status)));
    });
    asked.addEventListener("error", () => failed(new Error("no answer")));
    asked.open("GET", address);
    asked.send();
  });

const show = async (mine, again = {}) => {
  const choices = chosen();
  choices.set("page", form.dataset.page);
  choices.set("asked", mine);
  for (const [name, value] of Object.entries(again)) choices.set(name, value);
  const picture = await part(`${form.dataset.builder}?${choices}`);
  if (mine !== turn) return;
  if ("late" in picture.dataset && !again.again) return location.replace(`?${chosen()}`); // another page came since
  place.replaceChildren(picture);
  place.removeAttribute("aria-busy");
  const sentence = picture.querySelector("[data-sentence], [data-refused], [data-done]");
  said.textContent = sentence ? sentence.textContent.trim() : "";
  if (picture.dataset.running) await follow(picture, mine);
};

/** Until what goes on has ended; then the picture that came of it. */
const follow = async (picture, mine) => {
  const bar = picture.querySelector("progress");
  const words = picture.querySelector("[data-progress]").dataset.words;
  for (let running = true; running; ) {
    await new Promise((woken) => setTimeout(woken, PAUSE));
    if (mine !== turn) return;
    const answer = await fetch(picture.dataset.running, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return location.reload(); // the key is locked: the page says so
    const { done, total, ...state } = await answer.json();
    running = state.running;
    if (!total) continue; // everything is open, and the picture is being made
    Object.assign(bar, { max: total, value: done });
    picture.querySelector("[data-opening]").hidden = false;
    picture.querySelector("[data-done]").textContent = words.replace("{done}", done).replace("{total}", total);
  }
  await show(mine, { again: "no" });
};

/** What was asked for before is not wanted any more. */
const drop = () => {
  clearTimeout(later);
  asking?.abort();
  return ++turn;
};

const renew = async () => {
  const mine = drop();
  place.setAttribute("aria-busy", "true");
  said.textContent = form.dataset.making;
  try {
    await show(mine);
  } catch {
    if (mine === turn) said.textContent = form.dataset.failed;
  }
};

form.addEventListener("change", () => {
  clearTimeout(later);
  later = setTimeout(() => {
    history.replaceState(null, "", `?${chosen()}`); // another language, or the way back, shows the same choices
    renew();
  }, SOON);
});

form.addEventListener("submit", drop);

const begun = place.querySelector("[data-running]");
if (begun) follow(begun, turn).catch(() => (said.textContent = form.dataset.failed));
