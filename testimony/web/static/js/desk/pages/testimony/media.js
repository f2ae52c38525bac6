/** Recordings and pictures at the desk: say in words why one fails, check its pieces on request, and count hearing as use. */

const MINUTE = 60_000;
let last = Date.now();

const itemOf = (element) => element.closest("[data-medium]");

/** Ask which pieces are wrong, and say it where a screen reader hears it. */
const check = async (item) => {
  const button = item.querySelector("[data-verify]");
  const said = item.querySelector("[data-said]");
  button.disabled = true;
  const answer = await fetch(button.dataset.verify, { cache: "no-store", headers: { Accept: "application/json" } })
    .then((found) => found.json())
    .catch(() => null);
  button.disabled = false;
  if (answer === null) {
    location.reload(); // the key was locked, or the program stopped: the page says which
    return;
  }
  said.textContent = answer.sentence;
  said.className = answer.whole ? "note" : "note bad";
};

/** Of a picture the decoder may say more than its pieces do: they can all be as they were sealed, and hold no picture. */
const explain = async (item, image) => {
  const answer = await fetch(image.src, { cache: "no-store", headers: { Accept: "application/json" } }).catch(() => null);
  const { code = "", sentence = "" } = answer && !answer.ok ? await answer.json().catch(() => ({})) : {};
  if (code !== "picture.unreadable") return check(item);
  const said = item.querySelector("[data-said]");
  said.textContent = sentence;
  said.className = "note bad";
};

for (const button of document.querySelectorAll("[data-verify]")) button.addEventListener("click", () => check(itemOf(button)));

// These events do not bubble.
addEventListener("error", (event) => {
  const item = event.target instanceof Element ? itemOf(event.target) : null;
  if (item && event.target.matches("img")) explain(item, event.target);
  else if (item) check(item);
}, { capture: true });

addEventListener("timeupdate", (event) => {
  if (Date.now() - last < MINUTE) return;
  last = Date.now();
  fetch(event.target.currentSrc, { method: "HEAD", cache: "no-store" }).catch(() => null); // the desk does not lock meanwhile
}, { capture: true });
