/** What parts of borders are called: of the names of States and parts, as `labels.segment_name` of the node does it. */

import { knownAs } from "../dates/south_slavic.js";

const ALL_PARTS = "all";

/**
 * [[code, name]] of the parts `codes` ("HRV-BIH:north"), by name. `states`: the name of each State by its code. `words`: `whole` and `part`
 * with the places %(from)s, %(to)s and %(part)s, the names of `parts`, and those of the form's `own` by code.
 */
export const borderNames = (codes, states, { whole, part, parts, own }, lang) => {
  const nameOf = (code) => {
    const [border, which] = code.split(":");
    const [from, to] = border.split("-").map((state) => states.get(state) ?? state);
    const named = { from, to, part: own[code] ?? parts[which] ?? which };
    return (which === ALL_PARTS ? whole : part).replaceAll(/%\((from|to|part)\)s/g, (_, name) => named[name]);
  };
  const { compare } = new Intl.Collator(knownAs(lang));
  return codes.map((code) => [code, nameOf(code)]).sort(([, a], [, b]) => compare(a, b));
};
