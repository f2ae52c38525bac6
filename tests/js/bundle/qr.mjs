// Draws a QR code as a square of modules: loaded when a code or a fingerprint is shown.
export { encodeQR } from "qr";
