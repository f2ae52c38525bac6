/** The page of letting colleagues in while it is under way: how far it is, and the page anew when it has ended. */

const box = document.querySelector("[data-letting]");
const bar = box.querySelector("progress");
const done = box.querySelector("[data-done]");
const PAUSE = 2000;

const look = async () => {
  const answer = await fetch(box.dataset.letting, { headers: { Accept: "application/json" }, cache: "no-store" });
  const state = answer.ok ? await answer.json() : { running: false };
  if (!state.running) return location.reload();
  if (state.total) Object.assign(bar, { max: state.total, value: state.done });
  if (state.total) done.textContent = box.dataset.said.replace("{done}", state.done).replace("{total}", state.total);
  setTimeout(look, PAUSE);
};

await look();
