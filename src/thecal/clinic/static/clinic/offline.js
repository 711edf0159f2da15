// Keeps the emergency pages on this device, so that they open without a network. Without this script they are the same
// pages, from the network alone.
"use strict";

const worker = document.currentScript.dataset.worker;
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker, { scope: worker.slice(0, worker.lastIndexOf("/") + 1) }).catch(() => {
    // A browser that refuses (a private window, plain HTTP) shows the pages from the network, as before.
  });
}
