/** What the page of a language asks of the desk: keep a recording, give it back, throw it away, sign. DOM-free. */

/** The desk said no: `sentence` is for the person, `locked` says that the key has to be unlocked first. */
export class DeskRefused extends Error {
  constructor({ status, code = "", sentence = "" }) {
    super(code);
    this.name = "DeskRefused";
    this.sentence = sentence;
    this.locked = [401, 423].includes(status);
  }
}

/** `csrf` and `lang` are the page's. Each call rejects with `DeskRefused`, or with what `fetch` says when nobody answers. */
export const deskAt = ({ csrf, lang, fetch = (...asked) => globalThis.fetch(...asked) }) => {
  const ask = async (address, { headers = {}, ...options } = {}) => {
    const own = { Accept: "application/json", "Accept-Language": lang, "X-CSRFToken": csrf };
    const answer = await fetch(address, { cache: "no-store", ...options, headers: { ...own, ...headers } });
    if (answer.ok) return answer;
    const said = await answer.json().catch(() => ({}));
    throw new DeskRefused({ status: answer.status, ...said });
  };
  return {
    /** Whether the key is still unlocked: asked before somebody speaks, not after. */
    ready: (page) => ask(page, { method: "HEAD" }),
    keep: async (clip, { bytes, ms }, text) => {
      const address = `${clip}?${new URLSearchParams({ ms, text })}`;
      return (await ask(address, { method: "POST", body: bytes, headers: { "Content-Type": "application/octet-stream" } })).json();
    },
    sound: async (clip) => (await ask(clip)).blob(),
    remove: (clip) => ask(`${clip}/remove`, { method: "POST" }),
    sign: async (address, said) => {
      const options = { method: "POST", body: JSON.stringify(said), headers: { "Content-Type": "application/json" } };
      return (await ask(address, options)).json();
    },
  };
};
