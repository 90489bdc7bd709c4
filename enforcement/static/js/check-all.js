// One box that ticks all boxes of its group, and shows whether some, all or none are ticked.

/** Start on the element that holds the boxes. */
export function start(root) {
  const all = root.querySelector("[data-part=all]");
  const boxes = [...root.querySelectorAll("[data-part=one]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}
