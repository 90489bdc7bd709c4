// A voice note: up to a minute, recorded by the browser in whatever form it has, kept like photos.

const MOST_MS = 60_000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** The recorder of a form; `file` is what was recorded, null without it. */
export class Voice {
  constructor(root, changed) {
    Object.assign(this, { root, words: root.dataset, changed, file: null });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.type = TYPES.find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
    if (!this.type || !navigator.mediaDevices?.getUserMedia) return;
    root.hidden = false;
    this.part("record").addEventListener("click", () => (this.recorder ? this.stop() : this.record()));
    this.part("drop").addEventListener("click", () => this.take(null));
  }

  async record() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      this.say(this.words.denied);
      return;
    }
    const pieces = [];
    this.recorder = new MediaRecorder(stream, { mimeType: this.type, audioBitsPerSecond: 24_000 });
    this.recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    this.recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      clearInterval(this.timer);
      this.recorder = undefined;
      const kind = this.type.split(";")[0];
      this.take(new File(pieces, `voice.${kind.split("/")[1]}`, { type: kind }));
    });
    this.recorder.start(1_000);
    this.began = Date.now();
    this.timer = setInterval(() => this.tick(), 500);
    this.part("record").textContent = this.words.stop;
    this.tick();
  }

  tick() {
    const passed = Date.now() - this.began;
    this.say(this.words.recording.replace("{n}", Math.floor(passed / 1000)));
    if (passed >= MOST_MS) this.stop();
  }

  stop() {
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  /** Take over a note, null for none, and show it. */
  take(file) {
    const audio = this.part("play");
    if (audio.src) URL.revokeObjectURL(audio.src);
    this.file = file?.size ? file : null;
    audio.hidden = this.part("drop").hidden = !this.file;
    if (this.file) audio.src = URL.createObjectURL(this.file);
    else audio.removeAttribute("src");
    this.part("record").textContent = this.file ? this.words.again : this.words.record;
    this.say("");
    this.changed();
  }

  say(text) {
    this.part("voice-note").textContent = text;
  }
}
