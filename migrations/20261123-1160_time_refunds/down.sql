ALTER TABLE refunds DROP COLUMN changed_at;
