// The schedule as a 24-hour strip beside its table. The table is the truth: the strip is drawn from it and writes to it,
// and it is not drawn at all while the table holds something that cannot be read.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const DAY_MIN = 1440;
const SNAP_MIN = 15;
const SNAP_DOSE = 0.5;
const WIDTH = 340;
const HEIGHT = 130;
const FOOT = 18;
const HEADROOM = 1.25;

const minutesOf = (text) => {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
};
const doseOf = (text) => (/^\d+(\.\d{1,2})?$/.test(text.trim()) ? Number(text) : 0);
const clockOf = (minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const x = (minutes) => (minutes / DAY_MIN) * WIDTH;
const y = (dose, top) => (HEIGHT - FOOT) * (1 - dose / top);

// The steps in the table's order; none where one of them cannot be read or they do not follow one another.
function stepsOf(table) {
  const steps = [];
  for (const row of table.tBodies[0].rows) {
    const [start, rate] = row.querySelectorAll("input");
    if (start.value.trim() === "" && rate.value.trim() === "") continue;
    const from = minutesOf(start.value);
    const dose = doseOf(rate.value);
    const after = steps.length === 0 ? from === 0 : from > steps.at(-1).from;
    if (from === null || !(dose > 0) || !after) return [];
    steps.push({ from, dose, start, rate });
  }
  return steps;
}

function shape(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

function draw(strip, table, top) {
  const steps = stepsOf(table);
  strip.replaceChildren();
  strip.hidden = steps.length === 0;
  if (strip.hidden) return;
  strip.top = top ?? Math.max(...steps.map((step) => step.dose)) * HEADROOM;
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "strip__svg", "aria-hidden": "true" }, strip);
  steps.forEach((step, index) => drawStep(svg, steps, index, strip.top));
  for (let hour = 0; hour <= 24; hour += 6) {
    const anchor = hour === 0 ? "start" : hour === 24 ? "end" : "middle";
    const label = shape("text", { class: "strip__hour", x: x(hour * 60), y: HEIGHT - 4, "text-anchor": anchor }, svg);
    label.textContent = clockOf(hour * 60);
  }
}

function drawStep(svg, steps, index, top) {
  const step = steps[index];
  const until = steps[index + 1]?.from ?? DAY_MIN;
  const left = x(step.from);
  const width = x(until) - left;
  const lid = y(step.dose, top);
  shape("rect", { class: "strip__step", x: left, y: lid, width, height: HEIGHT - FOOT - lid }, svg);
  shape("rect", { class: "strip__lid", x: left, y: lid - 5, width, height: 10, "data-lid": index }, svg);
  if (index === 0) return;
  shape("rect", { class: "strip__edge", x: left - 5, y: 0, width: 10, height: HEIGHT - FOOT, "data-edge": index }, svg);
}

// What a drag to (minutes, dose) writes into the table.
function follow(strip, table, held, event) {
  const box = strip.firstElementChild.getBoundingClientRect();
  const steps = stepsOf(table);
  if (held.lid !== undefined) {
    const share = ((event.clientY - box.top) / box.height) * (HEIGHT / (HEIGHT - FOOT));
    const dose = Math.round((strip.top * (1 - share)) / SNAP_DOSE) * SNAP_DOSE;
    steps[held.lid].rate.value = String(Math.min(Math.max(dose, SNAP_DOSE), strip.top));
  } else {
    const minutes = Math.round((((event.clientX - box.left) / box.width) * DAY_MIN) / SNAP_MIN) * SNAP_MIN;
    const least = steps[held.edge - 1].from + SNAP_MIN;
    const most = (steps[Number(held.edge) + 1]?.from ?? DAY_MIN) - SNAP_MIN;
    if (least <= most) steps[held.edge].start.value = clockOf(Math.min(Math.max(minutes, least), most));
  }
  draw(strip, table, strip.top);
}

function make(strip) {
  const table = strip.parentElement.querySelector("table");
  let held = null;
  draw(strip, table);
  table.addEventListener("input", () => draw(strip, table));
  strip.addEventListener("pointerdown", (event) => {
    if (event.target.dataset.lid === undefined && event.target.dataset.edge === undefined) return;
    event.preventDefault();
    held = { ...event.target.dataset };
    strip.setPointerCapture(event.pointerId);
  });
  strip.addEventListener("pointermove", (event) => held && follow(strip, table, held, event));
  for (const end of ["pointerup", "pointercancel"]) {
    strip.addEventListener(end, () => {
      if (held === null) return;
      held = null;
      draw(strip, table);
      table.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".strip").forEach(make);
  document.querySelector("input[name=by_weekday]")?.addEventListener("change", (event) => event.target.form.requestSubmit());
});
