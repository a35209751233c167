// The picture of one attention map, with the text along its left side, seconds along its foot, and its faults.

const FONT = "11.5px system-ui, sans-serif", LINE = 12;  // px between two labels
const TOP = 38, FOOT = 34, RIGHT = 12;  // px around the map
const TICKS = [.02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

class MapView {
  constructor(utterance, map) {
    this.utterance = utterance;
    this.map = map;
    this.events = utterance.events;
    this.n = map.symbols.length;
    this.chosen = -1;
    this.height = Math.round(Math.min(Math.max(150, this.n * 6), Math.min(Math.max(480, map.words.length * LINE), 720)));
    this.canvas = element("canvas", {role: "img", "aria-label": "Attention map of: " + utterance.text});
  }
  stepAt(seconds) { return Math.min(this.map.steps - 1, Math.max(0, Math.floor(seconds / this.utterance.seconds * this.map.steps))); }
  weightAt(step, symbol) {
    const {shape, factor, levels} = this.map;
    return levels[Math.floor(step / factor) * shape[1] + Math.floor(symbol / factor)] / 255;
  }
  strongestAt(seconds) {
    const step = this.stepAt(seconds);
    let best = 0;
    for (let j = 1; j < this.n; j++) if (this.weightAt(step, j) > this.weightAt(step, best)) best = j;
    return this.weightAt(step, best) > 0 ? best : -1;
  }
  wordOf(symbol) { return this.map.words.findIndex(([start, stop]) => start <= symbol && symbol < stop); }
  x(seconds) { return this.left + this.width * seconds / this.utterance.seconds; }
  y(symbol) { return TOP + this.height * (1 - symbol / this.n); }
  secondsAt(x) { return this.utterance.seconds * Math.min(1, Math.max(0, (x - this.left) / this.width)); }
  symbolAt(y) { return Math.min(this.n - 1, Math.max(0, Math.floor(this.n * (1 - (y - TOP) / this.height)))); }
  frame(event) {  // of an event on the canvas, never too thin to be hit
    const [start, stop] = event.seconds.map(seconds => this.x(Math.min(seconds, this.utterance.seconds)));
    const width = Math.max(stop - start, 5), left = Math.min((start + stop - width) / 2, this.left + this.width - width);
    const top = this.y(event.symbols[1]), height = Math.max(this.y(event.symbols[0]) - top, 5);
    return {left, top, width, height};
  }
  eventAt(x, y) {  // the smallest frame around a point; below the top edge the column, above it the label
    const hit = ({left, top, width, height}) => x >= left - 3 && x <= left + width + 3 && (y < TOP || (y >= top - 3 && y <= top + height + 3));
    const label = y < TOP ? this.labels.findIndex(l => l && x >= l.x && x <= l.x + l.wide && y >= l.y - LINE && y <= l.y + 3) : -1;
    if (label >= 0) return label;
    const area = i => { const {width, height} = this.frame(this.events[i]); return width * height; };
    return this.events.map((_, i) => i).filter(i => hit(this.frame(this.events[i]))).sort((a, b) => area(a) - area(b))[0] ?? -1;
  }
  draw(width) {
    if (!width) return;
    const ratio = window.devicePixelRatio || 1, height = this.height + TOP + FOOT, pen = this.canvas.getContext("2d");
    this.canvas.width = Math.round(width * ratio); this.canvas.height = Math.round(height * ratio);
    this.canvas.style.height = height + "px";
    pen.scale(ratio, ratio);
    pen.font = FONT;
    const most = Math.min(130, Math.max(44, width * .2)), labels = this.textLabels();
    this.left = Math.ceil(Math.min(most, Math.max(30, ...labels.map(label => pen.measureText(label.text).width))) + 14);
    this.width = width - this.left - RIGHT;
    this.drawWeights(pen, ratio);
    this.drawEvents(pen);
    this.drawText(pen, labels);
    this.drawSeconds(pen);
  }
  drawWeights(pen, ratio) {
    const [steps, n] = this.map.shape, factor = this.map.factor;
    const low = style("--map-low"), high = style("--map-high");
    if (this.inked !== low + high) {  // else the picture of the last time is still right
      this.picture = picture(this.map, low.split(",").map(Number), high.split(",").map(Number));
      this.inked = low + high;
    }
    const wide = this.width * steps * factor / this.map.steps, high_ = this.height * n * factor / this.n;
    pen.save();
    pen.beginPath(); pen.rect(this.left, TOP, this.width, this.height); pen.clip();
    pen.imageSmoothingEnabled = steps > wide * ratio;  // several steps to a point: mixed, else some would vanish
    pen.imageSmoothingQuality = "high";
    pen.drawImage(this.picture, this.left, TOP + this.height - high_, wide, high_);
    pen.restore();
    pen.strokeStyle = style("--line"); pen.lineWidth = 1;
    pen.strokeRect(this.left - .5, TOP - .5, this.width + 1, this.height + 1);
  }
  drawEvents(pen) {
    const ends = [-Infinity, -Infinity];  // of the labels in the two rows above the map
    this.labels = this.events.map((event, i) => {
      const {left, top, width, height} = this.frame(event), colour = style("--" + event.kind);
      pen.fillStyle = colour;
      pen.globalAlpha = i === this.chosen ? .3 : .14; pen.fillRect(left, TOP, width, this.height);
      pen.globalAlpha = .1; pen.fillRect(this.left, top, this.width, height);
      pen.globalAlpha = 1;
      pen.strokeStyle = colour; pen.lineWidth = i === this.chosen ? 2.5 : 1.5;
      pen.strokeRect(left - 2, top - 1, width + 4, height + 2);
      const text = plain(event.kind);
      pen.font = "600 " + FONT; pen.textBaseline = "alphabetic"; pen.textAlign = "left";
      const wide = pen.measureText(text).width, x = Math.min(Math.max(left + width / 2 - wide / 2, this.left), this.left + this.width - wide);
      const row = ends.findIndex(end => x > end + 6);
      if (row < 0) return null;
      ends[row] = x + wide;
      const y = TOP - 7 - row * (LINE + 2);
      pen.fillText(text, x, y);
      return {x, y, wide};
    });
  }
  textLabels() {  // symbols if there is room for each, else words; those of faults first, so that they have a place
    const {symbols, words} = this.map, roomy = this.height / this.n >= LINE - 1;
    const all = roomy ? symbols.map((symbol, j) => ({start: j, stop: j + 1, text: shown(symbol)}))
                      : words.map(([start, stop, , , text]) => ({start, stop, text}));
    for (const label of all) label.fault = this.events.find(e => e.symbols[0] < label.stop && label.start < e.symbols[1] && e.kind !== "babble");
    return all.sort((a, b) => Boolean(b.fault) - Boolean(a.fault));
  }
  drawText(pen, labels) {
    const taken = [];
    pen.textAlign = "right"; pen.textBaseline = "middle";
    for (const {start, stop, text, fault} of labels) {
      const y = this.y((start + stop) / 2);
      if (taken.some(other => Math.abs(other - y) < LINE - 1)) continue;
      taken.push(y);
      pen.fillStyle = fault ? style("--" + fault.kind) : style("--soft");
      pen.font = (fault ? "600 " : "") + FONT;
      pen.fillText(fitted(pen, text, this.left - 12), this.left - 8, y);
    }
  }
  drawSeconds(pen) {
    const total = this.utterance.seconds, goal = total * 64 / Math.max(this.width, 1), base = TOP + this.height;
    const tick = TICKS.find(value => value >= goal) ?? TICKS.at(-1);
    pen.font = FONT; pen.fillStyle = style("--soft"); pen.strokeStyle = style("--line"); pen.lineWidth = 1;
    pen.textBaseline = "top"; pen.textAlign = "center";
    for (let i = 0; i * tick <= total * 1.0001; i++) {
      const x = this.x(i * tick), label = (i * tick).toFixed(tick < .1 ? 2 : tick < 1 ? 1 : 0) + (i === 0 ? " s" : "");
      pen.beginPath(); pen.moveTo(x, base + 1); pen.lineTo(x, base + 5); pen.stroke();
      pen.fillText(label, Math.min(x, this.left + this.width + RIGHT - pen.measureText(label).width / 2), base + 9);
    }
  }
}

function picture({shape: [steps, n], levels}, low, high) {
  const shades = Array.from({length: 256}, (_, level) => low.map((value, c) => value + (level / 255) ** 0.6 * (high[c] - value)));
  const image = new ImageData(steps, n), drawn = element("canvas");
  for (let t = 0; t < steps; t++) for (let j = 0; j < n; j++) {
    const at = 4 * ((n - 1 - j) * steps + t), shade = shades[levels[t * n + j]];
    image.data[at] = shade[0]; image.data[at + 1] = shade[1]; image.data[at + 2] = shade[2]; image.data[at + 3] = 255;
  }
  drawn.width = steps; drawn.height = n;
  drawn.getContext("2d").putImageData(image, 0, 0);
  return drawn;
}

function shown(symbol) {  // a space as a sign that can be seen, <end> as its name
  if (!symbol.trim()) return "␣";
  return symbol.length > 2 && symbol.startsWith("<") && symbol.endsWith(">") ? symbol.slice(1, -1) : symbol;
}

function fitted(pen, text, width) {
  while (text.length > 2 && pen.measureText(text).width > width) text = text.slice(0, -2) + "…";
  return text;
}
