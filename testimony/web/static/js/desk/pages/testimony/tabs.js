/**
 * The panel beside the account: its sections become tabs where there is room for two panes. Without a script, and where
 * there is none, they stand one after the other. An address with the place of something opens its tab, and
 * what is folded there with `data-reveals`.
 */

const WIDE = matchMedia("(min-width: 62.5rem)");
const bar = /** @type {HTMLElement} */ (document.querySelector("[data-tabs]"));
const panels = /** @type {HTMLElement} */ (document.querySelector(".panels"));
const tabs = /** @type {HTMLAnchorElement[]} */ ([...bar.querySelectorAll("a")]);
const neighbours = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("[data-neighbour]")]);
const panelOf = (tab) => /** @type {HTMLElement} */ (document.getElementById(tab.hash.slice(1)));
const ROOM = 16; // px above what is shown
let chosen = tabs[0];

const draw = () => {
  const wide = WIDE.matches;
  panels.toggleAttribute("data-tabbed", wide);
  const list = { role: "tablist", "aria-label": /** @type {string} */ (bar.dataset.tabs) };
  for (const [name, value] of Object.entries(list)) wide ? bar.setAttribute(name, value) : bar.removeAttribute(name);
  for (const tab of tabs) {
    const [panel, here] = [panelOf(tab), tab === chosen];
    panel.hidden = wide && !here;
    const said = { role: "tab", "aria-selected": String(here), "aria-controls": panel.id, tabindex: here ? "0" : "-1" };
    for (const [name, value] of Object.entries(said)) wide ? tab.setAttribute(name, value) : tab.removeAttribute(name);
    const of = { role: "tabpanel", "aria-labelledby": tab.id, tabindex: "0" };
    for (const [name, value] of Object.entries(of)) wide ? panel.setAttribute(name, value) : panel.removeAttribute(name);
  }
  for (const one of neighbours) one.hash = chosen === tabs[0] ? "" : chosen.hash;
};

const choose = (tab) => {
  chosen = tab;
  draw();
};

/** Open the tab in which `element` stands. */
export const reveal = (element) => {
  const tab = tabs.find((one) => panelOf(one).contains(element));
  if (tab && tab !== chosen) choose(tab);
};

/** `element` at the top of the panel, and the page at its own: the message about what was done stands there. */
const showBeside = (element) => {
  panels.scrollTop += element.getBoundingClientRect().top - panels.getBoundingClientRect().top - ROOM;
  scrollTo({ top: 0, behavior: "instant" });
};

const revealHash = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  reveal(target);
  const around = target.closest("section");
  const folded = /** @type {HTMLDetailsElement | null} */ (around?.querySelector("details[data-reveals]"));
  if (folded) folded.open = true;
  if (tabs.some((tab) => panelOf(tab) === target)) return;
  if (!WIDE.matches || !panels.contains(target) || document.readyState === "complete") return target.scrollIntoView({ block: "start" });
  showBeside(target);
  addEventListener("load", () => showBeside(target), { once: true }); // the browser goes to the place in the address too
};

bar.addEventListener("click", (event) => {
  const tab = /** @type {HTMLElement} */ (event.target).closest("a");
  if (!tab || !WIDE.matches) return;
  event.preventDefault();
  history.replaceState(null, "", /** @type {HTMLAnchorElement} */ (tab).hash);
  panels.scrollTop = 0;
  choose(tab);
});

bar.addEventListener("keydown", (event) => {
  const ahead = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = ahead === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const at = tabs.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
  const to = { [ahead]: at + 1, [back]: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined || !WIDE.matches || at < 0) return;
  event.preventDefault();
  const tab = tabs[to % tabs.length];
  tab.click();
  tab.focus();
});

/** J and K lead through the list, as they do in the list; not where somebody types or a player listens. */
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("input, select, textarea, [data-player], dialog")) return;
  neighbours.find((one) => one.dataset.neighbour === event.key.toLowerCase())?.click();
});

// Before the editor of notes is told to take the focus, it must be in sight.
document.addEventListener("testimony:note-here", () => reveal(document.querySelector("[data-notes]")), { capture: true });
const acting = /** @type {HTMLElement} */ (document.querySelector(".acting"));
// The panel stays below the bar, which has two rows where its words are long.
new ResizeObserver(() => document.documentElement.style.setProperty("--acting", `${acting.offsetHeight}px`)).observe(acting);
WIDE.addEventListener("change", draw);
addEventListener("hashchange", revealHash);
draw();
reveal(panels.querySelector("[aria-invalid=true]"));
revealHash();
