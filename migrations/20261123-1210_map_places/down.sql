DROP TABLE service_areas;
DROP TABLE places;
DROP TABLE districts;
