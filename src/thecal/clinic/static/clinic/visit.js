// What a visit's page does beside its schedule: an entry that cannot be meant is marked where it was typed, and what
// was typed is not lost when another button of the page is pressed.
"use strict";

const WRONG = "wrong-here";

function unmark(draft) {
  draft.querySelectorAll(`.${WRONG}`).forEach((line) => line.remove());
  draft.querySelectorAll("[aria-invalid]").forEach((entry) => {
    entry.removeAttribute("aria-invalid");
    entry.removeAttribute("aria-describedby");
  });
}

function mark(draft) {
  unmark(draft);
  const said = draft.querySelector("[data-wrong]");
  const entry = said && document.getElementById(said.dataset.wrong);
  if (!entry || !draft.contains(entry)) return;
  const line = document.createElement("small");
  line.className = `${WRONG} error`;
  line.id = `${entry.id}_wrong`;
  line.textContent = said.textContent.replace(/\s+/g, " ").trim();
  const place = entry.closest("td") ?? (entry.matches("fieldset") ? entry.firstElementChild : entry);
  place === entry || entry.matches("fieldset") ? place.after(line) : place.append(line);
  if (!entry.matches("fieldset")) entry.setAttribute("aria-invalid", "true");
  entry.setAttribute("aria-describedby", line.id);
}

// Enter goes on to the next entry of the protocol, which keeps the one that is left; it presses no button.
function goOn(protocol, event) {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  const entries = [...protocol.querySelectorAll("input:not([type=hidden])")];
  (entries[entries.indexOf(event.target) + 1] ?? event.target).focus();
}

document.addEventListener("DOMContentLoaded", () => {
  const protocol = document.querySelector("#protocol");
  protocol?.addEventListener("keydown", (event) => goOn(protocol, event));
});

document.addEventListener("DOMContentLoaded", () => {
  const draft = document.querySelector("#draft");
  if (draft === null) return;
  mark(draft);
  draft.addEventListener("htmx:afterSwap", () => mark(draft));
  for (const other of document.querySelectorAll("form[data-carries-draft]")) {
    other.addEventListener("formdata", (event) => {
      for (const [name, value] of new FormData(draft)) {
        if (name !== "second_code" && !event.formData.has(name)) event.formData.append(name, value);
      }
    });
  }
});
