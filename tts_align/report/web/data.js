"use strict";
// What the page knows: a small record of every utterance at once; maps and sounds one by one, when they are looked at.

const utterances = JSON.parse(document.getElementById("rows").textContent);
utterances.forEach((utterance, index) => {
  utterance.index = index;
  utterance.events ??= [];
  utterance.verdict = utterance.events.length ? "faulty" : "clean";
  utterance.severity = Math.max(0, ...utterance.events.map(event => event.severity));
  utterance.kinds = [...new Set(utterance.events.map(event => event.kind))];
  utterance.haystack = (utterance.id + "\n" + utterance.text).toLowerCase();
});

const {kinds, map, sound} = JSON.parse(document.getElementById("kept").textContent);
const kept = {map: new Set(map), sound: new Set(sound)};  // the utterances whose map or sound is in the page

const pageIsRead = new Promise(resolve => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve, {once: true});
  else resolve();
});

// The text of a script element further down, which the browser may not have read yet; null if there is none.
async function stored(what, index) {
  if (!kept[what].has(index)) return null;
  if (!document.getElementById(what + index)?.nextElementSibling) await pageIsRead;
  return document.getElementById(what + index)?.textContent ?? null;
}

async function mapOf(utterance) {
  const text = await stored("map", utterance.index);
  if (text === null) return null;
  const map = JSON.parse(text);
  map.levels = await inflated(bytesOf(map.levels));
  return map;
}

async function soundOf(utterance) {
  const text = await stored("sound", utterance.index);
  if (text !== null) return URL.createObjectURL(new Blob([bytesOf(text)], {type: "audio/wav"}));
  return utterance.wave ?? null;
}

function bytesOf(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function style(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function plain(name) { return name.replaceAll("_", " "); }

function chip(name, text = plain(name)) {
  const known = ["clean", "faulty", "limit"].includes(name);
  return element("span", known ? {class: "chip " + name} : {class: "chip", style: `--colour: var(--${name})`}, text);
}
