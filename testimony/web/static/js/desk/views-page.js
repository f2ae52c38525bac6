/** Saved views of the list: open, keep, rename, delete. Names and filters travel as JSON and are in no address. */

import { askingDesk, DeskRefused } from "./deskcalls.js";
import { askFor, asking, place as inbox, post } from "./inbox-page.js";

const place = document.querySelector("[data-views]");
const held = place.querySelector("[data-kept-views]");
const blank = place.querySelector("template[data-view]").content.firstElementChild;
const name = document.getElementById("view-name");
const said = place.querySelector("[data-views-said]");
const broken = place.querySelector("[data-broken]");
const { ask } = askingDesk({ csrf: inbox.dataset.csrf, lang: document.documentElement.lang });
const { views: address, rename, drop, kept, dropped, none, sure } = place.dataset;

const complain = (error) => {
  said.textContent = (error instanceof DeskRefused && error.sentence) || inbox.dataset.failed;
};

const act = (one) => async () => {
  said.textContent = "";
  await one().catch(complain);
};

const named = async (target, body, words) => {
  await post(target, { ...body, name: name.value });
  name.value = "";
  await show();
  said.textContent = words;
};

/** The second press deletes: the button says so, until it loses the focus. */
const dropping = (button, view) => {
  const words = button.textContent;
  button.addEventListener("blur", () => (button.textContent = words));
  button.addEventListener(
    "click",
    act(async () => {
      if (button.textContent !== sure) return void (button.textContent = sure);
      await post(drop, { id: view.id });
      await show();
      said.textContent = dropped;
      place.querySelector("summary").focus();
    }),
  );
};

const line = (view) => {
  const item = blank.cloneNode(true);
  const [open, call, remove] = item.querySelectorAll("button");
  open.textContent = view.name;
  open.addEventListener("click", act(() => askFor(view)));
  call.addEventListener("click", act(() => named(rename, { id: view.id }, kept)));
  dropping(remove, view);
  return item;
};

const show = async () => {
  const found = await (await ask(address)).json();
  held.replaceChildren(...found.views.map(line));
  if (!found.views.length) said.textContent = none;
  broken.textContent = found.broken;
  broken.hidden = !found.broken;
};

place.addEventListener("toggle", act(() => (place.open ? show() : Promise.resolve())));
place.querySelector("[data-act=keep-view]").addEventListener("click", act(() => named(address, asking(), kept)));
