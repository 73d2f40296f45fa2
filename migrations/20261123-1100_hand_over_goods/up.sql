-- What happens to goods at a pickup point between the driver and the households: counted, found short, found bad.

-- One count of what came to a point for a cycle: the leader's side of the handover slip. Only differences are typed; due
-- is the other count, as the cycle's version had it. A recount is a new row (count_no 2 and on) and replaces the earlier.
CREATE TABLE leader_receipts (
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    count_no INTEGER NOT NULL CHECK (count_no > 0),
    version INTEGER NOT NULL CHECK (version > 1),
    due_qty BIGINT NOT NULL CHECK (due_qty >= 0),
    -- Left at the door, nobody signed.
    is_unsigned BOOLEAN NOT NULL,
    remark TEXT {{text_c}},
    counted_by TEXT {{text_c}} NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, point_id, count_no),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id)
) {{clustered}};

-- Where the two counts differ. What did not come as it should is short + broken + wrong of what was due.
CREATE TABLE leader_receipt_lines (
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    count_no INTEGER NOT NULL,
    offer_no INTEGER NOT NULL,
    due_qty BIGINT NOT NULL CHECK (due_qty >= 0),
    short_qty INTEGER NOT NULL CHECK (short_qty >= 0),
    over_qty INTEGER NOT NULL CHECK (over_qty >= 0),
    broken_qty INTEGER NOT NULL CHECK (broken_qty >= 0),
    wrong_qty INTEGER NOT NULL CHECK (wrong_qty >= 0),
    CHECK (short_qty + broken_qty + wrong_qty <= due_qty),
    CHECK (short_qty = 0 OR over_qty = 0),
    CHECK (short_qty + over_qty + broken_qty + wrong_qty > 0),
    PRIMARY KEY (cycle_id, point_id, count_no, offer_no),
    FOREIGN KEY (cycle_id, point_id, count_no) REFERENCES leader_receipts (cycle_id, point_id, count_no),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- Who goes without, of goods that did not come as they should. The newest choice of an offer at a point is in force; one
-- without losses says that everybody is served after all.
CREATE TABLE loss_choices (
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    choice_no INTEGER NOT NULL CHECK (choice_no > 0),
    chosen_by TEXT {{text_c}} NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, point_id, offer_no, choice_no),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- 交接损差: pieces that a line was given and that never reached its household.
CREATE TABLE handover_losses (
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    choice_no INTEGER NOT NULL,
    order_id BIGINT NOT NULL,
    lost_qty INTEGER NOT NULL CHECK (lost_qty > 0),
    PRIMARY KEY (cycle_id, point_id, offer_no, choice_no, order_id),
    FOREIGN KEY (cycle_id, point_id, offer_no, choice_no)
        REFERENCES loss_choices (cycle_id, point_id, offer_no, choice_no),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
) {{clustered}};
CREATE INDEX handover_losses_by_order ON handover_losses (cycle_id, order_id);

-- 有问题: what is wrong with goods of a line, and the part of their price that goes back for it: part / whole, of pieces, of
-- what a piece holds, or of a hundred. What is decided about a case are later facts.
CREATE TABLE after_sales_cases (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    case_no INTEGER NOT NULL CHECK (case_no > 0),
    problem TEXT NOT NULL CHECK (problem IN ('missing', 'broken', 'melted', 'wrong', 'unwanted')),
    measure TEXT NOT NULL CHECK (measure IN ('pieces', 'sub_units', 'percent')),
    part INTEGER NOT NULL CHECK (part > 0),
    whole INTEGER NOT NULL CHECK (whole >= part),
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    remark TEXT {{text_c}},
    reported_by TEXT {{text_c}} NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, order_id, offer_no, case_no),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- 代提: somebody took the goods for the household.
ALTER TABLE pickup_events ADD COLUMN is_proxy BOOLEAN NOT NULL DEFAULT FALSE;

{{append_only leader_receipts}}
{{append_only leader_receipt_lines}}
{{append_only loss_choices}}
{{append_only handover_losses}}
{{append_only after_sales_cases}}
