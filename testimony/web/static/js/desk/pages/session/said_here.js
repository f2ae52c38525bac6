/**
 * What was done is said at the top of a page. Where the address leads to a place further down, and the words are out of
 * sight there, they move to that place.
 */

const said = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-done]")]);
const place = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;

const isInSight = (one) => one.getBoundingClientRect().bottom > 0 && one.getBoundingClientRect().top < innerHeight;

const move = () => {
  if (!place || !said.length || said.every(isInSight)) return;
  (place.closest("section, form, details") ?? place).before(...said);
  said[0].scrollIntoView({ block: "start", behavior: "instant" });
};

// the browser goes to the place in the address when everything is loaded
addEventListener("load", () => requestAnimationFrame(move), { once: true });
