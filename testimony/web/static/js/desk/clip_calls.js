/** What the page of a language asks of the desk: keep a recording, give it back, throw it away, sign. DOM-free. */

import { askingDesk } from "./calls.js";

/** `page`: as `askingDesk` takes it. */
export const deskAt = (page) => {
  const { ask, post } = askingDesk(page);
  return {
    /** Whether the key is still unlocked: asked before somebody speaks, not after. */
    ready: (page) => ask(page, { method: "HEAD" }),
    keep: async (clip, { bytes, ms }, text) => {
      const address = `${clip}?${new URLSearchParams({ ms, text })}`;
      return (await ask(address, { method: "POST", body: bytes, headers: { "Content-Type": "application/octet-stream" } })).json();
    },
    sound: async (clip) => (await ask(clip)).blob(),
    remove: (clip) => ask(`${clip}/remove`, { method: "POST" }),
    sign: post,
  };
};
