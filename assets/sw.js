/* The service worker: hashed assets come from the cache, pages only from the network, and without a network there is
 * one page that says so. Nothing that belongs to a person is ever kept: no HTML of the cabinet, no files, no API. */
const RELEASE = "development"; // the build writes its own mark here: a new release starts an empty cache
const CACHE = `cabinet-${RELEASE}`;
const OFFLINE = "/offline.html";
const KEPT = ["/assets/", "/fonts/"]; // the same for everybody, and renewed with the release

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.add(new Request(OFFLINE, { cache: "reload" })))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.registration.navigationPreload?.enable())
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (KEPT.some((place) => url.pathname.startsWith(place))) event.respondWith(kept(request));
});

/* The browser asks for a page while this worker is still waking up (navigation preload). */
const page = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return caches.match(OFFLINE);
  }
};

const kept = async (request) => {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") await cache.put(request, answer.clone());
  return answer;
};
