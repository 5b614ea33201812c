// What the server told the page when it was opened: its words, and what the model can do.

export const told = JSON.parse(document.getElementById("told").textContent);
export const words = told.words;

export const fill = (name, values) => words[name].replace(/\{(\w+)\}/g, (_, slot) => values[slot]);
export const pictureOf = (data) => `data:image/${data.startsWith("UklG") ? "webp" : "jpeg"};base64,${data}`;
