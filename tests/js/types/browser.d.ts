/** What an element of a template is, and what an event of a page carries, only the template knows: their fields are not checked. */
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
interface Document {
  getElementById(id: string): any;
  addEventListener(type: string, listener: (event: any) => void, options?: boolean | AddEventListenerOptions): void;
}
interface Element {
  closest(selectors: string): any;
}
interface HTMLElement {
  addEventListener(type: string, listener: (event: any) => void, options?: boolean | AddEventListenerOptions): void;
}
declare function addEventListener(type: string, listener: (event: any) => void, options?: boolean | AddEventListenerOptions): void;

/** What browsers have and the library of types has not yet. */
interface Navigator {
  readonly standalone?: boolean;
  readonly storageBuckets?: any;
}
interface Window {
  readonly trustedTypes?: any;
}
interface SubtleCrypto {
  encapsulateBits(algorithm: any, key: CryptoKey): Promise<{ ciphertext: ArrayBuffer; sharedKey: ArrayBuffer }>;
  decapsulateBits(algorithm: any, key: CryptoKey, ciphertext: BufferSource): Promise<ArrayBuffer>;
}
interface SubtleCrypto {
  importKey(format: "raw-public" | "raw-seed" | "raw-secret", key: BufferSource, algorithm: any, extractable: boolean, usages: string[]): Promise<CryptoKey>;
}
