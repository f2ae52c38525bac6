/** The station as the page of the code asks it. Nothing of a code is among what is sent. DOM-free. */

const PATIENCE = 30000;

/** The station did not do it; `slow` when it was asked too often. */
export class StationRefused extends Error {
  constructor(status) {
    super(`station ${status}`);
    this.name = "StationRefused";
    this.slow = status === 429;
  }
}

const post = async (url, body) => {
  const answer = await fetch(url, {
    method: "POST", body, cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new StationRefused(answer.status);
  return answer.json();
};

export const stationAt = ({ find, take }) => ({
  find: (key) => post(find, JSON.stringify({ key })),
  take: (envelope) => post(take, envelope),
});
