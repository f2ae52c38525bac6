/** Which compartments there are, and which audiences always have a head for each, whoever consented to what. */

export const ALWAYS = ["coded", "consent", "identity", "incident", "narrative", "provenance"];
export const AUDIENCE_OF = { coordinator: "coordinators", lawyer: "lawyers", recovery: "recovery" };
export const AUDIENCES = ["coordinators", "lawyers", "recovery"];

const FOR_COORDINATORS = new Set(["coded", "consent"]);
const MEDIA = /^media-[0-9]{3}$/;

export const isPart = (name) => ALWAYS.includes(name) || (typeof name === "string" && MEDIA.test(name));

export const audiencesOf = (part) => (FOR_COORDINATORS.has(part) ? AUDIENCES : AUDIENCES.slice(1));

/** The most bytes that the body of `part` may have, as stations and the wire allow. */
export const sizeLimit = (part) => (part.startsWith("media-") ? 512 : 256) * 1024;
