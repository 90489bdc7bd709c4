// A picture of where a position is and how sure: a circle of its accuracy beside a scale, above the
// outline of the person's area where the phone keeps one. Drawn without a map.

const HALF = 52; // the picture's half width, in its own units
const EDGE = HALF - 14;
const STEPS_M = [20, 50, 100, 200, 500, 1000, 2000, 5000, 20000, 100000];
const SPACE = "http://www.w3.org/2000/svg";

function add(svg, name, values) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
  svg.append(element);
  return element;
}

/** Return the round distance that the picture reaches: the circle, and the nearest line, are in. */
function reachOf(accuracyM, lie) {
  const wanted = Math.max(accuracyM, lie ? lie.borderM * 1.1 : 0);
  return STEPS_M.find((step) => step >= wanted) ?? wanted;
}

/** Draw an area; what lies far outside the picture is cut off by it. */
function outline(svg, lie, scale) {
  const at = ([east, north]) => `${(HALF + east * scale).toFixed(1)} ${(HALF - north * scale).toFixed(1)}`;
  const d = lie.rings.map((ring) => `M${ring.map(at).join("L")}Z`).join("");
  add(svg, "path", {
    d, fill: "#2e7d4f", "fill-opacity": 0.18, "fill-rule": "evenodd", stroke: "#2e7d4f", "stroke-width": 1.5,
  });
}

/** Draw a circle of so many metres, and a round distance as a ring around it.
 *
 * lie -- how the position lies towards the area (outline.js), null where the phone keeps none
 */
export function draw(svg, accuracyM, lie = null) {
  svg.replaceChildren();
  const reach = reachOf(accuracyM, lie);
  const scale = EDGE / reach;
  const colour = accuracyM > 100 ? "#a4262c" : "#1b5fa8";
  if (lie) outline(svg, lie, scale);
  add(svg, "circle", { cx: HALF, cy: HALF, r: EDGE, fill: "none", stroke: "#9db4cc", "stroke-dasharray": "3 3" });
  add(svg, "circle", { cx: HALF, cy: HALF, r: Math.max(3, accuracyM * scale), fill: colour, "fill-opacity": 0.2, stroke: colour });
  add(svg, "circle", { cx: HALF, cy: HALF, r: 3, fill: colour });
  const text = add(svg, "text", { x: HALF, y: 2 * HALF - 3, "text-anchor": "middle", "font-size": 10, fill: "#44535f" });
  text.textContent = reach >= 1000 ? `${reach / 1000} km` : `${Math.round(reach)} m`;
}
