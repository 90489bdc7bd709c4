// A picture of how sure a position is: a circle of its accuracy beside a scale, drawn without a map.

const HALF = 52; // the picture's half width, in its own units
const STEPS_M = [20, 50, 100, 200, 500, 1000, 2000, 5000, 20000, 100000];
const SPACE = "http://www.w3.org/2000/svg";

function add(svg, name, values) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
  svg.append(element);
  return element;
}

/** Draw a circle of so many metres, and the next round distance as a ring around it. */
export function draw(svg, accuracyM) {
  svg.replaceChildren();
  const reach = STEPS_M.find((step) => step >= accuracyM) ?? accuracyM;
  const radius = Math.max(3, (accuracyM / reach) * (HALF - 14));
  const colour = accuracyM > 100 ? "#a4262c" : "#1b5fa8";
  add(svg, "circle", { cx: HALF, cy: HALF, r: HALF - 14, fill: "none", stroke: "#9db4cc", "stroke-dasharray": "3 3" });
  add(svg, "circle", { cx: HALF, cy: HALF, r: radius, fill: colour, "fill-opacity": 0.2, stroke: colour });
  add(svg, "circle", { cx: HALF, cy: HALF, r: 3, fill: colour });
  const text = add(svg, "text", { x: HALF, y: 2 * HALF - 3, "text-anchor": "middle", "font-size": 10, fill: "#44535f" });
  text.textContent = reach >= 1000 ? `${reach / 1000} km` : `${reach} m`;
}
