-- 称重: what goods that are sold by nominal weight really weighed, whose they were, and what that moved. Labels, voids and
-- bindings stand beside the cycle's versions: each carries the version that the cycle had when it was noted.

-- A weighed label: one piece of goods.
CREATE TABLE weighed_labels (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    weigh_no TEXT {{text_c}} NOT NULL,
    -- weigh_no as a number, where it is one of up to nine digits: the desk counts on from the greatest.
    number INTEGER CHECK (number BETWEEN 0 AND 999999999),
    offer_no INTEGER NOT NULL,
    -- The point in whose slot it lies; empty where nobody said.
    point_id BIGINT,
    actual_weight_g INTEGER NOT NULL CHECK (actual_weight_g > 0),
    -- Somebody said that a weight outside of the usual range is right.
    is_confirmed BOOLEAN NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    weighed_by TEXT {{text_c}} NOT NULL,
    weighed_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, weigh_no),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id)
) {{clustered}};
CREATE INDEX weighed_labels_by_number ON weighed_labels (cycle_id, number);
CREATE INDEX weighed_labels_by_point ON weighed_labels (cycle_id, point_id);

-- A label that does not count: torn, or weighed wrongly. The goods are weighed again under another number.
CREATE TABLE weight_voids (
    cycle_id BIGINT NOT NULL,
    weigh_no TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    voided_by TEXT {{text_c}} NOT NULL,
    voided_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, weigh_no),
    FOREIGN KEY (cycle_id, weigh_no) REFERENCES weighed_labels (cycle_id, weigh_no)
) {{clustered}};

-- Whose a label is: the order whose line got that piece; nobody's where order_id is empty. The newest of a label is in force.
CREATE TABLE weight_bindings (
    cycle_id BIGINT NOT NULL,
    weigh_no TEXT {{text_c}} NOT NULL,
    bind_no INTEGER NOT NULL CHECK (bind_no > 0),
    order_id BIGINT,
    version INTEGER NOT NULL CHECK (version > 0),
    -- Who handed it over or packed it, as they say; by which account; by the phone's clock and by ours.
    bound_by TEXT {{text_c}} NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, weigh_no, bind_no),
    FOREIGN KEY (cycle_id, weigh_no) REFERENCES weighed_labels (cycle_id, weigh_no),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
) {{clustered}};
CREATE INDEX weight_bindings_by_order ON weight_bindings (cycle_id, order_id);

-- 称重差额 of a line, as it was settled at this version: pieces given, those of them with a label, the grams of all of them
-- (those without a label at their nominal weight), what the line costs more or less for it, and what was given away
-- (超重让利). A line without a row is settled at its nominal weight.
CREATE TABLE weight_adjustments (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    pieces INTEGER NOT NULL CHECK (pieces >= 0),
    weighed_pieces INTEGER NOT NULL CHECK (weighed_pieces BETWEEN 0 AND pieces),
    actual_weight_g BIGINT NOT NULL CHECK (actual_weight_g >= 0),
    adjustment_fen BIGINT NOT NULL,
    given_away_fen BIGINT NOT NULL CHECK (given_away_fen >= 0),
    PRIMARY KEY (cycle_id, order_id, offer_no, version),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

{{append_only weighed_labels}}
{{append_only weight_voids}}
{{append_only weight_bindings}}
{{append_only weight_adjustments}}
