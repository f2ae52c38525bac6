/** Translating: saves by button, Ctrl+S, every five minutes while something is unsaved, and before the desk locks. */

const EVERY = 5 * 60_000; // sooner than the key is forgotten
const place = document.querySelector("[data-translating]");
const said = place.querySelector("[data-said]");
const fields = [...place.querySelectorAll("textarea")];
const lock = document.querySelector("form[data-idle]");
let unsaved = false;
let saving = null;

const say = (sentence, good) => {
  said.textContent = sentence;
  said.className = good ? "note good" : "note warn";
};

const send = async () => {
  const body = {
    lang: place.dataset.to,
    method: document.getElementById("method").value,
    translator: document.getElementById("translator").value,
    texts: fields.map((field) => field.value),
  };
  unsaved = false;
  try {
    const answer = await fetch(place.dataset.save, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "Accept-Language": document.documentElement.lang,
        "X-CSRFToken": place.dataset.csrf,
      },
      body: JSON.stringify(body),
    });
    const { sentence } = await answer.json();
    unsaved ||= !answer.ok;
    say(sentence, answer.ok);
  } catch {
    unsaved = true;
    say(place.dataset.failed, false); // the program was stopped, or answers with no JSON: the words stay in the fields
  }
};

/** One at a time: a second press waits for the first. */
const save = () => (saving = (saving ?? Promise.resolve()).then(send));

place.addEventListener("input", () => {
  unsaved = true;
  say(place.dataset.unsaved, false);
});
place.querySelector("[data-act=save]").addEventListener("click", save);
addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  save();
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
lock.addEventListener("submit", async (event) => {
  if (!unsaved) return;
  event.preventDefault();
  await save();
  unsaved = false; // whatever came of it, a desk that nobody sits at locks
  lock.submit();
});
setInterval(() => unsaved && save(), EVERY);
