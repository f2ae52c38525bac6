/** The pages in one of the interviewer's languages: a phone keeps those in the languages that somebody chose on it. */

import { pageData } from "../base/cards.js";
import { ask } from "../base/service_worker.js";
import { heldPages } from "../../node/page_files.js";

/** Keep the pages in `lang` for the time without the node; false where some are lacking and the node is away. */
export const keepLanguage = async (lang) => {
  const [set] = await heldPages();
  if (!set) return false;
  const cache = await caches.open(set.name);
  const addresses = set.files.map(({ path }) => path).filter((path) => path.startsWith(`${pageData().urls.scope}${lang}/`));
  const held = await Promise.all(addresses.map((path) => cache.match(path)));
  return held.every(Boolean) || (await ask("speak", { lang })) === "kept";
};
