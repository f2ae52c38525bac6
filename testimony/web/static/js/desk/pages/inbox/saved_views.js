/** Saved views of the list: open, keep, rename, delete. Names and filters travel as JSON and are in no address. */

import { askingDesk, DeskRefused } from "../../calls.js";
import { askFor, asking, place as inbox, post } from "./inbox.js";

const place = document.querySelector("[data-views]");
const held = place.querySelector("[data-kept-views]");
const blank = place.querySelector("template[data-view]").content.firstElementChild;
const name = document.getElementById("view-name");
const said = place.querySelector("[data-views-said]");
const broken = place.querySelector("[data-broken]");
const { ask } = askingDesk({ csrf: inbox.dataset.csrf, lang: document.documentElement.lang });
const keeping = place.querySelector("[data-act=keep-view]");
const words = keeping.textContent;
const { views: address, rename, drop, kept, dropped, none, sure, renaming } = place.dataset;
let renamed = null; // the view that the name in the field is for

const complain = (error) => {
  said.textContent = (error instanceof DeskRefused && error.sentence) || inbox.dataset.failed;
};

const act = (one) => async () => {
  said.textContent = "";
  await one().catch(complain);
};

/** What the field is for: a name for what is asked now, or for `view`. */
const nameFor = (view) => {
  renamed = view;
  name.value = view?.name ?? "";
  keeping.textContent = view ? `${renaming}: ${view.name}` : words;
};

const keep = async () => {
  await (renamed ? post(rename, { id: renamed.id, name: name.value }) : post(address, { ...asking(), name: name.value }));
  nameFor(null);
  await show();
  said.textContent = kept;
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
  open.addEventListener("click", act(async () => {
    await askFor(view);
    place.open = false; // it would cover what is asked now
    place.querySelector("summary").focus();
  }));
  call.addEventListener("click", () => {
    nameFor(view);
    name.focus();
  });
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
keeping.addEventListener("click", act(keep));
