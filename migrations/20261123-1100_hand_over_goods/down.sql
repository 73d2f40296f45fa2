ALTER TABLE pickup_events DROP COLUMN is_proxy;
DROP TABLE after_sales_cases;
DROP TABLE handover_losses;
DROP TABLE loss_choices;
DROP TABLE leader_receipt_lines;
DROP TABLE leader_receipts;
