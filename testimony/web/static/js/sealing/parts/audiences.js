/** Which compartments there are, and which audiences always have a head for each, whoever consented to what. */

export const ALWAYS = ["coded", "consent", "identity", "incident", "narrative", "provenance"];
export const AUDIENCE_OF = { coordinator: "coordinators", lawyer: "lawyers", recovery: "recovery" };
export const AUDIENCES = ["coordinators", "lawyers", "recovery"];

const FOR_COORDINATORS = new Set(["coded", "consent"]);

export const audiencesOf = (part) => (FOR_COORDINATORS.has(part) ? AUDIENCES : AUDIENCES.slice(1));

/** The most bytes that the body of any part may have, a piece of media too: what one frame carries. */
export const LARGEST_BODY = 256 * 1024;

/** Pieces of media in one testimony, so that the manifest that names them still fits into one frame. */
export const MOST_PIECES = 640;

export const isMedia = (part) => part.startsWith("media-");
/** media-001, media-002, … */
export const pieceName = (number) => `media-${String(number).padStart(3, "0")}`;

/** Whether the pieces of media among `parts`, which ascend, are numbered without a gap, and not too many. */
export const arePiecesNumbered = (parts) =>
  parts.filter(isMedia).every((part, i) => i < MOST_PIECES && part === pieceName(i + 1));
