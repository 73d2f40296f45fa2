-- When a refund came to where it is, so that its resident reads 已退 with its time; NULL while it is planned, and where it
-- moved before this was noted.
ALTER TABLE refunds ADD COLUMN changed_at BIGINT CHECK (changed_at IS NULL OR state <> 'planned');
