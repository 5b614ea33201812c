// A part of the photo, painted: only there it is restored. Each photo has a painting of its own.

const SIDE = 1024; // pixels of a painting's longer side
const COLOUR = "#2dd4bf";

export class Brush {
  constructor(stage, size, heard) {
    this.stage = stage;
    this.size = size; // the diameter, in hundredths of the photo's longer side
    this.heard = heard; // called when it is taken up, put away or moved
    this.erasing = false;
    this.canvas = stage.root.querySelector(".paint");
    this.ring = stage.root.querySelector(".cursor");
    this.kept = new Map(); // id -> pixels
    this.id = null;
    this.last = null;
    this.cursor = [0.5, 0.5];
    this.used = 0; // how often it was taken up or moved
  }

  get on() { return !this.canvas.hidden; }
  get context() { return this.canvas.getContext("2d", { willReadFrequently: true }); }
  get empty() { return !this.pixels().data.some((lit, index) => index % 4 === 3 && lit > 127); }
  get radius() { return Math.max(1, (this.size.value / 200) * Math.max(this.canvas.width, this.canvas.height)); }

  // Shows the painting of a photo of that shape.
  show(id, width, height) {
    const grown = SIDE / Math.max(width, height);
    const shape = [width, height].map((side) => Math.max(1, Math.round(side * grown)));
    if (id === this.id && shape[0] === this.canvas.width && shape[1] === this.canvas.height) return;
    if (this.id !== null) this.kept.set(this.id, this.pixels());
    [this.id, this.canvas.width, this.canvas.height] = [id, ...shape];
    const before = this.kept.get(id);
    if (before && before.width === shape[0] && before.height === shape[1]) this.context.putImageData(before, 0, 0);
  }

  use() { this.used += 1; this.heard(); }

  turn(on) {
    this.use();
    this.canvas.hidden = this.ring.hidden = !on;
    this.stage.root.classList.toggle("painting", on);
    this.stage.painter = on ? this : null;
    this.place();
  }

  pixels() { return this.context.getImageData(0, 0, this.canvas.width, this.canvas.height); }
  clear() { this.context.clearRect(0, 0, this.canvas.width, this.canvas.height); }
  forget(id) {
    this.kept.delete(id);
    if (this.id === id) this.id = null; // nor is what is on the canvas kept
  }

  // A stroke goes on to a point of the canvas, in fractions of its sides; `first` begins one.
  stroke(point, first = false) {
    this.use();
    if (first) this.begun = this.pixels();
    const at = [point[0] * this.canvas.width, point[1] * this.canvas.height];
    const draw = this.context;
    draw.globalCompositeOperation = this.erasing ? "destination-out" : "source-over";
    Object.assign(draw, { lineWidth: 2 * this.radius, lineCap: "round", strokeStyle: COLOUR, fillStyle: COLOUR });
    draw.beginPath();
    if (first || !this.last) { // a line of no length is not drawn
      draw.arc(...at, this.radius, 0, 2 * Math.PI);
      draw.fill();
    } else {
      draw.moveTo(...this.last);
      draw.lineTo(...at);
      draw.stroke();
    }
    this.last = at;
    this.cursor = point;
    this.place();
  }

  // The stroke that was begun last was not meant.
  takeBack() {
    if (this.begun) this.context.putImageData(this.begun, 0, 0);
    this.begun = null;
  }

  // The keyboard's brush.
  move(dx, dy) {
    this.cursor = [this.cursor[0] + dx, this.cursor[1] + dy].map((fraction) => Math.min(1, Math.max(0, fraction)));
    this.place();
  }

  place() {
    const width = (200 * this.radius) / this.canvas.width;
    Object.assign(this.ring.style, {
      left: `${100 * this.cursor[0]}%`, top: `${100 * this.cursor[1]}%`, width: `${width}%`, aspectRatio: "1",
    });
  }

  // A PNG file in base64, white where it is painted; null where nothing is, or the brush is put away.
  async mask() {
    if (!this.on || this.empty) return null;
    const painted = this.pixels();
    for (let index = 0; index < painted.data.length; index += 4) {
      const lit = painted.data[index + 3];
      painted.data.set([lit, lit, lit, 255], index);
    }
    const sheet = new OffscreenCanvas(painted.width, painted.height);
    sheet.getContext("2d").putImageData(painted, 0, 0);
    const bytes = new Uint8Array(await (await sheet.convertToBlob({ type: "image/png" })).arrayBuffer());
    let text = "";
    for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
    return btoa(text);
  }
}
