/** The service worker, as pages ask it (templates/interview/sw.js). */

/** What it answers to `act`. */
export const ask = (act, said = {}) => {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    navigator.serviceWorker.controller.postMessage({ act, ...said }, [port2]);
  });
};
