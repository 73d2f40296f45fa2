-- The ground of the city. Areas are the corners of a GeoJSON MultiPolygon: shape on WGS-84, given_shape as they came, on
-- given_datum. Coordinates are in ten-millionths of a degree, as those of points and warehouses.

CREATE TABLE districts (
    id {{id}},
    name TEXT {{text_c}} NOT NULL UNIQUE,
    adcode TEXT {{text_c}},
    shape TEXT NOT NULL,
    given_shape TEXT NOT NULL,
    given_datum TEXT NOT NULL CHECK (given_datum IN ('wgs84', 'gcj02', 'bd09'))
);

-- Compounds and other places with a name. The district is what the file says, which may be none that is known; places of
-- one name in one district are told apart by seq.
CREATE TABLE places (
    id {{id}},
    district TEXT {{text_c}} NOT NULL,
    name TEXT {{text_c}} NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    address TEXT {{text_c}},
    longitude_e7 BIGINT NOT NULL,
    latitude_e7 BIGINT NOT NULL,
    given_longitude_e7 BIGINT NOT NULL,
    given_latitude_e7 BIGINT NOT NULL,
    given_datum TEXT NOT NULL CHECK (given_datum IN ('wgs84', 'gcj02', 'bd09')),
    UNIQUE (district, name, seq)
);

-- The ground that a point serves, where that was drawn by hand; elsewhere the nearest point does.
CREATE TABLE service_areas (
    id {{id}},
    point_id BIGINT NOT NULL UNIQUE REFERENCES pickup_points (id),
    shape TEXT NOT NULL,
    given_shape TEXT NOT NULL,
    given_datum TEXT NOT NULL CHECK (given_datum IN ('wgs84', 'gcj02', 'bd09'))
);
