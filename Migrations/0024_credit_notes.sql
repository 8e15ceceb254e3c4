-- Credit notes: numbered in a series of their own, frozen from the first moment.

CREATE TABLE credit_notes (
    id uuid PRIMARY KEY,
    invoice_id uuid NOT NULL REFERENCES invoices,
    customer_id uuid NOT NULL REFERENCES customers,
    series_id text NOT NULL REFERENCES invoice_series,
    number bigint NOT NULL,
    number_text text NOT NULL UNIQUE,
    currency char(3) NOT NULL,
    is_tax_inclusive boolean NOT NULL,
    total_minor bigint NOT NULL CHECK (total_minor > 0),
    tax_minor bigint NOT NULL CHECK (tax_minor BETWEEN 0 AND total_minor),
    -- What was still due of the invoice and is no more; the rest had been paid already.
    owed_minor bigint NOT NULL CHECK (owed_minor BETWEEN 0 AND total_minor),
    -- Whether the rest goes back to the payer; otherwise it is the customer's credit.
    is_refunded boolean NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    seller jsonb NOT NULL,
    buyer jsonb NOT NULL,
    issued_at timestamptz NOT NULL,
    CHECK (NOT is_refunded OR owed_minor < total_minor),
    UNIQUE (series_id, number)
);
CREATE INDEX credit_notes_of_invoice ON credit_notes (invoice_id, id);
CREATE INDEX credit_notes_of_customer ON credit_notes (customer_id, id);
CALL protect_customer_rows('credit_notes');
REVOKE UPDATE, DELETE ON credit_notes FROM billing_app;

CREATE TABLE credit_note_lines (
    credit_note_id uuid NOT NULL REFERENCES credit_notes,
    position integer NOT NULL CHECK (position >= 0),
    customer_id uuid NOT NULL REFERENCES customers,
    invoice_line_id uuid NOT NULL REFERENCES invoice_lines,
    description text NOT NULL,
    -- With the tax.
    total_minor bigint NOT NULL CHECK (total_minor > 0),
    tax_minor bigint NOT NULL CHECK (tax_minor BETWEEN 0 AND total_minor),
    PRIMARY KEY (credit_note_id, position),
    UNIQUE (credit_note_id, invoice_line_id)
);
CREATE INDEX credit_note_lines_of_invoice_line ON credit_note_lines (invoice_line_id);
CALL protect_customer_rows('credit_note_lines');
REVOKE UPDATE, DELETE ON credit_note_lines FROM billing_app;

-- The taxes in them, by component and rate.
CREATE TABLE credit_note_taxes (
    credit_note_id uuid NOT NULL REFERENCES credit_notes,
    position integer NOT NULL CHECK (position >= 0),
    customer_id uuid NOT NULL REFERENCES customers,
    component text NOT NULL CHECK (length(component) BETWEEN 1 AND 40),
    country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    region text CHECK (length(region) BETWEEN 1 AND 100),
    -- In millionths.
    rate integer NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (credit_note_id, position)
);
CALL protect_customer_rows('credit_note_taxes');
REVOKE UPDATE, DELETE ON credit_note_taxes FROM billing_app;

CREATE TABLE credit_note_pdfs (
    credit_note_id uuid PRIMARY KEY REFERENCES credit_notes,
    customer_id uuid NOT NULL REFERENCES customers,
    bytes bytea NOT NULL CHECK (length(bytes) > 0),
    sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT credit_note_pdfs_are_whole CHECK (sha256 = sha256(bytes))
);
ALTER TABLE credit_note_pdfs ALTER COLUMN bytes SET STORAGE EXTERNAL;
CALL protect_customer_rows('credit_note_pdfs');
REVOKE UPDATE, DELETE ON credit_note_pdfs FROM billing_app;

-- A mail may be about a credit note, whose document goes along instead of the invoice's.
ALTER TABLE email_outbox
    ADD COLUMN credit_note_id uuid REFERENCES credit_notes,
    ADD CHECK (credit_note_id IS NULL OR invoice_id IS NOT NULL);
