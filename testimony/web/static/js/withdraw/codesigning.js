/** What signs a withdrawal, in one module, so that the page loads it only when a code is there to sign with. */

export { encodeSigned } from "../sealing/signedrecord.js";
export { buildEarlyWithdrawal, buildWithdrawal, withdrawalKey } from "../sealing/withdrawalcode.js";
