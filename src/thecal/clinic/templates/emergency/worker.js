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

// Some browsers play a sound only where they get the very part of the file that they ask for.
async function part(answer, range) {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range);
  const whole = await answer.clone().arrayBuffer();
  if (!asked || Number(asked[1]) >= whole.byteLength) return answer;
  const first = Number(asked[1]);
  const last = Math.min(Number(asked[2] || whole.byteLength), whole.byteLength - 1);
  const headers = {
    "Content-Type": answer.headers.get("Content-Type"),
    "Content-Range": `bytes ${first}-${last}/${whole.byteLength}`,
  };
  return new Response(whole.slice(first, last + 1), { status: 206, headers });
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const ours = address.origin === self.location.origin && PATHS.includes(address.pathname);
  if (event.request.method !== "GET" || !ours) return;
  const range = event.request.headers.get("range");
  const shown = show(address.pathname);
  event.respondWith(range ? shown.then((answer) => part(answer, range)) : shown);
});
