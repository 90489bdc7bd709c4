"""Each sample message of the three protocols gives exactly what it means; nonsense is refused."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.positions.protocols import gpx, osmand, owntracks
from enforcement.positions.protocols.jt808 import frames, messages
from enforcement.positions.protocols.jt808.frames import Splitter, parse
from enforcement.positions.protocols.reading import BadReadingError, Sent
from tests.positions import samples


def asked(name: str) -> Sent:
    return osmand.from_query(parse_qs(samples.QUERIES[name], keep_blank_values=True))


def message(wire: str) -> frames.Message:
    [frame] = Splitter().feed(bytes.fromhex(wire))
    return parse(frame)


@pytest.mark.parametrize("name", ["Q6", "Q7", "Q10"])
def test_a_query_gives_its_place_and_moment(name: str) -> None:
    [found] = asked(name).readings
    assert (found.lat, found.lon) == (60.0, 30.0)
    assert found.fixed_at == datetime.fromisoformat("2013-08-22T13:14:27+00:00")


def test_cells_and_networks_are_no_position() -> None:
    sent = asked("Q1")
    assert (sent.ident, sent.readings) == ("123456", ())
    assert sent.extra["cells"] == [[257, 2, 16, 2224], [257, 2, 16, 2223, -90]]
    assert sent.extra["wifi"][0] == {"mac": "00:14:22:01:23:45", "rssi": -80}
    assert sent.extra["at"] == "2013-08-22T13:14:27+00:00"


def test_a_query_without_a_device_is_refused() -> None:
    with pytest.raises(BadReadingError) as refused:
        asked("Q2")
    assert refused.value.field == "id"


def test_milliseconds_are_told_from_seconds() -> None:
    [found] = asked("Q4").readings
    assert found.fixed_at == datetime.fromisoformat("2015-09-12T14:38:06.579+00:00")
    assert (found.altitude_m, found.speed_mps, found.extra["hdop"]) == (224.0, 0.0, 6.0)


def test_the_device_may_be_named_the_other_way_and_the_moment_missing() -> None:
    sent = asked("Q8")
    [found] = sent.readings
    assert (sent.ident, found.fixed_at) == ("123456", None)
    assert (found.extra["vacc"], found.extra["hacc"]) == (0, 0)


def test_speed_in_a_query_is_in_knots() -> None:
    [found] = osmand.from_query({"id": ["1"], "lat": ["1"], "lon": ["2"], "speed": ["10"]}).readings
    assert found.speed_mps == pytest.approx(5.14444)


def test_json_of_the_second_generation() -> None:
    sent = osmand.from_json(samples.J1)
    [found] = sent.readings
    assert (sent.ident, found.lat, found.lon) == ("48241179", 37.4219983, -122.084)
    assert (found.accuracy_m, found.altitude_m, found.speed_mps) == (5, 5, 0)
    assert (found.course_deg, found.battery_pct) == (None, 100)
    assert (found.extra["motion"], found.extra["activity"]) == (False, "still")
    [other] = osmand.from_json(samples.J4).readings
    assert (other.speed_mps, other.course_deg, other.battery_pct) == (18.67, 63, 79)


def test_json_of_an_array_is_one_devices_positions() -> None:
    rows = [{"id": 7, "lat": 1, "lon": 2, "timestamp": 1377177267 + n} for n in range(3)]
    assert len(osmand.from_json(rows).readings) == 3
    with pytest.raises(BadReadingError, match="id"):
        osmand.from_json([*rows, {"id": 8, "lat": 1, "lon": 2}])


@pytest.mark.parametrize("row", samples.OWNTRACKS, ids=[f"O{n}" for n in range(7)])
def test_owntracks(row: Any) -> None:
    body, ident, lat, lon, at, speed, course, battery = row
    sent = owntracks.decode(body)
    assert sent is not None
    [found] = sent.readings
    assert (sent.ident, found.lat, found.lon) == (ident, lat, lon)
    assert found.fixed_at == datetime.fromisoformat(at)
    assert (found.speed_mps, found.course_deg, found.battery_pct) == (speed, course, battery)


def test_owntracks_that_is_no_position_is_ignored_and_a_secret_refused() -> None:
    assert owntracks.decode({"tst": "1440363922", "_type": "lwt"}) is None
    with pytest.raises(BadReadingError):
        owntracks.decode({"_type": "encrypted", "data": "x"})


@pytest.mark.parametrize("row", samples.LOCATIONS, ids=[row[1] for row in samples.LOCATIONS])
def test_jt808_locations(row: Any) -> None:
    wire, terminal, lat, lon, at, more = row
    found = message(wire)
    reading = messages.location(found.body)
    assert (found.terminal, reading.lat, reading.lon) == (terminal, lat, lon)
    assert reading.fixed_at == datetime.fromisoformat(at)
    assert {name: getattr(reading, name) for name in more} == more


def test_jt808_items() -> None:
    assert messages.location(message(samples.D1).body).extra["mileage_km"] == 75.7
    eighth = messages.location(message(samples.D8).body).extra
    assert (eighth["mileage_km"], eighth["satellites"]) == (114.4, 10)


def test_jt808_answers() -> None:
    first = message(samples.D1)
    assert messages.general(first, 0).hex() == "7e8001000501383350174400000019020000967e"
    batch = message(samples.B1)
    assert (
        messages.general(batch, 0).hex() == "7e8001400501000008664960775821640000881d0704007d027e"
    )


def test_jt808_batches() -> None:
    first = message(samples.B1)
    [found] = messages.batch(first.body)
    assert (first.terminal, first.version, first.serial) == ("866496077582164", 1, 34845)
    assert (found.lat, found.lon, found.altitude_m) == (-27.263378, 153.037383, 22)
    assert (found.fixed_at, found.extra["satellites"], found.late) == (
        datetime.fromisoformat("2026-05-09T08:42:27+00:00"), 14, False)  # fmt: skip
    [late] = messages.batch(message(samples.B2).body)
    assert (late.lat, late.lon, late.course_deg, late.late) == (33.697808, 116.954088, 149, True)


def test_jt808_registration_and_code() -> None:
    who = messages.registration(message(samples.C3))
    assert (who.province, who.city, who.maker, who.model) == (44, 303, "70111", "BSJ-A6-BD")
    assert (who.colour, who.plate) == (1, "粤B88888")
    assert messages.auth_code(message(samples.C2)) == "authentication"
    assert message(samples.C1).serial == 183


@pytest.mark.parametrize("wire", [samples.D11, samples.D1[:-4] + "007E", "7E007E"])
def test_a_frame_that_is_not_whole_is_refused(wire: str) -> None:
    [frame] = Splitter().feed(bytes.fromhex(wire))
    with pytest.raises(BadReadingError):
        parse(frame)


@pytest.mark.parametrize("wire", ["7e307d02087d01557e", "24247e307d02087d01557e"])
def test_escapes_and_junk_before_a_frame(wire: str) -> None:
    assert Splitter().feed(bytes.fromhex(wire)) == [bytes.fromhex("307e087d55")]


def test_ten_megabytes_without_an_edge_are_not_kept() -> None:
    splitter = Splitter()
    assert splitter.feed(b"\x7e" + b"a" * 10_000_000) == []
    assert splitter.dropped == 10_000_000
    assert splitter.feed(bytes.fromhex(samples.D1))[-1:] == Splitter().feed(
        bytes.fromhex(samples.D1)
    )


STREAM = bytes.fromhex("".join([samples.D1, samples.B1, samples.C1, samples.D5, samples.C3]))


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
def test_a_stream_in_any_pieces_is_the_same(cuts: list[int]) -> None:
    splitter, edges = Splitter(), [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in itertools.pairwise(edges)]
    assert [f for piece in pieces for f in splitter.feed(piece)] == Splitter().feed(STREAM)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for decode in (messages.location, messages.batch, gpx.decode, parse):
        try:
            decode(data)
        except BadReadingError:
            continue


ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(["_type", "lat", "lon", "tst", "tid", "vel", "device_id", "location"])


@given(st.dictionaries(NAMES, ANY))
def test_any_json_is_read_or_refused(body: dict[str, Any]) -> None:
    for decode in (osmand.from_json, owntracks.decode):
        try:
            decode(body | {"_type": "location"})
        except BadReadingError:
            continue


@given(st.dictionaries(st.sampled_from(["id", "lat", "lon", "timestamp", "speed", "cell", "wifi",
                                        "location", "batt"]),
                       st.lists(st.text(max_size=12), min_size=1, max_size=2)))  # fmt: skip
def test_any_query_is_read_or_refused(values: dict[str, list[str]]) -> None:
    try:
        osmand.from_query(values)
    except BadReadingError:
        return


HEAD = '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">'
POINT = '<trkpt lat="{lat}" lon="106.7"><ele>1100</ele><time>{at}</time></trkpt>'


def track(*points: tuple[float, str]) -> bytes:
    inner = "".join(POINT.format(lat=lat, at=at) for lat, at in points)
    return f"{HEAD}<trk><trkseg>{inner}</trkseg><trkseg/></trk></gpx>".encode()


def test_gpx_positions_are_ordered_and_one_a_moment() -> None:
    found = gpx.decode(track((26.6, "2025-08-01T09:02:04+08:00"), (26.5, "2025-08-01T01:02:03Z"),
                             (26.7, "2025-08-01T01:02:03Z")))  # fmt: skip
    assert [(one.lat, one.lon, one.altitude_m) for one in found.readings] == [
        (26.5, 106.7, 1100), (26.6, 106.7, 1100)]  # fmt: skip
    assert len(found.lines) == 1


@pytest.mark.parametrize("data", [
    track((91, "2025-08-01T01:02:03Z")), track((26.5, "2025-08-01T01:02:03")),
    b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', b"<kml/>", b"no xml",
], ids=["north of the pole", "no zone", "entity", "kml", "text"])  # fmt: skip
def test_gpx_that_is_wrong_is_refused(data: bytes) -> None:
    with pytest.raises(BadReadingError):
        gpx.decode(data)


def test_gpx_1_0_and_points_without_a_moment() -> None:
    old = (b'<gpx xmlns="http://www.topografix.com/GPX/1/0"><trk><trkseg>'
           b'<trkpt lat="1" lon="2"><time>2025-08-01T01:02:03Z</time><speed>3.5</speed></trkpt>'
           b'<trkpt lat="1.1" lon="2"/></trkseg></trk><wpt lat="3" lon="4"><name>A</name></wpt>'
           b"</gpx>")  # fmt: skip
    found = gpx.decode(old)
    assert [one.speed_mps for one in found.readings] == [3.5]
    assert found.lines == (((2.0, 1.0), (2.0, 1.1)),)
    assert found.places == (("A", 4.0, 3.0),)
