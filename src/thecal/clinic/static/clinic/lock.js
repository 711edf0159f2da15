// Locks the screen when nothing was asked or typed for a while, in every tab at once, and loses nothing that was typed:
// a form with `data-keep` keeps its draft first, and what stands in a form with `data-unsent` is taken along and shown
// again afterwards. The server has the last word: without this script it locks at the next request.
"use strict";

const ASK_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 2_000;

// The address and the fields of every form that somebody typed into and that keeps no draft of its own.
function takeAlong(formData) {
  document.querySelectorAll("form[data-unsent][data-typed]").forEach((form) => {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    formData.append("unsent", JSON.stringify({ address: form.action, fields }));
  });
}

function keepDrafts() {
  const drafts = [...document.querySelectorAll("form[data-keep][data-typed]")];
  return drafts.map((form) => {
    form.removeAttribute("data-typed");
    return fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("button[data-lock-after]");
  if (button === null) return;
  const after = Number(button.dataset.lockAfter) * 1000;
  const tabs = new BroadcastChannel("thecal-lock");
  let asked = Date.now();
  let isLocking = false;

  const stayed = () => {
    asked = Date.now();
    tabs.postMessage("asked");
  };
  tabs.onmessage = (event) => {
    if (event.data === "locked" && !isLocking) button.click();
    if (event.data === "asked") asked = Date.now();
  };
  button.addEventListener("click", (event) => {
    if (!isLocking) tabs.postMessage("locked");
    isLocking = true;
    const keeping = keepDrafts();
    if (keeping.length === 0) return;
    event.preventDefault();
    Promise.allSettled(keeping).then(() => button.click());
  });
  button.form.addEventListener("formdata", (event) => {
    if (isLocking) takeAlong(event.formData);
  });
  document.addEventListener("htmx:afterRequest", stayed);
  document.addEventListener("input", (event) => {
    event.target.closest("form")?.setAttribute("data-typed", "");
    if (Date.now() - asked < Math.min(ASK_EVERY_MS, after / 2)) return;
    stayed();
    fetch(button.dataset.awake, { credentials: "same-origin", redirect: "manual" });
  });
  setInterval(() => {
    if (Date.now() - asked >= after && !isLocking) button.click();
  }, LOOK_EVERY_MS);
  stayed();
});
