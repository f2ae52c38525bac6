/** The unlock page: sends the passphrase by fetch, never by a form, and forgets it at once. */

const box = document.querySelector("[data-unlock]");
const field = document.getElementById("passphrase");
const button = document.getElementById("unlock");
const wrong = document.getElementById("wrong");
const working = document.getElementById("working");

const say = (sentence) => {
  wrong.textContent = sentence;
  wrong.hidden = !sentence;
  if (sentence) field.focus();
};

const send = (passphrase) =>
  fetch(box.dataset.unlock, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-CSRFToken": box.dataset.csrf,
    },
    body: JSON.stringify({ passphrase }),
  });

const unlock = async () => {
  const passphrase = field.value;
  field.value = "";
  say("");
  button.disabled = true;
  working.hidden = false;
  try {
    const answer = await send(passphrase);
    if (answer.ok) return location.replace(box.dataset.front);
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
button.addEventListener("click", unlock);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !button.disabled) unlock();
});
