/**
 * Puts the service worker (`service-worker.ts`) in place, where this browser has one: over https, or on `localhost`. Elsewhere a page
 * that is open goes on without the hub, and a closed one waits for it; `me.insecure` says so.
 */

/** The hub's policy knows this one maker of script addresses, and this is the only address it makes. */
const WORKER = '/sw.js'
type Maker = { createScriptURL(address: string): string }
type Makers = { createPolicy(name: string, rules: Maker): Maker }

/** Made at once and once: nobody who comes later can make another of this name. */
const maker: Maker = ((window as { trustedTypes?: Makers }).trustedTypes)?.createPolicy('worker', { createScriptURL: () => WORKER }) ??
  { createScriptURL: () => WORKER }

/** Where it cannot be had, all else works: a browser that was told to trust a certificate still refuses a worker. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator)) return
  void navigator.serviceWorker.register(maker.createScriptURL(WORKER)).catch(() => undefined)
}
