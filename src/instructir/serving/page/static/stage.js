// The picture: as large as its place, before and after under a divider; zoomed, moved, and held to see the original.

const HOLD = 250; // milliseconds from which a press shows the original
const MOVED = 6; // pixels from which a press is a drag
const MOST = 8; // screen pixels for one of the photo's
const GROWN = 2; // to which a small photo is enlarged to fill its place
const LAYERS = ["before", "shown", "live"];

export class Stage {
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.canvas = root.querySelector(".canvas");
    this.clip = root.querySelector(".clip");
    this.before = root.querySelector(".before");
    this.shown = root.querySelector(".shown");
    this.live = root.querySelector(".live");
    this.divider = root.querySelector(".divider");
    this.size = [1, 1];
    this.zoom = 1; // screen pixels for one of the photo's, `fit` where all of it is seen
    this.offset = [0, 0];
    this.split = 50;
    this.held = false;
    this.pointers = new Map();
    this.painter = null; // who gets what one pointer does instead of the picture
    this.pinched = false; // since the last time that nothing touched it
    this.fitted = true;
    this.wanted = {};
    this.arrived = new Map(); // address -> whether the browser has it
    new ResizeObserver(() => (this.fitted ? this.fit() : this.draw())).observe(root);
    this.listen();
  }

  get box() { return [this.root.clientWidth, this.root.clientHeight]; }
  get fitZoom() { return Math.min(GROWN, this.box[0] / this.size[0], this.box[1] / this.size[1]); }
  get one() { return 1 / devicePixelRatio; } // one pixel of the photo on one of the screen

  resize(width, height) {
    if (width === this.size[0] && height === this.size[1]) return;
    this.size = [width, height];
    this.root.style.setProperty("--aspect", width / height); // on a phone the place is as high as the picture
    this.fit();
  }

  fit() {
    this.fitted = true;
    this.zoom = this.fitZoom;
    this.draw();
  }

  zoomTo(zoom, at = [this.box[0] / 2, this.box[1] / 2]) {
    const next = Math.min(Math.max(zoom, this.fitZoom), Math.max(MOST * this.one, this.fitZoom));
    const grown = next / this.zoom;
    this.offset = this.offset.map((offset, axis) => at[axis] - (at[axis] - offset) * grown);
    this.zoom = next;
    this.fitted = next <= this.fitZoom * 1.001;
    this.draw();
  }

  draw() {
    const [box, drawn] = [this.box, this.size.map((side) => side * this.zoom)];
    // Centred where there is room, never past an edge where there is none.
    this.offset = this.offset.map((offset, axis) => (drawn[axis] <= box[axis] + 0.5
      ? (box[axis] - drawn[axis]) / 2 : Math.min(0, Math.max(box[axis] - drawn[axis], offset))));
    const style = this.canvas.style;
    [style.width, style.height] = drawn.map((side) => `${side}px`);
    style.transform = `translate(${this.offset[0]}px, ${this.offset[1]}px)`;
    this.root.classList.toggle("zoomed", !this.fitted);
    this.root.classList.toggle("pixels", this.zoom > 2 * this.one);
    // The divider stands on the picture while all is seen, and in the window when zoomed in.
    this.left = Math.max(0, this.offset[0]);
    this.span = Math.min(box[0], drawn[0]);
    const x = this.left + (this.span * this.split) / 100;
    const top = Math.max(0, this.offset[1]);
    Object.assign(this.divider.style, { left: `${x}px`, top: `${top}px`, height: `${Math.min(box[1], drawn[1])}px` });
    const edge = this.held ? drawn[0] : x - this.offset[0];
    this.clip.style.clipPath = `inset(0 ${Math.max(0, drawn[0] - edge)}px 0 0)`;
    this.divider.setAttribute("aria-valuenow", String(Math.round(this.split)));
    this.changed();
  }

  // Whether the picture is drawn larger than the file for the screen is.
  get sharp() { return Math.max(...this.size) * this.zoom * devicePixelRatio > 1600 && Math.max(...this.size) > 1600; }

  splitAt(percent) { this.split = Math.min(100, Math.max(0, percent)); this.draw(); }
  hold(held) { if (held !== this.held) { this.held = held; this.draw(); } }

  // Shows pictures, by their layers, once all of them are there. Until then what was shown stays, unless it is of
  // another photo: a slow line shows no photo in the shape of another, and no step back on the way to the next.
  show(id, wanted) {
    if (id !== this.id) for (const layer of LAYERS) this[layer].removeAttribute("src");
    this.id = id;
    this.wanted = wanted;
    for (const layer of LAYERS) if (wanted[layer]) this.fetch(wanted[layer]);
    this.settle();
  }

  fetch(address) {
    if (this.arrived.has(address)) return;
    this.arrived.set(address, false);
    const image = new Image();
    image.src = address;
    image.decode().catch(() => {}).then(() => { this.arrived.set(address, true); this.settle(); });
  }

  settle() {
    const ready = LAYERS.every((layer) => !this.wanted[layer] || this.arrived.get(this.wanted[layer]));
    this.root.setAttribute("aria-busy", String(!ready));
    if (!ready) return;
    for (const layer of LAYERS) {
      const address = this.wanted[layer];
      if (address && this[layer].getAttribute("src") !== address) this[layer].src = address;
    }
    this.live.hidden = !this.wanted.live;
    this.live.style.opacity = this.wanted.opacity ?? 1;
    // A picture that is its own address is large, and need not be asked for again.
    for (const address of this.arrived.keys()) if (address.startsWith("data:") && !Object.values(this.wanted).includes(address)) this.arrived.delete(address);
  }

  divided(shown) { this.divider.hidden = !shown; this.clip.hidden = !shown; }

  point(event) {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  // A point of the window as fractions of the photo's sides.
  fractions(at) { return at.map((place, axis) => (place - this.offset[axis]) / (this.size[axis] * this.zoom)); }

  listen() {
    const { root, divider } = this;
    root.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomTo(this.zoom * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.point(event));
    }, { passive: false });
    root.addEventListener("dblclick", (event) => {
      if (this.painter) return; // two dabs, quickly
      if (this.fitted) this.zoomTo(this.one, this.point(event));
      else this.fit();
    });
    // Or the browser takes two fingers for one that scrolls the page, and the picture hears no more of them.
    for (const kind of ["touchstart", "touchmove"]) {
      root.addEventListener(kind, (event) => { if (event.touches.length > 1 && event.cancelable) event.preventDefault(); }, { passive: false });
    }
    root.addEventListener("contextmenu", (event) => { if (event.pointerType === "touch") event.preventDefault(); });
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) root.addEventListener(kind, (event) => this.up(event));
    root.addEventListener("keydown", (event) => this.key(event));
    divider.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, Home: -100, End: 100 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      this.splitAt(this.split + step);
    });
  }

  down(event) {
    if (event.button) return;
    const at = this.point(event);
    const onDivider = event.target.closest(".divider") !== null;
    this.root.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { at, from: at, onDivider });
    clearTimeout(this.timer);
    this.hold(false);
    if (this.pointers.size > 1 && !this.pinched) {
      this.pinched = true;
      this.painter?.takeBack(); // the first of two fingers was none that paints
    } else if (this.painter && !this.pinched) this.painter.stroke(this.fractions(at), true);
    else if (this.pointers.size === 1 && !onDivider) this.timer = setTimeout(() => this.hold(true), HOLD);
  }

  move(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (!pointer) return;
    const [was, at] = [pointer.at, this.point(event)];
    if (Math.hypot(at[0] - pointer.from[0], at[1] - pointer.from[1]) > MOVED) { clearTimeout(this.timer); pointer.dragged = true; }
    if (this.pointers.size === 2) {
      const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, one]) => one.at);
      const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
      pointer.at = at;
      this.offset = this.offset.map((offset, axis) => offset + (at[axis] - was[axis]) / 2);
      this.zoomTo((this.zoom * apart(at)) / Math.max(1, apart(was)), [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2]);
      return;
    }
    pointer.at = at;
    if (this.painter) {
      if (!this.pinched) this.painter.stroke(this.fractions(at));
    } else if (pointer.onDivider) this.splitAt((100 * (at[0] - this.left)) / this.span);
    else if (pointer.dragged && !this.held) {
      this.offset = [this.offset[0] + at[0] - was[0], this.offset[1] + at[1] - was[1]];
      this.draw();
    }
  }

  up(event) {
    clearTimeout(this.timer);
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.pinched = false;
    this.hold(false);
  }

  key(event) {
    const move = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    const deeds = {
      "+": () => this.zoomTo(this.zoom * 1.25), "=": () => this.zoomTo(this.zoom * 1.25),
      "-": () => this.zoomTo(this.zoom / 1.25), "0": () => this.fit(), "1": () => this.zoomTo(this.one),
    };
    if (event.target !== this.root || event.ctrlKey || event.metaKey) return;
    if (this.painter && (move || event.key === " ")) {
      if (move) this.painter.move(...move.map((pixels) => -pixels / 3000));
      else this.painter.stroke(this.painter.cursor, true);
      event.preventDefault();
      return;
    }
    if (move && !this.fitted) { this.offset = this.offset.map((offset, axis) => offset + move[axis]); this.draw(); }
    else if (deeds[event.key]) deeds[event.key]();
    else return;
    event.preventDefault();
  }
}
