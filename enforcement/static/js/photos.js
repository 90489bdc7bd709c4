// Photos of a report: gathered from camera and album, shown small; their bytes are never changed.

/** The photos chosen so far; `input` is the one that is sent. */
export class Photos {
  constructor(inputs, thumbs, { most, mostBytes, words, say, changed = () => {} }) {
    Object.assign(this, { inputs, thumbs, most, mostBytes, words, say, changed, files: [] });
    for (const input of inputs) input.addEventListener("change", () => this.add(input));
  }

  /** Take over what an input holds. */
  add(input) {
    const chosen = [...input.files];
    input.value = "";
    const taken = chosen.filter((file) => file.size <= this.mostBytes);
    const room = this.most - this.files.length;
    if (taken.length < chosen.length) this.say(this.words.tooLarge);
    else this.say(taken.length > room ? this.words.tooMany : "");
    this.files.push(...taken.slice(0, room));
    this.draw();
    this.changed();
  }

  draw() {
    for (const image of this.thumbs.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    this.thumbs.replaceChildren(...this.files.map((file, index) => this.thumb(file, index)));
  }

  thumb(file, index) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = `${this.words.photo} ${index + 1}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", `${this.words.remove} ${index + 1}`);
    button.addEventListener("click", () => {
      this.files.splice(index, 1);
      this.draw();
      this.changed();
    });
    item.append(image, button);
    return item;
  }
}
