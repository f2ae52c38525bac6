/** Whether the day of a testimony can be: twin of `check_day` in sealing/verification.py. DOM-free. */

import { numberOf } from "../../static/js/sealing/records/days.js";

const A_DAY = 1; // clocks and midnights differ

const isActive = (roster, { by }) => roster.signer(by)?.status === "active";

/** What is wrong with it; nothing mostly. `received`: the day of the log's entry, undefined where none is proven. */
export function* checkDay(manifest, chain, received) {
  const { tid, day } = manifest;
  const [roster, at] = [chain.bySha256(manifest.roster), numberOf(day)];
  const removed = chain.rosters.find((one) => one.no > roster.no && !isActive(one, manifest))?.value.issued;
  const found = (name, holds) => ({ code: `manifest.${name}`, holds, tid, values: { day } });
  if (at < numberOf(roster.value.issued) - A_DAY) yield found("early", "no");
  else if (received && at > numberOf(received) + A_DAY) yield found("late", "no");
  else if (removed && !received && at > numberOf(removed) + A_DAY) yield found("removed", "open");
  else if (at > numberOf(roster.expires) + A_DAY) yield found("expired", "open");
}
