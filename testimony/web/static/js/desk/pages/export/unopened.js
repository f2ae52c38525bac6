/** Accounts that nobody opened on the page: each says so, and a sentence beside the button names them. */

const UNOPENED = "details[data-tid]:has([data-unopened])";

/** Keep the sentence and its list true while accounts are opened. */
export const namingUnopened = (place) => {
  const naming = place.querySelector("[data-left]");

  const update = () => {
    const left = [...place.querySelectorAll(UNOPENED)].map((one) => one.dataset.tid);
    for (const line of naming.querySelectorAll("[data-of]")) line.hidden = !left.includes(line.dataset.of);
    naming.hidden = !left.length;
  };

  for (const one of place.querySelectorAll(UNOPENED)) {
    one.addEventListener("toggle", () => {
      one.querySelector("[data-unopened]")?.remove();
      update();
    }, { once: true });
  }
  for (const line of naming.querySelectorAll("[data-of]")) {
    line.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault(); // going there takes the focus away
      const one = place.querySelector(`details[data-tid="${line.dataset.of}"]`);
      naming.open = false; // it would lie over what is gone to
      one.open = true;
      one.querySelector("summary").focus();
    });
  }
  update();
};
