/** The unlock page: sends the passphrase by fetch, never by a form, and forgets it at once; then shows what takes long. */

const box = document.querySelector("[data-unlock]");
const field = document.getElementById("passphrase");
const button = document.getElementById("unlock");
const wrong = document.getElementById("wrong");
const working = document.getElementById("working");
const reading = document.getElementById("reading");
const far = document.getElementById("far");

const say = (sentence) => {
  wrong.textContent = sentence;
  wrong.hidden = !sentence;
  if (sentence) field.focus();
};

const send = (address, what) =>
  fetch(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-CSRFToken": box.dataset.csrf,
    },
    body: JSON.stringify(what),
  });

/** Every page asks for what was said about testimonies: the first one would be waited for without a word. */
const readOn = async () => {
  for (;;) {
    const answer = await send(box.dataset.read, {});
    const { read, total } = answer.ok ? await answer.json() : {};
    if (!(read < total)) return;
    working.hidden = true;
    reading.hidden = false;
    Object.assign(reading.querySelector("progress"), { max: total, value: read });
    far.textContent = reading.dataset.far.replace("{done}", read).replace("{total}", total);
  }
};

const unlock = async () => {
  const passphrase = field.value;
  field.value = "";
  say("");
  button.disabled = true;
  working.hidden = false;
  try {
    const answer = await send(box.dataset.unlock, { passphrase });
    if (answer.ok) {
      await readOn();
      return location.replace(box.dataset.front);
    }
    say((await answer.json()).sentence);
  } catch {
    say(box.dataset.failed);
  }
  button.disabled = false;
  working.hidden = true;
};

if (box.dataset.locked) new BroadcastChannel("desk").postMessage("locked"); // what was open in other tabs leaves
box.hidden = false;
field.focus();
if (box.dataset.atOnce && field.value) unlock(); // a demonstration alone says so, with its invented passphrase filled in
button.addEventListener("click", unlock);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !button.disabled) unlock();
});
