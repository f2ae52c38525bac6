/** The organisation's fingerprint as people compare it: six words, twin of `testimony/sealing/keys/wordlist.py`. DOM-free. */

const WORDS = 6;

/** Six words of `list` for a hash (77 bits of it): n = the hash as an integer; six times: word n mod 7776, n = n / 7776. */
export const fingerprintWords = (sha256Hex, list) => {
  const base = BigInt(list.length);
  const chosen = [];
  for (let number = BigInt(`0x${sha256Hex}`), i = 0; i < WORDS; i += 1, number /= base) chosen.push(list[Number(number % base)]);
  return chosen.join(" ");
};

/** The same in hex, four by four. */
export const inFours = (sha256Hex) => sha256Hex.replace(/(.{4})(?=.)/g, "$1 ");
