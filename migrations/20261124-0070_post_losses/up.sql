-- Choices of who goes without (交接损差) that refunds were worked out for. The newest of an offer at a point at a version
-- says what its lines have lost in the books of that version.
CREATE TABLE loss_postings (
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    choice_no INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    PRIMARY KEY (cycle_id, point_id, offer_no, choice_no),
    FOREIGN KEY (cycle_id, point_id, offer_no, choice_no)
        REFERENCES loss_choices (cycle_id, point_id, offer_no, choice_no)
) {{clustered}};

{{append_only loss_postings}}
