// GCJ-02 on the screen only: a reference system of Leaflet that shifts what is drawn, so that rows
// in CGCS2000 lie where a service in GCJ-02 draws them. The same formula as gis/datum.py.

const RADIUS_M = 6378245;
const ECCENTRICITY2 = 0.00669342162296594323;
const [WEST, SOUTH, EAST, NORTH] = [72.004, 0.8293, 137.8347, 55.8271];
const ROUNDS = 3;

const sine = (turns) => Math.sin(turns * Math.PI);

function shiftOf({ lat, lng }) {
  if (lng < WEST || lng > EAST || lat < SOUTH || lat > NORTH) return [0, 0];
  const [x, y] = [lng - 105, lat - 35];
  const wave = 20 * sine(6 * x) + 20 * sine(2 * x);
  const root = Math.sqrt(Math.abs(x));
  const eastM = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    + ((wave + 20 * sine(x) + 40 * sine(x / 3) + 150 * sine(x / 12) + 300 * sine(x / 30)) * 2) / 3;
  const northM = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    + ((wave + 20 * sine(y) + 40 * sine(y / 3) + 160 * sine(y / 12) + 320 * sine(y / 30)) * 2) / 3;
  const radians = (lat * Math.PI) / 180;
  const flat = 1 - ECCENTRICITY2 * Math.sin(radians) ** 2;
  const meridian = (RADIUS_M * (1 - ECCENTRICITY2)) / flat ** 1.5;
  const parallel = (RADIUS_M / Math.sqrt(flat)) * Math.cos(radians);
  return [((eastM / parallel) * 180) / Math.PI, ((northM / meridian) * 180) / Math.PI];
}

/** Return where GCJ-02 puts a place. */
export function toGcj(place) {
  const [lng, lat] = shiftOf(place);
  return L.latLng(place.lat + lat, place.lng + lng);
}

/** Return the place that GCJ-02 puts there. */
export function fromGcj(place) {
  let found = place;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [lng, lat] = shiftOf(found);
    found = L.latLng(place.lat - lat, place.lng - lng);
  }
  return found;
}

/** Return the reference system of a service's datum. */
export function systemOf(datum) {
  if (datum !== "gcj02") return L.CRS.EPSG3857;
  const plain = L.Projection.SphericalMercator;
  const projection = {
    ...plain, bounds: plain.bounds,
    project: (place) => plain.project(toGcj(place)),
    unproject: (point) => fromGcj(plain.unproject(point)),
  };
  return L.extend({}, L.CRS.EPSG3857, { projection });
}
