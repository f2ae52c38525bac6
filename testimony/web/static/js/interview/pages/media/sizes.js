/** How large a file is, in the words of the page. */

import { filled } from "../base/phrases.js";

const MB = 1_000_000;

/** Whole megabytes, rounded down so that what is said to fit does fit; kilobytes below one. */
export const sizeInWords = (bytes) => (bytes < MB ? filled("size_kb", { n: Math.ceil(bytes / 1000) }) : filled("size_mb", { n: Math.floor(bytes / MB) }));
