DROP TABLE pickup_disputes;
