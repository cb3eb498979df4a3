// Keeps the scan page on the phone: pages from the network while there is one, else as they were kept; files by their
// address, which changes when they do. Answers of the API are never kept. The page of a post puts itself here once it has
// all its files (scan/page.js); the list of posts works without any.
const CACHE = "pratique-scan-1"; // the same name as in scan/post.html, data-cache
const LIST = "/scan/";
const WAIT_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname.startsWith("/scan/")) event.respondWith(freshOrKept(request));
  else if (address.pathname.startsWith("/static/") || address.pathname.startsWith("/fonts/")) event.respondWith(keptOrFresh(request));
});

async function freshOrKept(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(WAIT_MS) });
    if (answer.ok && !answer.redirected && new URL(request.url).pathname === LIST) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function keptOrFresh(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
