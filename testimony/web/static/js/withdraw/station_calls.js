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

const WORK = "Testimony-Work";
/** More than a station asks for: one that asks for more is not answered. */
const MOST_BITS = 20;

/** @type {(url: string, how?: RequestInit & {type?: string}, proof?: string | null) => Promise<Response>} */
const post = (url, { type = "application/json", ...how } = {}, proof = null) =>
  fetch(url, {
    ...how, cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "same-origin",
    headers: { ...(how.body ? { "Content-Type": type } : {}), Accept: "application/json", ...(proof ? { [WORK]: proof } : {}) },
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });

/** The proof of the work that `answer` asks for, or null. */
const workedFor = async (answer, body) => {
  const [bits, challenge] = (answer.headers.get(WORK) ?? "").split(" ");
  if (answer.status !== 429 || !challenge || !(Number(bits) <= MOST_BITS)) return null;
  const { proofFor } = await import("./work.js");
  return proofFor(challenge, Number(bits), body);
};

/** @type {(url: string, how?: RequestInit & {type?: string}) => Promise<any>} */
const ask = async (url, how = {}) => {
  let answer = await post(url, how);
  const proof = await workedFor(answer, how.body);
  if (proof) answer = await post(url, how, proof);
  if (!answer.ok) throw new StationRefused(answer.status);
  return answer.json();
};

export const stationAt = ({ find, take, readers }) => ({
  find: (keys) => ask(find, { method: "POST", body: JSON.stringify({ keys }) }),
  takeFrames: (container) => ask(take, { method: "POST", body: container, type: "application/octet-stream" }),
  readers: () => ask(readers),
});
