// One short tone; browsers allow it once the person has clicked somewhere on the page.

let audio;

/** Sound for a quarter of a second at a pitch, in hertz. */
export function tone(pitch = 880, seconds = 0.25) {
  audio ??= new AudioContext();
  if (audio.state !== "running") return;
  const made = audio.createOscillator();
  made.frequency.value = pitch;
  made.connect(audio.destination);
  made.start();
  made.stop(audio.currentTime + seconds);
}
