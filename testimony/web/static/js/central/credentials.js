/** Between the JSON of a server and `navigator.credentials`: bytes travel as base64url (WebAuthn, level 3, 5.1). */

export const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

export const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** What `create` and `get` take: the options of the server, with bytes for the challenge and the person. */
export const unpacked = (options) => ({
  ...options,
  challenge: toBytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
});

const BYTES = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

/** RegistrationResponseJSON or AuthenticationResponseJSON. */
export const packed = (credential) => ({
  id: credential.id,
  rawId: toText(credential.rawId),
  type: credential.type,
  response: Object.fromEntries(
    BYTES.filter((name) => credential.response[name]).map((name) => [name, toText(credential.response[name])]),
  ),
  clientExtensionResults: {},
});
