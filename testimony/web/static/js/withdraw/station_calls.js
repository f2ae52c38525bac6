/** The station as the page of the code asks it. Nothing of a code is among what is sent. DOM-free. */

const ANSWER_TIMEOUT_MS = 30000;

/** The station did not do it; `slow` when it was asked too often. */
export class StationRefused extends Error {
  constructor(status) {
    super(`station ${status}`);
    this.name = "StationRefused";
    this.slow = status === 429;
  }
}

/** @type {(url: string, how?: RequestInit & {type?: string}) => Promise<any>} */
const ask = async (url, { type = "application/json", ...how } = {}) => {
  const answer = await fetch(url, {
    ...how, cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "same-origin",
    headers: { ...(how.body ? { "Content-Type": type } : {}), Accept: "application/json" }, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  if (!answer.ok) throw new StationRefused(answer.status);
  return answer.json();
};

export const stationAt = ({ find, take, readers }) => ({
  find: (key) => ask(find, { method: "POST", body: JSON.stringify({ key }) }),
  take: (envelope) => ask(take, { method: "POST", body: envelope }),
  takeFrames: (container) => ask(take, { method: "POST", body: container, type: "application/octet-stream" }),
  readers: () => ask(readers),
});
