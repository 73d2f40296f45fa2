-- Photos of goods: of a case (有问题), or of a count at a point (收货). Each is encoded anew before it is kept, small and
-- without anything but the picture. They are kept here, so that a backup and every server has them.
CREATE TABLE photos (
    id {{id}},
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    -- The case it belongs to.
    order_id BIGINT,
    offer_no INTEGER,
    case_no INTEGER,
    -- Or the count.
    count_no INTEGER,
    -- A JPEG. SQLite keeps the bytes as they are under any name of a type.
    image BYTEA NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CHECK ((order_id IS NULL) <> (count_no IS NULL)),
    CHECK ((order_id IS NULL) = (offer_no IS NULL) AND (order_id IS NULL) = (case_no IS NULL)),
    CHECK (LENGTH(image) <= 307200),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id),
    FOREIGN KEY (cycle_id, order_id, offer_no, case_no)
        REFERENCES after_sales_cases (cycle_id, order_id, offer_no, case_no),
    FOREIGN KEY (cycle_id, point_id, count_no) REFERENCES leader_receipts (cycle_id, point_id, count_no)
);
CREATE INDEX photos_by_point ON photos (cycle_id, point_id);
{{append_only photos}}
