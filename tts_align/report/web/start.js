// Table and cards together: a few utterances are all shown in full, of many only the chosen one.

const ALL_AT_ONCE = 24;
const cardsBox = document.getElementById("cards");
const cards = new Map();  // by the index of the utterance
let current = null;  // the utterance that keys speak to

const near = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting) fill(entry.target);
}, {rootMargin: "900px"});

function placeOf(utterance) {
  if (cards.has(utterance.index)) return cards.get(utterance.index).root;
  const place = element("section", {class: "card", style: "min-height: 420px", "data-index": utterance.index});
  near.observe(place);
  return place;
}

function fill(place) {
  near.unobserve(place);
  const index = Number(place.dataset.index);
  if (!place.isConnected || cards.has(index)) return cards.get(index);
  const card = new Card(utterances[index]);
  cards.set(index, card);
  place.replaceWith(card.root);
  return card;
}

function show(list) {
  const wanted = new Set(list.map(utterance => utterance.index));
  for (const [index, card] of cards) if (!wanted.has(index)) { card.remove(); cards.delete(index); }
  const places = list.map(placeOf), before = [...cardsBox.children];
  if (places.length !== before.length || places.some((place, i) => place !== before[i])) cardsBox.replaceChildren(...places);
  if (list.length === 1 && places[0].dataset.index) fill(places[0]);
}

function isOne() { return table.view.length > ALL_AT_ONCE; }

function changed(view) {
  if (!view.length) { show([]); return; }
  if (!view.includes(current)) current = view[0];
  table.mark(current);
  show(isOne() ? [current] : view);
}

function opened(utterance, jump) {
  current = utterance;
  history.replaceState(null, "", "#" + encodeURIComponent(utterance.id));
  if (isOne()) show([utterance]);
  else for (const place of [...cardsBox.children]) {  // nothing above it may grow on the way there
    if (place.dataset.index) fill(place);
    if (place.dataset.index === String(utterance.index)) break;
  }
  const root = cards.get(utterance.index)?.root ?? cardsBox.firstElementChild;
  if (jump) root.scrollIntoView({block: isOne() ? "nearest" : "start"});
}

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.matches("input, select, audio")) {
    if (event.key === "Escape" && event.target === table.wanted) { table.wanted.value = ""; table.filter(); table.wanted.blur(); }
    return;
  }
  const card = current && cards.get(current.index);
  const actions = {
    "/": () => table.wanted.focus(),
    j: () => table.move(1), k: () => table.move(-1),
    n: () => card?.chooseNext(1), p: () => card?.chooseNext(-1),
    Escape: () => card?.player.pause(),
  };
  if (event.key === " " && card?.player.audio && !event.target.matches("button, summary, [role=button]")) actions[" "] = () => card.player.toggle();
  if (!(event.key in actions)) return;
  event.preventDefault();
  actions[event.key]();
}

const table = new Table(changed, opened);
document.getElementById("corpus").hidden = utterances.length === 0;
const linked = utterances.find(utterance => "#" + encodeURIComponent(utterance.id) === location.hash);
current = linked ?? null;
table.filter();
if (linked) table.open(linked);
document.addEventListener("keydown", pressed);
cardsBox.addEventListener("focusin", event => takeOver(event));
cardsBox.addEventListener("pointerdown", event => takeOver(event));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cards.forEach(card => card.draw()));

function takeOver(event) {  // keys speak to the card that was touched last
  const card = event.target.closest("section[id]");
  const touched = [...cards.values()].find(other => other.root === card);
  if (touched && touched.utterance !== current) { current = touched.utterance; table.mark(current); }
}
