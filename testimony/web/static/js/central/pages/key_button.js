/** The button that asks a security key: shown where the browser knows keys; says in a sentence what went wrong. */

import { packed, unpacked } from "../credentials.js";

const say = (sentence) => {
  const place = document.getElementById("said");
  place.textContent = sentence;
  place.hidden = !sentence;
  if (sentence) place.focus();
};

const post = (box, address, body) =>
  fetch(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-CSRFToken": box.dataset.csrf,
    },
    body: JSON.stringify(body),
  });

/** `ask`: the key, with its options, for a credential. */
export const arm = (ask) => {
  const box = document.getElementById("key");
  if (!box || !window.PublicKeyCredential) return;
  const button = box.querySelector("button");
  box.hidden = false;
  button.addEventListener("click", async () => {
    say("");
    button.disabled = true;
    try {
      const { nonce, options } = await (await post(box, box.dataset.options, {})).json();
      const credential = JSON.stringify(packed(await ask({ publicKey: unpacked(options) })));
      const answer = await post(box, box.dataset.done, { nonce, credential });
      if (answer.ok) return location.replace(box.dataset.next);
      say((await answer.json()).sentence);
    } catch {
      say(box.dataset.failed); // the person broke off, no key fits, or the server cannot be reached: it looks the same
    }
    button.disabled = false;
  });
};
