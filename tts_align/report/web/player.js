// The sound of one utterance, or without a sound a silent clock that can be set.

const LEAD_SECONDS = 0.5, TRAIL_SECONDS = 0.6;  // heard before and after a fault
let playing = null;  // the one player that is heard

class Player {
  constructor(moved, start = 0) {
    this.moved = moved;  // called with the seconds whenever they change
    this.start = start;  // seconds of the sound before this utterance
    this.seconds = 0;
    this.stopAt = null;
    this.audio = null;
  }
  attach(source, failed) {
    this.audio = element("audio", {controls: "", preload: "metadata"});
    for (const name of ["timeupdate", "seeking", "seeked"]) this.audio.addEventListener(name, () => this.tick());
    this.audio.addEventListener("play", () => {
      if (playing !== this) playing?.pause();
      playing = this;
      this.follow();
    });
    const toStart = () => { this.audio.currentTime = Math.max(0, this.seconds + this.start); };
    if (this.start) this.audio.addEventListener("loadedmetadata", toStart, {once: true});
    this.audio.addEventListener("pause", () => { this.stopAt = null; });
    this.audio.addEventListener("error", failed);
    this.source = source;
    this.audio.src = source;
    return this.audio;
  }
  release() {
    this.pause();
    if (this.source?.startsWith("blob:")) URL.revokeObjectURL(this.source);
    this.audio?.removeAttribute("src");
  }
  playFrom(seconds, stopAt = null) {
    this.seek(seconds);
    this.stopAt = stopAt;
    this.audio?.play().catch(() => {});
  }
  hear([start, stop]) { this.playFrom(Math.max(0, start - LEAD_SECONDS), stop + TRAIL_SECONDS); }
  seek(seconds) {
    this.stopAt = null;
    this.seconds = Math.max(0, seconds);
    if (this.audio) this.audio.currentTime = Math.max(0, this.seconds + this.start);
    this.moved(this.seconds);
  }
  pause() { this.audio?.pause(); }
  toggle() {
    if (this.audio?.paused) this.audio.play().catch(() => {});
    else this.pause();
  }
  tick() {
    this.seconds = Math.max(0, this.audio.currentTime - this.start);
    if (this.stopAt !== null && this.seconds >= this.stopAt) this.pause();
    this.moved(this.seconds);
  }
  follow() {
    if (this.audio.paused) return;
    this.tick();
    requestAnimationFrame(() => this.follow());
  }
}
