DROP TABLE outbox;
DROP TABLE cycle_clocks;
DROP TABLE user_mails;
DROP TABLE leases;
