DROP TABLE leader_absences;
