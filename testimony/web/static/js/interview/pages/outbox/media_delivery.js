/** Delivery of recordings and pictures while the page is open: tidied first, paced, after all text. */

import { binsOf } from "../../media/buckets.js";
import { deliverMedia } from "../../outbox/media_delivery.js";
import { paceOf } from "../../outbox/backoff.js";
import { sweepSealed } from "../../vault/media_seal.js";

const pace = paceOf();

/** `eager`: a person asked, so the pace waits for nobody. */
export const deliverPieces = async (phone, { verify, progress, eager }) => {
  const bins = binsOf();
  await sweepSealed(phone, bins);
  if (!eager && !pace.ready()) return;
  const drop = () => sweepSealed(phone, bins);
  await deliverMedia({ outbox: phone.outbox, node: phone.node, verify, progress, pace, drop, openBin: bins.openBin });
};
