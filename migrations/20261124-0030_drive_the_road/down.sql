DROP TABLE discrepancy_words;
DROP TABLE discrepancies;
DROP TABLE point_totes;
DROP TABLE tote_moves;
DROP TABLE stop_photos;
DROP TABLE stop_moves;
DROP TABLE stop_events;
DROP TABLE trip_events;
