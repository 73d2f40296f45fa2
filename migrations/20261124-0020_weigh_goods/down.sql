DROP TABLE weight_adjustments;
DROP TABLE weight_bindings;
DROP TABLE weight_voids;
DROP TABLE weighed_labels;
