/** Registering: puts the token of the link into the form and takes it out of the address; the button for a key. */

import { arm } from "./key_button.js";

const field = document.getElementById("token");
const token = location.hash.slice(1);

if (field && token) {
  history.replaceState(null, "", location.pathname);
  field.value = token;
  field.form.requestSubmit();
}
arm((options) => navigator.credentials.create(options));
