-- 排线: what the vehicles of a warehouse drive on the pickup date. A plan is written whole, under the version of the cycle
-- that made it; the newest plan of a warehouse is in force. Times of a plan are seconds of the pickup date in the business
-- zone, and go on past 86,400 where a shift does.
CREATE TABLE route_plans (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    version INTEGER NOT NULL CHECK (version > 1),
    -- solver: planned here. filed: routes and stops as leaders were filed with; then it has neither trips nor stops.
    method TEXT NOT NULL CHECK (method IN ('solver', 'filed')),
    -- Why it is the filed routes though nobody asked for them.
    reason TEXT {{text_c}},
    seed BIGINT NOT NULL,
    iterations BIGINT NOT NULL CHECK (iterations >= 0),
    -- A sum over all that it was made from: the same again is planned once.
    input TEXT {{text_c}} NOT NULL,
    -- Where the vehicles leave from, on WGS-84.
    depot_longitude_e7 BIGINT,
    depot_latitude_e7 BIGINT,
    -- Costs in thousandths of a fen. What other drivers than the usual are reckoned at is paid to nobody.
    driving_mfen BIGINT NOT NULL,
    vehicles_mfen BIGINT NOT NULL,
    overtime_mfen BIGINT NOT NULL,
    other_drivers_mfen BIGINT NOT NULL,
    -- Stops that have a usual driver, and how many of them get another.
    usual_stops INTEGER NOT NULL CHECK (usual_stops >= 0),
    moved_stops INTEGER NOT NULL CHECK (moved_stops BETWEEN 0 AND usual_stops),
    PRIMARY KEY (cycle_id, warehouse_id, version)
) {{clustered}};

-- Without a plate: the stops that no vehicle can serve, for a person to see to; nothing of it is timed.
CREATE TABLE planned_trips (
    cycle_id BIGINT NOT NULL,
    warehouse_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    trip_no TEXT {{text_c}} NOT NULL,
    route_code TEXT {{text_c}} NOT NULL,
    plate TEXT {{text_c}},
    -- The shift that it keeps to, with the overtime that is allowed.
    shift_from_s INTEGER,
    shift_until_s INTEGER,
    departs_s INTEGER,
    returns_s INTEGER,
    -- The way home from the last stop.
    back_s INTEGER CHECK (back_s >= 0),
    back_m INTEGER CHECK (back_m >= 0),
    -- The whole way.
    drive_s BIGINT NOT NULL CHECK (drive_s >= 0),
    distance_m BIGINT NOT NULL CHECK (distance_m >= 0),
    weight_g BIGINT NOT NULL CHECK (weight_g >= 0),
    volume_ml BIGINT NOT NULL CHECK (volume_ml >= 0),
    totes INTEGER NOT NULL CHECK (totes >= 0),
    PRIMARY KEY (cycle_id, warehouse_id, version, trip_no),
    FOREIGN KEY (cycle_id, warehouse_id, version) REFERENCES route_plans (cycle_id, warehouse_id, version),
    CHECK ((plate IS NULL) = (departs_s IS NULL) AND (plate IS NULL) = (returns_s IS NULL)),
    CHECK ((plate IS NULL) = (back_s IS NULL) AND (plate IS NULL) = (back_m IS NULL)),
    CHECK ((plate IS NULL) = (shift_from_s IS NULL) AND (plate IS NULL) = (shift_until_s IS NULL))
) {{clustered}};

CREATE TABLE planned_stops (
    cycle_id BIGINT NOT NULL,
    warehouse_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    point_id BIGINT NOT NULL,
    trip_no TEXT {{text_c}} NOT NULL,
    stop_seq INTEGER NOT NULL CHECK (stop_seq > 0),
    -- When unloading may begin.
    opens_s INTEGER NOT NULL,
    closes_s INTEGER NOT NULL,
    -- The vehicle arrives, begins to unload, and leaves.
    arrives_s INTEGER,
    begins_s INTEGER,
    leaves_s INTEGER,
    -- The way from the place before.
    drive_s INTEGER CHECK (drive_s >= 0),
    distance_m INTEGER CHECK (distance_m >= 0),
    weight_g BIGINT NOT NULL CHECK (weight_g >= 0),
    volume_ml BIGINT NOT NULL CHECK (volume_ml >= 0),
    totes INTEGER NOT NULL CHECK (totes >= 0),
    -- Who served it at the last pickup date before.
    usual_driver TEXT {{text_c}},
    -- Why no vehicle serves it.
    fault TEXT {{text_c}},
    PRIMARY KEY (cycle_id, warehouse_id, version, point_id),
    FOREIGN KEY (cycle_id, warehouse_id, version, trip_no)
        REFERENCES planned_trips (cycle_id, warehouse_id, version, trip_no),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id),
    CHECK ((arrives_s IS NULL) = (begins_s IS NULL) AND (arrives_s IS NULL) = (leaves_s IS NULL)),
    CHECK ((arrives_s IS NULL) = (drive_s IS NULL) AND (arrives_s IS NULL) = (distance_m IS NULL)),
    CHECK ((arrives_s IS NULL) = (fault IS NOT NULL))
) {{clustered}};

-- What a person holds fast, under the version that took it in: a point with a vehicle (pin, unpin), or all that a vehicle
-- drives (lock, unlock). The newest of a point, and of a vehicle, is in force.
CREATE TABLE route_edits (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    version INTEGER NOT NULL CHECK (version > 1),
    seq INTEGER NOT NULL CHECK (seq > 0),
    act TEXT NOT NULL CHECK (act IN ('pin', 'unpin', 'lock', 'unlock')),
    point_id BIGINT,
    plate TEXT {{text_c}},
    edited_by TEXT {{text_c}} NOT NULL,
    PRIMARY KEY (cycle_id, version, seq),
    CHECK ((act IN ('pin', 'unpin')) = (point_id IS NOT NULL)),
    CHECK ((act = 'unpin') = (plate IS NULL)),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id)
) {{clustered}};

{{append_only route_plans}}
{{append_only planned_trips}}
{{append_only planned_stops}}
{{append_only route_edits}}
