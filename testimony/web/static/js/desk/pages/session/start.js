/**
 * The start page: turns the token of the printed address into a session, and takes it out of the address. The start page of a
 * demonstration adds ".unlock" to the token; then the desk of a demonstration unlocks its invented key too (unlock.js).
 */

const form = document.querySelector("form[data-exchange]");
const [token, then] = location.hash.slice(1).split(".");

const exchange = async () => {
  history.replaceState(null, "", location.pathname);
  const answer = await fetch(form.dataset.exchange, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.dataset.csrf },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) location.replace((then === "unlock" && form.dataset.invented) || form.dataset.front);
  else document.getElementById("wrong").hidden = false;
};

if (token) await exchange();
