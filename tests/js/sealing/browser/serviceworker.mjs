/** Sealing and opening in a service worker, which may load nothing later and await nothing while it starts. */

import { openPart } from "../../../../testimony/web/static/js/sealing/index.js";
import { chain, contentsOf, keys, sealed } from "../support/organisation.mjs";

const sealAndOpen = async () => {
  const pinned = chain();
  const { record, parts } = await sealed(pinned);
  const { heads, body } = parts.find(({ part }) => part === "identity");
  const { content } = await openPart({
    record, part: "identity", audience: "lawyers", head: heads.lawyers, body, key: keys["lawyer-a"], chain: pinned,
  });
  return new TextDecoder().decode(content) === new TextDecoder().decode(contentsOf().identity.bytes);
};

self.onmessage = (event) => {
  const answer = (result) => event.ports[0].postMessage(result);
  event.waitUntil(sealAndOpen().then(answer, (error) => answer(String(error))));
};
