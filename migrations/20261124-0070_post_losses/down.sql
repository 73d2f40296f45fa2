DROP TABLE loss_postings;
