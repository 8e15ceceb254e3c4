-- An attempt whose instance is lost says nothing about the work: it is not one of those after which
-- the work is left to a person. What is lost again and again may be what ends its instances.
ALTER TABLE jobs ADD COLUMN losses integer NOT NULL DEFAULT 0 CHECK (losses >= 0);
