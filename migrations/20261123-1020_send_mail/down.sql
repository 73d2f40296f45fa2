DROP TABLE outbox;
DROP TABLE cycle_clocks;
DROP TABLE leases;
