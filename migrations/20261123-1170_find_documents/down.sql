DROP INDEX documents_by_no;
