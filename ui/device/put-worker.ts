/**
 * Puts the service worker (`service-worker.ts`) in place, where this browser has one: over https, or on `localhost`. Elsewhere a page
 * that is open goes on without the hub, and a closed one waits for it; `me.insecure` says so.
 */

/** The hub's policy knows this one maker of script addresses, and this is the only address it makes, with the reader's language. */
const WORKER = '/sw.js?words='
/** `language` is two letters of our own; anything else is a bug, and no address is made of it. */
const addressFor = (language: string): string => {
  if (!/^[a-z]{2}$/.test(language)) throw new Error(`no worker speaks ${language}`)
  return WORKER + language
}
type Maker = { createScriptURL(address: string): string }
type Makers = { createPolicy(name: string, rules: Maker): Maker }

/** Made at once and once: nobody who comes later can make another of this name. */
const maker: Maker = ((window as { trustedTypes?: Makers }).trustedTypes)?.createPolicy('worker', { createScriptURL: addressFor }) ??
  { createScriptURL: addressFor }

/**
 * With the words of this language; a reader of another one gets another worker. Where it cannot be had, all else works: a browser that was
 * told to trust a certificate still refuses a worker.
 */
export function startWorker(language: string): void {
  if (!('serviceWorker' in navigator)) return
  void navigator.serviceWorker.register(maker.createScriptURL(language)).catch(() => undefined)
}
