// What the page asks of the server.

import { told } from "./words.js";

let token = null;
let beginning = null;

async function failed(answer) {
  let detail = `${answer.status}`;
  try { detail = (await answer.json()).detail ?? detail; } catch { /* no document came with it */ }
  const error = new Error(detail);
  error.over = answer.status === 410; // the session, and with it all of its photos
  return error;
}

async function ask(path, options = {}) {
  const headers = { ...options.headers, "Accept-Language": told.language };
  const answer = await fetch(path, { ...options, headers });
  if (!answer.ok) throw await failed(answer);
  return answer;
}

const json = (body, signal) => ({
  method: "POST", signal, body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
});

async function begun() {
  const mine = (beginning ??= (async () => {
    token = (await (await ask("page/sessions", { method: "POST" })).json()).token;
    const line = new EventSource(`page/${token}/alive`);
    line.onerror = () => { if (line.readyState === EventSource.CLOSED && beginning === mine) closed.dispatchEvent(new Event("over")); };
    addEventListener("pagehide", (event) => { if (!event.persisted) navigator.sendBeacon(`page/${token}/leave`); }, { once: true });
  })());
  try { await mine; } catch (error) { if (beginning === mine) beginning = null; throw error; }
}

// The session is over on the server, a restart for example: the next photo begins a new one.
export const forget = () => { beginning = token = null; };
export const closed = new EventTarget(); // hears "over" when the server says so unasked

export async function upload(file) {
  await begun();
  const path = `page/${token}/photos?language=${told.language}&name=${encodeURIComponent(file.name ?? "photo")}`;
  const answer = await ask(path, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } });
  return answer.json();
}

export async function understand(text, photo, masked, language, signal) {
  await begun();
  return (await ask(`page/${token}/understand`, json({ text, photo, masked, language }, signal))).json();
}

export async function place(photo, wish) {
  return (await ask(`page/${token}/photos/${photo}/place`, json({ ...wish, language: told.language }))).json();
}

export async function variant(photo, wish, signal) {
  return URL.createObjectURL(await (await ask(`page/${token}/photos/${photo}/variant`, json(wish, signal))).blob());
}

export const remove = (photo) => ask(`page/${token}/photos/${photo}`, { method: "DELETE" });

// What a restoration says of itself, one document after the other.
export async function* restore(photo, wish, signal) {
  const answer = await ask(`page/${token}/photos/${photo}/restore`, json(wish, signal));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

export const view = (photo, step, side, strength = 1, size = "screen") =>
  `page/${token}/photos/${photo}/view/${step}/${side}?strength=${strength}&size=${size}`;
export const downloadOf = (photo, format) => `page/${token}/photos/${photo}/download?format=${format}`;
export const zipOf = (format) => `page/${token}/photos.zip?format=${format}`;
