-- Whoever asked for a credit note and heard no answer asks again with the same key, and gets the
-- same note.
ALTER TABLE credit_notes ADD COLUMN asked_with text CHECK (length(asked_with) BETWEEN 1 AND 255);
CREATE UNIQUE INDEX credit_notes_asked_once ON credit_notes (invoice_id, asked_with)
    WHERE asked_with IS NOT NULL;
