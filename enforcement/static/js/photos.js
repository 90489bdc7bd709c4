// Photos of a report: gathered from camera and album, shown small, made smaller where needed.

const SHRINK_FROM_BYTES = 2 * 1024 * 1024;
const LONG_SIDE_PX = 2560;

/** The photos chosen so far; `input` is the one that is sent. */
export class Photos {
  constructor(inputs, thumbs, { most, totalBytes, words, say }) {
    Object.assign(this, { inputs, thumbs, most, totalBytes, words, say, files: [] });
    for (const input of inputs) input.addEventListener("change", () => this.add(input));
  }

  /** Take over what an input holds. */
  add(input) {
    const taken = [...input.files];
    input.value = "";
    const room = this.most - this.files.length;
    this.say(taken.length > room ? this.words.tooMany : "");
    this.files.push(...taken.slice(0, room));
    this.draw();
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
    });
    item.append(image, button);
    return item;
  }

  /** Return what is to be sent; large photos are made smaller only where all are too much. */
  async toSend() {
    const total = this.files.reduce((sum, file) => sum + file.size, 0);
    if (total <= this.totalBytes) return this.files;
    return Promise.all(this.files.map((file) =>
      (file.size > SHRINK_FROM_BYTES ? shrink(file) : file)));
  }
}

/** Return a photo as JPEG with at most LONG_SIDE_PX on its long side; itself where that fails. */
async function shrink(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONG_SIDE_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: blob.type }) : file;
  } catch {
    return file;
  }
}
