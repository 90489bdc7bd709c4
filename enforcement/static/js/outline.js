// Where a point lies towards an outline: inside or not, and how far from its line, in metres.

const METRES_A_DEGREE = 111_320;

/** Return an outline's rings as metres east and north of a point, and how the point lies.
 *
 * rings -- of [lon, lat] in degrees; a point is inside where an odd number of rings holds it
 */
export function around(rings, lon, lat) {
  const wide = METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180);
  const local = rings.map((ring) => ring.map(([x, y]) => [(x - lon) * wide, (y - lat) * METRES_A_DEGREE]));
  let inside = false;
  let nearest = Infinity;
  for (const ring of local) {
    for (let n = 1; n < ring.length; n += 1) {
      const [one, two] = [ring[n - 1], ring[n]];
      if (crosses(one, two)) inside = !inside;
      nearest = Math.min(nearest, distance(one, two));
    }
  }
  return { rings: local, inside, borderM: nearest };
}

/** Tell whether a side passes east of the origin, for counting. */
function crosses([ax, ay], [bx, by]) {
  return ay > 0 !== by > 0 && ax + ((bx - ax) * -ay) / (by - ay) > 0;
}

/** Return how far a side is from the origin. */
function distance([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length)) : 0;
  return Math.hypot(ax + share * dx, ay + share * dy);
}
