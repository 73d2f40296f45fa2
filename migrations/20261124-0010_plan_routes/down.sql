DROP TABLE route_edits;
DROP TABLE planned_stops;
DROP TABLE planned_trips;
DROP TABLE route_plans;
