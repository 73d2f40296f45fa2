DROP TABLE household_links;
