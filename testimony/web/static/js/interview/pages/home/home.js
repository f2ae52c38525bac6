/** The home card: who is signed in, what holds on this phone now, and the interviews that are not finished. */

import { all, one, pageData, word } from "../base/cards.js";
import { region, written } from "../base/phrases.js";
import { freshnessOf } from "../../node/freshness.js";
import { showDrafts, showNotices } from "./drafts.js";
import { showKeeping } from "./storage.js";

const SINGLE = ["localhost", "127.0.0.1", "[::1]"];

const today = () => new Date().toISOString().slice(0, 10);

/** Whether an interview that begins now would be protected by the passphrase alone though a share is wanted. */
const lacksShare = async (phone, session) => Boolean(session?.open) && phone.trust?.trust.shares && (await phone.stock.left(session.person)) === 0;

/** "3 days ago", "today": in the words of the page's language. */
const ago = (days) => written(new Intl.RelativeTimeFormat(region(), { numeric: "auto" }).format(-days, "day"));

/** How old the list of readers is. A phone whose date is before all that is signed cannot say it. */
const showFreshness = (fact, trust) => {
  const { age, stale, newer } = trust ? freshnessOf(trust, today()) : { age: null };
  fact("readers", age !== null && !stale && !newer);
  fact("readers-stale", stale && age !== null && !newer);
  fact("readers-clock", Boolean(trust) && age === null);
  fact("readers-newer", Boolean(newer));
  if (age !== null) all("[data-readers-age]").forEach((place) => (place.textContent = ago(age)));
};

export const showFacts = async (phone, session) => {
  const fact = (name, holds) => all(`[data-fact="${name}"]`).forEach((line) => (line.hidden = !holds));
  const { offline, signed, nodeBusy } = document.documentElement.dataset;
  const single = SINGLE.includes(location.hostname);
  const refused = phone.trust?.refused;
  fact("offline", offline === "ready");
  fact("not-offline", offline !== "ready");
  fact("node-away", signed === "offline" && !nodeBusy);
  fact("inactive", session && !session.active);
  fact("single", single);
  fact("no-share", !single && (await lacksShare(phone, session)));
  const { shares, sitting } = phone.trust?.trust ?? {};
  fact("opens-sitting", Boolean(sitting));
  fact("opens-node", Boolean(shares) && !sitting);
  fact("opens-alone", shares === false);
  fact("roster-ended", phone.trust?.trust.expires < today());
  showFreshness(fact, phone.trust?.trust);
  fact("trust", Boolean(refused));
  if (refused) one("[data-trust-text]").textContent = word(`offer_${refused}`);
  await showKeeping();
};

/** Everything on the card, as it is now. */
export const fillHome = async (phone, session) => {
  one("[data-person]").textContent = session.person;
  await showDrafts(phone, session, pageData().lang);
  await showNotices(phone, session.person);
  await showFacts(phone, session);
  import("./clips.js").then(({ keepSounds, showClips }) => (showClips(), keepSounds())).catch(() => null); // recordings are none of the start
};
