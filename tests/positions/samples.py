"""Messages as devices send them, with what they mean: patrol.md 2.1, 2.2, 2.4."""

from __future__ import annotations

from typing import Any, Final

D1: Final = "7E0200002A013833501744001900000000000000C201597FA806CC01580080000000081508180721210104000002F502020000030200009F7E"  # noqa: E501
D3: Final = "7e0200002e094027587492000a000000010000000a03083db7001329f3000000140000130412164952010400000012360a0002341502cb0c20085c107e"  # noqa: E501
D5: Final = "7e0200002c00160128561400030000000000040007005de13c065c6cdb00160000000017011710054201040000a9002a02000030011b310104e47e"  # noqa: E501
D6: Final = (
    "7e0200001f01207646327900400000000000006002015c7ab706d20469003b0000000025040216362606013e6b7e"
)
D8: Final = "7e020000400303000002280042000000000000000301618ab406c31ec800000000000518092116145701040000047830011031010aeb16000c00b28986011780108622216500060089ffffffffc37e"  # noqa: E501
D10: Final = "7e0200002f017028775424038d000000000000000a0189dbeb04ca653a00000012014723040700074401040000000030011b31010ee1012dea020001dc7e"  # noqa: E501
D11: Final = "7E02000032013511221122000700000000000C000301578CC006CA3A5C00470000000014072317201501040000000030011631010BD07E"  # noqa: E501
B1: Final = "7e0704402d0100000866496077582164881d0001000028000000000000000701a00192091f2a4700160000000226050916422701040000258230010031010e507e"  # noqa: E501
B2: Final = "7e070400510144503762020002000101004c00040100000800030202301006f893e8001d00000095260817221812140400000000170200000104000036c9030200002504000000002a02000030011f31010eea04020c8300ef0400000000037e"  # noqa: E501
C1: Final = "7e0002000004304832546500b7ca7e"
C2: Final = "7E0102000E013511221122000661757468656E7469636174696F6E3F7E"
C3: Final = "7e0100002d0141305678720024002c012f373031313142534a2d41362d424400000000000000000000003035363738373201d4c14238383838386d7e"  # noqa: E501

# terminal, lat, lon, moment, and what else the position says
LOCATIONS: Final[list[tuple[str, str, float, float, str, dict[str, Any]]]] = [
    (D1, "13833501744", 22.6426, 114.032984, "2015-08-17T23:21:21+00:00",
     {"altitude_m": 128, "speed_mps": 0, "course_deg": 8, "valid": True, "alarm": None}),
    (D3, "94027587492", 50.871735, -1.255923, "2013-04-12T08:49:52+00:00",
     {"alarm": "sos", "speed_mps": 0.556}),
    (D5, "1601285614", -6.152508, 106.720475, "2017-01-17T02:05:42+00:00", {"altitude_m": 22}),
    (D6, "12076463279", 22.837943, 114.426985, "2025-04-02T08:36:26+00:00",
     {"altitude_m": 59, "battery_pct": 62.0}),
    (D8, "30300000228", 23.169716, 113.450696, "2018-09-21T08:14:57+00:00", {"course_deg": 5}),
    (D10, "17028775424", 25.811947, -80.37305, "2023-04-06T16:07:44+00:00",
     {"course_deg": 327, "speed_mps": 0.5}),
]  # fmt: skip

QUERIES: Final[dict[str, str]] = {
    "Q1": "id=123456&timestamp=1377177267&cell=257,02,16,2224&cell=257,02,16,2223,-90"
          "&wifi=00-14-22-01-23-45,-80&wifi=00-1C-B3-09-85-15,-70",
    "Q2": "timestamp=1377177267&lat=60.0&lon=30.0",
    "Q4": "id=902064&lat=42.06288&lon=-88.23412&timestamp=1442068686579&hdop=6.0&altitude=224.0"
          "&speed=0.0",
    "Q6": "id=123456&timestamp=1377177267&lat=60.0&lon=30.0&speed=0.0&bearing=0.0&altitude=0"
          "&hdop=0.0",
    "Q7": "id=123456&timestamp=1377177267&lat=60.0&lon=30.0",
    "Q8": "lat=60.0&lon=30.0&speed=0.0&heading=0.0&vacc=0&hacc=0&altitude=0&deviceid=123456",
    "Q10": "id=123456&timestamp=1377177267&location=60.0,30.0",
}  # fmt: skip

J1: Final[dict[str, Any]] = {
    "location": {
        "timestamp": "2025-06-15T13:45:12.862Z",
        "coords": {"latitude": 37.4219983, "longitude": -122.084, "accuracy": 5, "speed": 0,
                   "heading": -1, "altitude": 5},
        "is_moving": False, "odometer": 0, "event": "motionchange",
        "battery": {"level": 1, "is_charging": False}, "activity": {"type": "still"},
        "extras": {}, "_": "&id=48241179&lat=37.4219983&lon=-122.084&timestamp=2025-06-15T13&",
    },
    "device_id": "48241179",
}  # fmt: skip
J4: Final[dict[str, Any]] = {
    "location": {
        "event": "motionchange", "is_moving": False,
        "uuid": "0e9a2473-a9a7-4c00-997b-fb97d2154e75",
        "timestamp": "2021-07-21T08:06:34.444Z", "odometer": 0,
        "coords": {"latitude": -6.1148096, "longitude": 106.6837015, "accuracy": 3.8,
                   "speed": 18.67, "speed_accuracy": 0.26, "heading": 63,
                   "heading_accuracy": 0.28, "altitude": 35.7, "altitude_accuracy": 3.8},
        "activity": {"type": "still", "confidence": 100},
        "battery": {"is_charging": False, "level": 0.79}, "extras": {},
    },
    "device_id": "8737767034",
}  # fmt: skip

# message, identity, lat, lon, moment, speed, course, battery
OWNTRACKS: Final[list[tuple[dict[str, Any], str, float, float, str, Any, Any, Any]]] = [
    ({"_type": "location", "acc": 15, "alt": 440, "batt": 46, "conn": "w", "lat": 46.0681247,
      "lon": 11.1512805, "t": "u", "tid": "5t", "tst": 1551874878, "vac": 2, "vel": 0},
     "5t", 46.0681247, 11.1512805, "2019-03-06T12:21:18+00:00", 0, None, 46),
    ({"lon": 2.29513, "lat": 48.85833, "tst": 1497349316, "_type": "location", "tid": "JJ"},
     "JJ", 48.85833, 2.29513, "2017-06-13T10:21:56+00:00", None, None, None),
    ({"lat": 48.85, "lon": 2.295, "_type": "location", "tid": "JJ", "tst": 1497476456},
     "JJ", 48.85, 2.295, "2017-06-14T21:40:56+00:00", None, None, None),
    ({"lon": -122, "acc": 5, "created_at": 1736161415, "lat": 37,
      "topic": "owntracks/ckrey/22A67880-15C3-41A6-9157-25545C7993AC", "t": "u", "m": 1,
      "tst": 1736161169, "conn": "w", "alt": 0, "_type": "location", "tid": "AC"},
     "owntracks/ckrey/22A67880-15C3-41A6-9157-25545C7993AC", 37, -122,
     "2025-01-06T10:59:29+00:00", None, None, None),
    ({"tst": 1440395361, "acc": 3000, "_type": "location", "alt": 51, "lon": 10.02785726730668,
      "vac": 29, "vel": -1, "lat": 52.37888580984668, "cog": -1, "tid": "NE", "batt": 96},
     "NE", 52.37888580984668, 10.02785726730668, "2015-08-24T05:49:21+00:00", None, None, 96),
    ({"tst": 1440401122, "acc": 10, "_type": "location", "alt": 111, "lon": 11.81757730432955,
      "vac": 24, "vel": 0, "lat": 51.65665419777078, "cog": -1, "tid": "NE", "batt": 88},
     "NE", 51.65665419777078, 11.81757730432955, "2015-08-24T07:25:22+00:00", 0, None, 88),
    ({"cog": -1, "batt": -1, "lon": 2.29513, "acc": 5, "vel": -1, "vac": -1, "lat": 48.85833,
      "t": "u", "tst": 1441984413, "alt": 0, "_type": "location", "tid": "JJ"},
     "JJ", 48.85833, 2.29513, "2015-09-11T15:13:33+00:00", None, None, None),
]  # fmt: skip
