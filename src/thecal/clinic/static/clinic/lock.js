// Locks the screen when nothing was asked or typed for a while, in every tab at once. The server has the last word:
// without this script it locks at the next request.
"use strict";

const ASK_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 2_000;

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("button[data-lock-after]");
  if (button === null) return;
  const after = Number(button.dataset.lockAfter) * 1000;
  const tabs = new BroadcastChannel("thecal-lock");
  let asked = Date.now();

  const stayed = () => {
    asked = Date.now();
    tabs.postMessage("asked");
  };
  tabs.onmessage = (event) => {
    if (event.data === "locked") location.assign(button.formAction);
    else asked = Date.now();
  };
  button.addEventListener("click", () => tabs.postMessage("locked"));
  document.addEventListener("htmx:afterRequest", stayed);
  document.addEventListener("input", () => {
    if (Date.now() - asked < Math.min(ASK_EVERY_MS, after / 2)) return;
    stayed();
    fetch(button.dataset.awake, { credentials: "same-origin", redirect: "manual" });
  });
  setInterval(() => {
    if (Date.now() - asked >= after) button.click();
  }, LOOK_EVERY_MS);
  stayed();
});
