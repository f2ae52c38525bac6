/** The stick's page while one is written or read: how far it is, and the page anew when it is done. */

const box = document.querySelector("[data-stick]");
const bar = box.querySelector("progress");
const done = box.querySelector("[data-stick-done]");
const PAUSE = 1000;

const look = async () => {
  const state = await (await fetch(box.dataset.stick, { headers: { Accept: "application/json" } })).json();
  if (!state.running) {
    location.reload();
    return;
  }
  if (state.total) bar.value = Math.min(state.done, state.total);
  done.textContent = String(Math.floor(state.done / 2 ** 20));
  setTimeout(look, PAUSE);
};

await look();
