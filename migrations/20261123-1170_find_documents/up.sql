-- A sheet is looked for by the number that stands on its paper, typed in letters of either case.
CREATE INDEX documents_by_no ON documents (lower(doc_no));
