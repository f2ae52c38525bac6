/** How a page asks the desk that it came from. DOM-free. */

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
export const askingDesk = ({ csrf, lang, fetch = (/** @type {RequestInfo} */ address, /** @type {RequestInit=} */ how) => globalThis.fetch(address, how) }) => {
  /** @type {(address: string, how?: RequestInit) => Promise<Response>} */
  const ask = async (address, { headers = {}, ...options } = {}) => {
    const own = { Accept: "application/json", "Accept-Language": lang, "X-CSRFToken": csrf };
    const answer = await fetch(address, { cache: "no-store", ...options, headers: { ...own, ...headers } });
    if (answer.ok) return answer;
    const said = await answer.json().catch(() => ({}));
    throw new DeskRefused({ status: answer.status, ...said });
  };
  const post = async (address, said) => {
    const options = { method: "POST", body: JSON.stringify(said), headers: { "Content-Type": "application/json" } };
    return (await ask(address, options)).json();
  };
  return { ask, post };
};
