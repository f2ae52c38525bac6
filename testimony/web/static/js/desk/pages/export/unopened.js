/** Accounts that nobody opened on the page: each says so, and a file is asked about once before it is made with them. */

const UNOPENED = "details[data-tid]:has([data-unopened])";

/** A function: whether a file may be made now. The first time that accounts are unopened it names them and says no. */
export const askingOnce = (place) => {
  const asking = place.querySelector("[data-asking]");
  let asked = false;

  const update = () => {
    const left = [...place.querySelectorAll(UNOPENED)].map((one) => one.dataset.tid);
    for (const line of asking.querySelectorAll("[data-of]")) line.hidden = !left.includes(line.dataset.of);
    asking.hidden = !asked || !left.length;
    return left.length;
  };

  for (const one of place.querySelectorAll(UNOPENED)) {
    one.addEventListener("toggle", () => {
      one.querySelector("[data-unopened]")?.remove();
      update();
    }, { once: true });
  }
  for (const line of asking.querySelectorAll("[data-of]")) {
    line.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault(); // going there takes the focus away
      const one = place.querySelector(`details[data-tid="${line.dataset.of}"]`);
      one.open = true;
      one.querySelector("summary").focus();
    });
  }

  return () => {
    const may = asked || !update();
    asked = true;
    if (!may) update();
    return may;
  };
};
