/** What signs a withdrawal, in one module, so that the page loads it only when a code is there to sign with. */

export { encodeSigned } from "../sealing/records/records.js";
export { buildEarlyWithdrawal, buildWithdrawal, withdrawalKeys } from "../sealing/keys/withdrawal_code.js";
export { writeFrames } from "../interview/node/frames.js";
