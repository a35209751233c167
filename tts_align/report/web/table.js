// The table of all utterances: filtered, sorted, and only those rows made that can be seen.

const COLUMNS = [  // how each column is sorted; numbers and verdicts start with the worst, which is what one looks for
  {value: u => u.id, text: true},
  {value: u => u.events.length + (u.ending ? 0.5 : 0), worst: "descending"},
  {value: u => u.severity || (u.ending ? 1e-9 : 0), worst: "descending"},
  {value: u => u.seconds, worst: "descending"},
  ...Array.from(document.querySelectorAll("th.metric"), (_, i) => ({value: u => u.metrics[i], worst: "ascending"})),
];
const SPARE_ROWS = 8;  // made above and below those that can be seen
const PAUSE_MS = 120;  // after the last key pressed in the search field

class Table {
  constructor(changed, opened) {
    this.changed = changed;  // called with the list of utterances when another filter or order is chosen
    this.opened = opened;  // called with an utterance that was chosen
    this.scroll = document.getElementById("scroll");
    this.grid = document.getElementById("table");
    this.body = this.grid.tBodies[0];
    this.wanted = document.getElementById("wanted");
    this.verdict = document.getElementById("verdict");
    this.kinds = new Set();
    this.sorting = {column: 2, direction: "descending"};
    this.chosen = -1;
    this.rowHeight = parseFloat(style("--row"));
    this.addKinds();
    this.listen();
  }
  addKinds() {
    for (const kind of kinds) {
      const n = utterances.filter(utterance => utterance.kinds.includes(kind)).length;
      if (!n) continue;
      const button = element("button", {type: "button", "aria-pressed": "false", style: `--colour: var(--${kind})`}, `${plain(kind)} ${n.toLocaleString()}`);
      button.addEventListener("click", () => {
        if (!this.kinds.delete(kind)) this.kinds.add(kind);
        button.setAttribute("aria-pressed", this.kinds.has(kind));
        this.filter();
      });
      document.getElementById("kinds").append(button);
    }
  }
  listen() {
    let waiting;
    this.wanted.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => this.filter(), PAUSE_MS); });
    this.verdict.addEventListener("change", () => this.filter());
    this.scroll.addEventListener("scroll", () => requestAnimationFrame(() => this.draw()), {passive: true});
    new ResizeObserver(() => this.draw()).observe(this.scroll);
    this.headings = [...this.grid.tHead.rows[0].cells];
    this.headings.forEach((heading, column) => heading.addEventListener("click", () => this.sortBy(column)));
    this.body.addEventListener("click", event => {
      const row = event.target.closest("tr[data-at]");
      if (row) this.open(this.view[Number(row.dataset.at)]);
    });
    this.grid.addEventListener("keydown", event => this.pressed(event));
  }
  pressed(event) {
    const at = this.view.findIndex(utterance => utterance.index === this.chosen);
    const page = Math.max(1, Math.floor(this.scroll.clientHeight / this.rowHeight) - 2);
    const goals = {ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.view.length - 1, Enter: at};
    if (event.target !== this.grid || !(event.key in goals) || !this.view.length) return;
    event.preventDefault();
    this.open(this.view[Math.min(Math.max(goals[event.key], 0), this.view.length - 1)], event.key === "Enter");
  }
  move(by) {
    const at = this.view.findIndex(utterance => utterance.index === this.chosen) + by;
    if (at >= 0 && at < this.view.length) this.open(this.view[at]);
  }
  open(utterance, jump = true) {
    this.mark(utterance);
    this.reveal(utterance);
    this.opened(utterance, jump);
  }
  mark(utterance) {
    this.chosen = utterance.index;
    this.draw();
  }
  reveal(utterance) {
    const top = this.view.indexOf(utterance) * this.rowHeight, head = this.grid.tHead.offsetHeight;
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    const low = top + this.rowHeight + head - this.scroll.clientHeight;
    if (low > this.scroll.scrollTop) this.scroll.scrollTop = low;
    this.draw();
  }
  sortBy(column) {
    const worst = COLUMNS[column].worst ?? "ascending", other = worst === "ascending" ? "descending" : "ascending";
    const again = this.sorting.column === column && this.sorting.direction === worst;
    this.sorting = {column, direction: again ? other : worst};
    this.filter();
  }
  filter() {
    const words = this.wanted.value.toLowerCase().split(/\s+/).filter(Boolean), verdict = this.verdict.value;
    this.view = utterances.filter(utterance =>
      words.every(word => utterance.haystack.includes(word)) &&
      (!verdict || (verdict === "limit" ? utterance.ending : utterance.verdict === verdict)) &&
      (!this.kinds.size || utterance.kinds.some(kind => this.kinds.has(kind))));
    this.sort();
    const all = utterances.length.toLocaleString(), n = this.view.length.toLocaleString();
    document.getElementById("count").textContent = n === all ? `${all} utterances` : `${n} of ${all} utterances`;
    this.scroll.scrollTop = 0;
    this.draw();
    this.changed(this.view);
  }
  sort() {
    const {column, direction} = this.sorting, {value, text} = COLUMNS[column], sign = direction === "ascending" ? 1 : -1;
    const names = new Intl.Collator(undefined, {numeric: true});
    this.view.sort((a, b) => sign * (text ? names.compare(value(a), value(b)) : value(a) - value(b)) || a.index - b.index);
    this.headings.forEach((heading, i) => i === column ? heading.setAttribute("aria-sort", direction) : heading.removeAttribute("aria-sort"));
  }
  draw() {
    if (!this.view) return;
    const n = this.view.length, height = this.scroll.clientHeight || 520;
    const first = Math.max(0, Math.floor(this.scroll.scrollTop / this.rowHeight) - SPARE_ROWS);
    const stop = Math.min(n, Math.ceil((this.scroll.scrollTop + height) / this.rowHeight) + SPARE_ROWS);
    const rows = this.view.slice(first, stop).map((utterance, i) => this.row(utterance, first + i));
    this.body.replaceChildren(this.space(first), ...rows, this.space(n - stop));
    this.grid.setAttribute("aria-rowcount", n + 1);
    if (document.getElementById("row" + this.chosen)) this.grid.setAttribute("aria-activedescendant", "row" + this.chosen);
    else this.grid.removeAttribute("aria-activedescendant");
  }
  space(n) {
    const cell = element("td", {style: `height: ${n * this.rowHeight}px`});
    const row = element("tr", {class: "space", "aria-hidden": "true"}, cell);
    row.hidden = n === 0;
    return row;
  }
  row(utterance, at) {
    const chips = utterance.kinds.length ? utterance.kinds.map(kind => chip(kind)) : [chip("clean")];
    if (utterance.ending) chips.push(chip("limit", "step limit"));
    const number = (value, digits, more = "") => element("td", {class: "number" + more}, value.toFixed(digits));
    const name = element("b", {}, utterance.id), words = element("span", {class: "words", dir: "auto"}, utterance.text);
    return element("tr", {id: "row" + utterance.index, "data-at": at, "aria-rowindex": at + 2, "aria-selected": utterance.index === this.chosen},
      element("td", {title: utterance.text}, name, words), element("td", {}, element("div", {class: "chips"}, ...chips)),
      number(utterance.severity, 2), number(utterance.seconds, 2), ...utterance.metrics.map(value => number(value, 3, " metric")));
  }
}
