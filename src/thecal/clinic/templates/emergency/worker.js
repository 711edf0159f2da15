// The emergency pages' service worker: keeps them, with their styles, and shows what it kept where the network is slow,
// away or broken. It asks without cookies, so nobody's page is ever kept. The network comes first: numbers may change.
"use strict";

const KEPT = "thecal-help-{{ digest }}";
const PATIENCE_MS = 3000;
const PATHS = {{ paths|safe }};

async function fill() {
  const cache = await caches.open(KEPT);
  await Promise.all(PATHS.map((path) => cache.add(new Request(path, { credentials: "omit", cache: "reload" }))));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith("thecal-help-") && name !== KEPT).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function fresh(path) {
  const answer = await fetch(path, { credentials: "omit" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  const cache = await caches.open(KEPT);
  await cache.put(path, answer.clone());
  return answer;
}

async function show(path) {
  const kept = await caches.match(path, { cacheName: KEPT, ignoreVary: true });
  const asked = fresh(path);
  if (!kept) return asked;
  const late = new Promise((settle) => setTimeout(() => settle(kept), PATIENCE_MS));
  return Promise.race([asked.catch(() => kept), late]);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const ours = address.origin === self.location.origin && PATHS.includes(address.pathname);
  if (event.request.method === "GET" && ours) event.respondWith(show(address.pathname));
});
