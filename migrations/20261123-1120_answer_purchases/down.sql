DROP TABLE purchase_answers;
DROP TABLE purchase_links;
