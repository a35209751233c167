// One utterance in full: its text, its faults, its sound and its map, all of which point at each other.

const STEP_SECONDS = 0.1;  // of an arrow key on the map

class Card {
  constructor(utterance) {
    this.utterance = utterance;
    this.chosen = -1;
    this.player = new Player(seconds => this.moveTo(seconds), utterance.start ?? 0);
    this.root = element("section", {class: "card", id: "utterance" + utterance.index, "aria-label": utterance.id});
    this.spoken = element("p", {class: "spoken", dir: "auto"});
    this.faults = element("ul", {class: "events"});
    this.root.append(this.heading(), this.spoken);
    if (utterance.ending) this.root.append(element("p", {class: "ending"}, "It " + utterance.ending + "."));
    if (utterance.events.length) this.root.append(this.faults);
    utterance.events.forEach((event, i) => this.faults.append(element("li", {}, this.faultButton(event, i, event.says))));
    this.fillText([]);
    this.addSound();
    this.addMap();
  }
  heading() {
    const {id, verdict, seconds, metrics, ending} = this.utterance;
    const figures = element("div", {class: "figures"}, element("span", {}, element("b", {}, seconds.toFixed(2)), " s"));
    document.querySelectorAll("th.metric").forEach((heading, i) =>
      figures.append(element("span", {}, heading.textContent.trim() + " ", element("b", {}, metrics[i].toFixed(3)))));
    return element("header", {}, element("h2", {}, id), chip(verdict), ...(ending ? [chip("limit", "step limit")] : []), figures);
  }
  async addSound() {
    const sound = await soundOf(this.utterance), below = this.utterance.events.length ? this.faults : this.spoken;
    if (this.gone) return;
    if (sound === null) { below.after(mute("No sound lies beside this alignment; the marker shows the place.")); return; }
    const failed = () => audio.replaceWith(mute(`The sound ${decodeURIComponent(this.utterance.wave ?? "")} could not be played.`));
    const audio = this.player.attach(sound, failed);
    below.after(audio);
  }
  async addMap() {
    const map = await mapOf(this.utterance);
    if (this.gone) return;
    if (map === null) { this.root.append(mute("The map of this utterance was left out, to keep the page small.")); return; }
    this.view = new MapView(this.utterance, map);
    this.head = element("div", {class: "playhead"});
    this.readout = element("p", {class: "readout"});
    this.box = element("div", {class: "map", tabindex: "0", role: "slider", "aria-label": "Place in the sound", "aria-valuemin": "0", "aria-valuemax": this.utterance.seconds}, this.view.canvas, this.head);
    this.root.append(this.box, this.readout);
    this.fillText(map.words);
    this.box.addEventListener("click", event => this.clicked(event));
    this.box.addEventListener("mousemove", event => this.pointed(event));
    this.box.addEventListener("mouseleave", () => this.tell(this.player.seconds));
    this.box.addEventListener("keydown", event => this.pressed(event));
    new ResizeObserver(() => this.draw()).observe(this.box);
  }
  fillText(words) {  // stretches of one fault, in them stretches of one word; a fault without letters gets a mark
    const letters = [...this.utterance.text], events = this.utterance.events;
    const faultAt = i => events.findIndex(({text: [start, stop]}) => start <= i && i < stop);
    const wordAt = i => words.findIndex(([, , start, stop]) => start <= i && i < stop);
    const unseen = ({text: [start, stop]}) => !letters.slice(start, stop).join("").trim();
    const marks = at => events.flatMap((event, i) => unseen(event) && Math.min(event.text[1], letters.length) === at
      ? [this.faultButton(event, i, plain(event.kind), "fault mark")] : []);
    this.words = new Map();
    this.spoken.replaceChildren();
    let inside = this.spoken, before = -1;
    for (let i = 0; i < letters.length;) {
      const fault = faultAt(i), word = wordAt(i), due = marks(i);
      if (fault !== before || due.length) {
        this.spoken.append(...due);
        const unsaid = fault >= 0 && ["skip", "early_stop"].includes(events[fault].kind) ? " unsaid" : "";
        inside = fault < 0 ? this.spoken : this.faultButton(events[fault], fault, "", "fault" + unsaid);
        if (fault >= 0) this.spoken.append(inside);
      }
      let stop = i + 1;
      while (stop < letters.length && faultAt(stop) === fault && wordAt(stop) === word && !marks(stop).length) stop++;
      const piece = element("span", {}, letters.slice(i, stop).join(""));
      if (word >= 0) this.words.set(word, [...(this.words.get(word) ?? []), piece]);
      inside.append(piece);
      i = stop;
      before = fault;
    }
    this.spoken.append(...marks(letters.length));
  }
  faultButton(event, i, text, kind = null) {
    const attributes = {"data-event": i, style: `--colour: var(--${event.kind})`, title: event.says};
    const made = kind === null ? element("button", {type: "button", ...attributes}, text)
                               : element("span", {class: kind, role: "button", tabindex: "0", ...attributes}, text);
    made.addEventListener("click", () => this.choose(i));
    if (kind !== null) made.addEventListener("keydown", key => { if (key.key === "Enter") this.choose(i); });
    return made;
  }
  choose(i) {
    this.chosen = i;
    this.root.querySelectorAll("[data-event]").forEach(made => made.classList.toggle("chosen", Number(made.dataset.event) === i));
    this.player.hear(this.utterance.events[i].seconds);
    this.draw();
  }
  chooseNext(by) {
    const n = this.utterance.events.length;
    if (n) this.choose(this.chosen < 0 && by < 0 ? n - 1 : (this.chosen + by + n) % n);
  }
  draw() {
    if (!this.view) return;
    this.view.chosen = this.chosen;
    this.view.draw(this.box.clientWidth);
    this.moveTo(this.player.seconds);
  }
  moveTo(seconds) {
    if (!this.view?.width) return;
    const x = this.view.x(Math.min(seconds, this.utterance.seconds));
    Object.assign(this.head.style, {display: "block", left: x + "px", top: TOP + "px", height: this.view.height + "px"});
    this.box.setAttribute("aria-valuenow", seconds.toFixed(2));
    this.box.setAttribute("aria-valuetext", this.tell(seconds));
    const word = this.view.wordOf(this.view.strongestAt(seconds));
    if (word === this.word) return;
    this.words.get(this.word)?.forEach(span => span.classList.remove("now"));
    if (seconds > 0) this.words.get(word)?.forEach(span => span.classList.add("now"));
    this.word = seconds > 0 ? word : undefined;
  }
  tell(seconds, symbol = this.view.strongestAt(seconds)) {
    const {symbols, words} = this.view.map, word = words[this.view.wordOf(symbol)];
    const parts = [seconds.toFixed(2) + " s"];
    if (symbol >= 0) parts.push((word ? `“${word[4]}”, ` : "") + shown(symbols[symbol]), "weight " + this.view.weightAt(this.view.stepAt(seconds), symbol).toFixed(2));
    return this.readout.textContent = parts.join(" · ");
  }
  point(event) {
    const box = this.box.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
  pointed(event) {
    const [x, y] = this.point(event), fault = this.view.eventAt(x, y);
    this.box.style.cursor = fault >= 0 ? "pointer" : "";
    if (fault >= 0) this.readout.textContent = this.utterance.events[fault].says;
    else this.tell(this.view.secondsAt(x), this.view.symbolAt(y));
  }
  clicked(event) {
    const [x, y] = this.point(event), fault = this.view.eventAt(x, y);
    if (fault >= 0) this.choose(fault);
    else this.player.playFrom(this.view.secondsAt(x));
  }
  pressed(event) {
    const by = {ArrowLeft: -STEP_SECONDS, ArrowRight: STEP_SECONDS}[event.key];
    if (!by) return;
    event.preventDefault();
    this.player.seek(Math.min(this.player.seconds + by * (event.shiftKey ? 10 : 1), this.utterance.seconds));
  }
  remove() {
    this.gone = true;
    this.player.release();
    this.root.remove();
  }
}

function mute(text) { return element("p", {class: "mute"}, text); }
