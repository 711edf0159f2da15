// The schedule as a 24-hour strip beside its table. The table is the truth: the strip is drawn from it and writes to it.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const DAY_MIN = 1440;
const SNAP_MIN = 15;
const SNAP_RATE = 0.5;
const WIDTH = 720;
const HEIGHT = 150;
const FOOT = 18;

const minutesOf = (text) => {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
};
const clockOf = (minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

function stepsOf(table) {
  const steps = [];
  for (const row of table.tBodies[0].rows) {
    const [start, rate] = row.querySelectorAll("input");
    const from = minutesOf(start.value);
    const dose = Number(rate.value);
    if (from === null || rate.value.trim() === "" || !(dose > 0)) continue;
    steps.push({ from, dose, start, rate });
  }
  return steps.sort((a, b) => a.from - b.from);
}

function shape(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

function draw(strip, table) {
  const steps = stepsOf(table);
  strip.replaceChildren();
  strip.hidden = steps.length === 0;
  if (steps.length === 0) return;
  const top = Math.max(...steps.map((step) => step.dose)) * 1.25;
  const x = (minutes) => (minutes / DAY_MIN) * WIDTH;
  const y = (dose) => (HEIGHT - FOOT) * (1 - dose / top);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "strip__svg", "aria-hidden": "true" }, strip);
  steps.forEach((step, index) => {
    const until = index + 1 < steps.length ? steps[index + 1].from : DAY_MIN;
    const width = Math.max(0, x(until) - x(step.from));
    shape("rect", { class: "strip__step", x: x(step.from), y: y(step.dose), width, height: HEIGHT - FOOT - y(step.dose) }, svg);
    const lid = shape("rect", { class: "strip__lid", x: x(step.from), y: y(step.dose) - 5, width, height: 10 }, svg);
    dragged(lid, svg, (at) => {
      const dose = Math.max(SNAP_RATE, Math.round((top * (1 - at.y / (HEIGHT - FOOT))) / SNAP_RATE) * SNAP_RATE);
      write(step.rate, String(dose));
    }, () => draw(strip, table));
    if (step.from > 0) {
      const edge = shape("rect", { class: "strip__edge", x: x(step.from) - 5, y: 0, width: 10, height: HEIGHT - FOOT }, svg);
      const least = steps[index - 1] ? steps[index - 1].from + SNAP_MIN : SNAP_MIN;
      dragged(edge, svg, (at) => {
        const minutes = Math.round(((at.x / WIDTH) * DAY_MIN) / SNAP_MIN) * SNAP_MIN;
        write(step.start, clockOf(Math.min(Math.max(minutes, least), until - SNAP_MIN)));
      }, () => draw(strip, table));
    }
  });
  for (let hour = 0; hour <= 24; hour += 6) {
    const anchor = hour === 0 ? "start" : hour === 24 ? "end" : "middle";
    shape("text", { class: "strip__hour", x: x(hour * 60), y: HEIGHT - 4, "text-anchor": anchor }, svg).textContent = `${String(hour).padStart(2, "0")}:00`;
  }
}

function write(input, value) {
  if (input.value === value) return;
  input.value = value;
  input.dataset.dragged = "yes";
}

function dragged(handle, svg, move, done) {
  handle.addEventListener("pointerdown", (down) => {
    down.preventDefault();
    handle.setPointerCapture(down.pointerId);
    const follow = (event) => {
      const box = svg.getBoundingClientRect();
      move({ x: ((event.clientX - box.left) / box.width) * WIDTH, y: ((event.clientY - box.top) / box.height) * HEIGHT });
    };
    const drop = () => {
      handle.removeEventListener("pointermove", follow);
      done();
      handle.removeEventListener("pointerup", drop);
      svg.closest("form")?.dispatchEvent(new Event("change", { bubbles: true }));
      document.querySelector("#draft")?.dispatchEvent(new Event("schedule"));
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("pointerup", drop);
  });
}

function begin() {
  for (const strip of document.querySelectorAll(".strip")) {
    const table = strip.parentElement.querySelector("table");
    draw(strip, table);
    table.addEventListener("input", () => draw(strip, table));
  }
  const weekday = document.querySelector("input[name=by_weekday]");
  weekday?.addEventListener("change", () => document.querySelector("#draft").requestSubmit());
}

document.addEventListener("DOMContentLoaded", begin);
