/** The start page: turns the token of the printed address into a session, and takes it out of the address. */

const form = document.querySelector("form[data-exchange]");
const token = location.hash.slice(1);

const exchange = async () => {
  history.replaceState(null, "", location.pathname);
  const answer = await fetch(form.dataset.exchange, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.dataset.csrf },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) location.replace(form.dataset.front);
  else document.getElementById("wrong").hidden = false;
};

if (token) await exchange();
